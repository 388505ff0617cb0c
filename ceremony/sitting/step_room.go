package sitting

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/internal/machine"
	"github.com/rootmoot/rootmoot/root"
)

// clockTolerance is how far two clocks may be apart: a minute is what typing
// takes, and another what clocks on walls are off.
const clockTolerance = 2 * time.Minute

// stepRoom: is this machine fit, and does its clock go right?
type stepRoom struct{}

func (stepRoom) title() string { return "Room and machine" }

func (stepRoom) short() string { return "Room" }

func (stepRoom) show(s *Sitting, v *View) {
	if s.state.Room == nil {
		v.Body = []Block{{
			Text: []string{
				"Look at a clock that is not this machine's, and type what it shows, in UTC.",
				"The machine is then looked at: network, swap, core dumps, the program itself.",
			},
			Rows: [][2]string{{"this machine", s.cfg.Now().UTC().Format(time.RFC3339)}},
		}}
		v.Acts = []Offer{{ID: ActClock, Next: true, Label: "compare the clocks and look at the machine", Fields: clockFields()}}
		return
	}
	text := "In production every finding is an exception, to be closed before the sitting can be sealed."
	if s.state.Rehearsal() {
		text = "In a rehearsal the findings are notes."
	}
	v.Body = []Block{
		{Text: []string{text}, Checks: s.roomChecks()},
		{Title: "What the machine says of itself", Lines: safeAll(s.state.Room.Machine)},
	}
	v.Acts = []Offer{
		{ID: ActContinue, Next: true, Label: "these findings are true: go on", Verb: "go on"},
		{ID: ActClock, Label: "look again", Fields: clockFields()},
	}
}

func clockFields() []Field {
	return []Field{{Name: "outside", Kind: FieldText, Prompt: "The outside clock, UTC, like 2026-12-31 23:59"}}
}

func (s *Sitting) roomChecks() []CheckLine {
	var out []CheckLine
	for _, f := range s.state.Room.Findings {
		mark := MarkPass
		switch {
		case !f.OK && s.state.Rehearsal():
			mark = MarkNote
		case !f.OK:
			mark = MarkWarn
		}
		out = append(out, CheckLine{mark, safe("%s: %s", f.ID, f.Text)})
	}
	return out
}

func (stepRoom) do(_ context.Context, s *Sitting, a Act, _ func(Progress)) error {
	if a.ID == ActContinue {
		// A look that was cut short has findings without their exceptions.
		if err := s.deviations(*s.state.Room); err != nil {
			return err
		}
		return s.confirm(ceremony.StepRoom, a, "")
	}
	typed := strings.TrimSpace(a.Fields["outside"])
	outside, err := readClock(typed)
	if err != nil {
		return refuse("type it like 2026-12-31 23:59, in UTC", "%q is no time of a clock", typed)
	}
	facts := s.cfg.Machine()
	findings := []machine.Finding{machine.CompareClock(s.cfg.Now(), outside, clockTolerance)}
	for _, f := range machine.Findings(facts) {
		if f.ID != machine.RoomClock {
			findings = append(findings, f)
		}
	}
	findings = append(findings, s.toolFinding(facts), s.casFinding())
	room := ceremony.Room{Look: s.state.NextLook(), Local: root.FormatTime(s.cfg.Now()), Outside: typed, Machine: describe(facts)}
	for _, f := range findings {
		room.Findings = append(room.Findings, ceremony.RoomFinding{
			ID: f.ID, OK: f.Severity == machine.OK || f.Severity == machine.Note, Text: f.Text,
		})
	}
	if err := s.record(ceremony.Fact{Body: room}); err != nil {
		return err
	}
	return s.deviations(room)
}

// toolFinding compares the program that runs with the one that the plan names.
func (s *Sitting) toolFinding(f machine.Facts) machine.Finding {
	tool, platform := s.state.Plan.Tool, f.OS+"/"+f.Arch
	out := machine.Finding{ID: roomTool, Severity: machine.OK}
	want, named := tool.SHA256[platform]
	switch have := root.Digest(f.Binary.Value.SHA256); {
	case f.Binary.Problem != "":
		out.Severity, out.Text = machine.Unknown, "what this program is could not be found out: "+f.Binary.Problem
	case named && want.Root() != have:
		out.Severity = machine.Warning
		out.Text = fmt.Sprintf("the plan names the program with SHA-256 %v for %s, this one has %v: stop and find out why", want.Root(), platform, have)
	case named:
		out.Text = "this program is the one that the plan names for " + platform
	case !sameVersion(tool.Version, f.Binary.Value.Version):
		out.Severity = machine.Warning
		out.Text = fmt.Sprintf("the plan names version %s and no digest for %s, this program says that it is version %s", tool.Version, platform, cmp.Or(f.Binary.Value.Version, "(none)"))
	default:
		out.Text = fmt.Sprintf("this program says that it is version %s, as in the plan; the plan names no digest for %s", tool.Version, platform)
	}
	return out
}

// sameVersion compares a version as people write it, 1.0.0, with one as Go's
// build information has it, v1.0.0.
func sameVersion(a, b string) bool {
	return strings.TrimPrefix(a, "v") == strings.TrimPrefix(b, "v")
}

// roomTool is the finding about the program and the plan, beside those of
// package machine.
const roomTool = "ROOM-TOOL"

// deviations opens an exception for each finding that is not as it should be,
// in production, once.
func (s *Sitting) deviations(room ceremony.Room) error {
	if s.state.Rehearsal() {
		return nil
	}
	for _, f := range room.Findings {
		if f.OK || s.state.ExceptionFor(f.ID, f.Text) {
			continue
		}
		e := ceremony.Exception{Step: ceremony.StepRoom, Subject: f.ID, Expected: "a machine fit for a ceremony", Happened: f.Text, Place: s.state.Place}
		if f.ID == roomCAs {
			e.Expected = "attestations judged by the maker's CAs"
		}
		if err := s.record(ceremony.Fact{Body: e}); err != nil {
			return err
		}
	}
	return nil
}

// readClock takes a time as people type it from a wall, in UTC. The date belongs
// to it: a machine may be off by whole days.
func readClock(typed string) (time.Time, error) {
	for _, form := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if t, err := time.Parse(form, typed); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("no time: %q", typed)
}

// describe is what the record keeps of the machine's facts.
func describe(f machine.Facts) []string {
	b := f.Binary.Value
	return []string{
		fmt.Sprintf("system %s/%s, kernel %s", f.OS, f.Arch, known(f.Kernel)),
		fmt.Sprintf("network interfaces up: %s", list(f.Interfaces)),
		fmt.Sprintf("default routes: %s", list(f.Routes)),
		fmt.Sprintf("swap: %s", list(f.Swap)),
		ceremony.ProgramLine(b.SHA256, fmt.Sprintf("version %s, %s", b.Version, b.Go)),
	}
}

func known(k machine.Known[string]) string {
	if k.Problem != "" {
		return "not known: " + k.Problem
	}
	return k.Value
}

func list(k machine.Known[[]string]) string {
	if k.Problem != "" {
		return "not known: " + k.Problem
	}
	if len(k.Value) == 0 {
		return "none"
	}
	return strings.Join(k.Value, ", ")
}

package sitting

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
)

// refresh makes the view anew from the state.
func (s *Sitting) refresh() {
	v := s.compose()
	s.viewing.Lock()
	defer s.viewing.Unlock()
	s.view = v
}

func (s *Sitting) compose() View {
	p := s.state.Plan
	v := View{
		Title: safe("%s", p.Name), Rehearsal: s.state.Rehearsal(), Format: string(p.Format),
		Purpose: purpose(p), Place: safe("%s", s.state.Place), Meters: s.meters(), Notices: s.notices(),
		What: "sitting", Kept: []string{
			"Everything that was recorded is kept, signatures above all. The same command opens the sitting again at this step.",
			"What is being typed now, and a token that is on the table, are put away.",
		},
	}
	current, more := s.state.Current()
	for _, id := range s.state.Agenda() {
		item := AgendaItem{Step: string(id), Title: steps[id].title(), Short: steps[id].short(), State: AgendaTodo}
		switch {
		case more && id == current:
			item.State = AgendaNow
		case s.state.Over(id):
			item.State = AgendaDone
		}
		v.Agenda = append(v.Agenda, item)
	}
	if s.turn != nil {
		v.Turn = s.turn.view()
	}
	switch _, broken := s.state.Break(); {
	case s.state.Aborted != nil:
		s.showAborted(&v)
	case !more:
		s.over(&v)
	case broken:
		s.showBreak(&v)
	default:
		v.Heading = steps[current].title()
		steps[current].show(s, &v)
		v.Acts = slices.Concat(v.Acts, s.exceptionOffers(), s.pauseOffers())
	}
	return v
}

func (s *Sitting) meters() []Meter {
	if s.state.Candidate == nil {
		return nil
	}
	out := make([]Meter, len(s.state.Tallies))
	for i, t := range s.state.Tallies {
		out[i] = Meter{Quorum: s.state.Candidate.Quorums[i].Name, Need: t.Threshold, Have: t.Good}
		for _, k := range t.Keys {
			out[i].Keys = append(out[i].Keys, s.meterKey(k))
		}
	}
	return out
}

func (s *Sitting) meterKey(k root.KeyStanding) MeterKey {
	f := k.Key.Public.Fingerprint()
	name, _ := s.state.Frozen.NameOf(f)
	m := MeterKey{Name: name, Short: f.Short(), State: KeyCould}
	if s.cannot[name] {
		m.State = KeyCannot
	}
	if _, refused := s.state.Refusals[name]; refused {
		m.State = KeyRefused
	}
	if k.Standing == root.GoodSig {
		m.State = KeySigned
	}
	return m
}

func (s *Sitting) notices() []string {
	out := safeAll(s.remarks)
	for _, e := range s.state.OpenExceptions() {
		out = append(out, safe("open exception %s at %s%s: %s", e.ID.String()[:8], e.Step, s.abroad(e.Exception), e.Happened))
	}
	for _, r := range s.state.NotTaken {
		out = append(out, safe("not taken: %v", r.Why))
	}
	return out
}

// abroad says where an exception was recorded, if it was not here.
func (s *Sitting) abroad(e ceremony.Exception) string {
	if e.Place == "" || e.Place == s.state.Place {
		return ""
	}
	return " in " + e.Place
}

// over is the view of a sitting that has ended.
func (s *Sitting) over(v *View) {
	v.Done = true
	if s.state.Elsewhere() {
		s.overElsewhere(v)
		return
	}
	v.Heading = "The sitting is over"
	v.Body = []Block{{
		Text: []string{upper(s.state.Candidate.Title()) + " is signed, checked and handed over."},
		Rows: [][2]string{
			{"file", safe("%s", s.output())},
			{"in", safe("%s", s.cfg.Dir)},
			{"digest", s.state.Candidate.Digest().String()},
			{"exceptions", fmt.Sprint(s.state.Exceptions())},
			{"seals", fmt.Sprint(len(s.state.Sealed()))},
		},
	}}
	if lines := s.handed(); len(lines) > 0 {
		v.Body = append(v.Body, Block{Title: "SHA-256 of the evidence, to be written down", Lines: lines})
	}
}

// purpose is what the sitting is for, in short: a head has little room.
func purpose(p *plan.Plan) string {
	if p.Document == plan.KeyManagerDocument {
		return string(p.Document)
	}
	return string(p.Purpose)
}

// upper begins a sentence.
func upper(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

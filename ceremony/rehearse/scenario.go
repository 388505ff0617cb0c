package rehearse

import (
	"slices"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
)

// A Scenario is a day to be rehearsed before it comes: of fifteen scenarios most
// are bad days. It begins where a genesis is published, three of five, and goes on
// stage by stage.
type Scenario struct {
	Name   string
	Line   string   // what it is, in a line
	Tells  []string // how it begins, in paragraphs
	Stages []Stage
}

// A Stage is something that happens, and then perhaps a command. Paths in it are
// those in the rehearsal's folder.
type Stage struct {
	// Title says who does what; one without goes on with the stage before.
	Title string
	After time.Duration // what passes before it
	Slow  time.Duration // what the clock of its machine is behind
	Tells []string      // what has happened, in paragraphs
	Event []Event
	// Run is the command as it is typed: of rootmoot, or of rootmoot-verify. A
	// word @DIR stands for the pin of the first root in that folder.
	Run  string
	Code int      // the exit code that it must have
	Says []string // what it must print, however the lines are broken
	// Proves is what that shows.
	Proves string

	// Of commands that lead people through a sitting:

	Task   string      // what to do there, for who plays it by hand
	Comes  []string    // who is there; nil: everybody
	Cast   people.Cast // who plays it otherwise; PINs are filled in
	Signed []string    // who has signed in the end, by the record
	Dies   string      // the program is killed between two touches of this keyholder's
}

// Sits reports whether the stage leads people through a sitting: to its end, or
// until they leave. One that cannot be opened does not.
func (s Stage) Sits() bool {
	return (s.does("open") || s.does("sign")) && (s.Code == 0 || s.Code == incomplete)
}

// incomplete is the exit code of a sitting that can be gone on with.
const incomplete = 4

func (s Stage) does(verb string) bool { return strings.HasPrefix(s.Run, "rootmoot "+verb+" ") }

// Left reports whether the sitting of this stage is left before its end.
func (s Stage) Left() bool { return s.Cast.Until != "" }

// Scenarios are all of them, in the order in which they are listed.
func Scenarios() []Scenario {
	return []Scenario{
		places(),
		lostToken(), blockedPIN(),
		missingKeyholder(), refusal(), noWitness(), brokenSeal(),
		lateChange(), twoCandidates(), alteredStick(),
		outOfReach(), emergency(),
		powerCut(), wrongClock(), witnessed(),
	}
}

// ScenarioOf is the scenario of that name; false if there is none.
func ScenarioOf(name string) (Scenario, bool) {
	all := Scenarios()
	i := slices.IndexFunc(all, func(s Scenario) bool { return s.Name == name })
	if i < 0 {
		return Scenario{}, false
	}
	return all[i], true
}

// Passed is how much time has passed when a stage begins, by its number.
func (s Scenario) Passed(stage int) time.Duration {
	var sum time.Duration
	for _, st := range s.Stages[:min(stage+1, len(s.Stages))] {
		sum += st.After
	}
	return sum
}

// day is how far apart the stages of a scenario lie.
const day = 24 * time.Hour

// auditor is the witness of every plan.
const auditor = "internal-audit"

// CastOf is the cast of a stage, with the PINs that the tokens have now.
func (r *Rehearsal) CastOf(s Stage) people.Cast {
	c := s.Cast
	c.PINs = r.Cast(Genesis).PINs
	for name := range c.PINs {
		if pin, err := r.pinNow(name); err == nil {
			c.PINs[name] = pin
		}
	}
	if s.Comes == nil {
		return c
	}
	for _, h := range holders() {
		if !slices.Contains(s.Comes, h.name) {
			c.Absent = append(c.Absent, h.name)
		}
	}
	if !slices.Contains(s.Comes, auditor) {
		c.Absent = append(c.Absent, auditor)
	}
	return c
}

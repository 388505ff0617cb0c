package paper

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
)

// ErrRefused is the error for a plan that its own rules refuse: the sitting
// would refuse it too, and nobody should travel for it.
var ErrRefused = errors.New("the plan's rules refuse it")

// ErrNoScript is the error for a plan that is not for a root: a key manager works
// from the screen.
var ErrNoScript = errors.New("document: key_mgr: a script is printed for roots only")

// Options are what a script can be made from besides the plan.
type Options struct {
	// Trusted is the root that the plan continues, verified: what changes is
	// then printed in full. Nil for a genesis, or where it is not at hand.
	Trusted *root.Root
	First   root.Digest // of the chain, verified up to Trusted; zero if that was not done
}

// Script makes the form for the day of a ceremony. An error is ErrRefused, with
// the rules, or ErrNoScript.
func Script(p *plan.Plan, o Options) (*Document, error) {
	if p.Document != plan.RootDocument {
		return nil, ErrNoScript
	}
	s := &script{cast: newCast(p, o)}
	if s.review.Refused() {
		return nil, fmt.Errorf("%w: %s", ErrRefused, strings.Join(s.refusing(), ", "))
	}
	d := &Document{
		Schema: "rootmoot/script/v1", Title: p.Name, Kind: "Script of a key ceremony",
		Rehearsal: p.Mode == plan.Rehearsal, Stamp: s.stamp(), Rows: s.rows(),
		Sections: []Section{s.howTo(), s.digests(), s.people(), s.keys(), s.materials(), s.before()},
	}
	for i, step := range ceremony.Steps() {
		d.Sections = append(d.Sections, s.step(i+1, step))
	}
	d.Sections = append(d.Sections, s.sheets()...)
	for _, section := range d.Sections {
		d.Minutes += section.Minutes
	}
	d.show()
	return d, nil
}

// A script is one that is being made.
type script struct{ cast }

// refusing are the rules that refuse the plan.
func (s *script) refusing() []string {
	var out []string
	for _, f := range s.review.Findings {
		if f.Severity == plan.Refuse && !slices.Contains(out, f.Rule) {
			out = append(out, f.Rule)
		}
	}
	return out
}

// step is the section of one step of a sitting.
func (s *script) step(n int, id ceremony.Step) Section {
	number := fmt.Sprint(n)
	section := Section{ID: "step-" + string(id), Number: number}
	switch id {
	case ceremony.StepOpen:
		s.open(&section)
	case ceremony.StepRoom:
		s.room(&section)
	case ceremony.StepTrusted:
		s.trustedRoot(&section)
	case ceremony.StepTokens:
		s.tokens(&section)
	case ceremony.StepFreeze:
		s.freeze(&section)
	case ceremony.StepCandidate:
		s.candidate(&section)
	case ceremony.StepSignatures:
		s.signatures(&section)
	case ceremony.StepCheck:
		s.check(&section)
	case ceremony.StepSeal:
		s.seal(&section)
	case ceremony.StepHandOver:
		s.handOver(&section)
	}
	if cost, ok := s.costs()[id]; ok {
		section.Minutes, section.Estimate = cost.minutes(), cost.String()
	}
	return section
}

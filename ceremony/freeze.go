package ceremony

import (
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
)

// freeze makes the frozen plan from the draft and the enrolled keys, and the
// candidate from it. Both are computed, never read from a fact.
func (s *State) freeze() {
	if len(s.ToEnrol()) > 0 {
		return
	}
	keys := make(map[string]root.PublicKey)
	for _, name := range s.Plan.Missing() {
		c, ok := s.Enrolments[name]
		if !ok {
			s.Blocked = fmt.Errorf("plan: the key of %s is missing, and %s is no keyholder who could enrol one", name, name)
			return
		}
		k, err := root.ParseSPKI(c.Key)
		if err != nil {
			s.Blocked = err
			return
		}
		keys[name] = k
	}
	s.Frozen, s.Candidate, s.Blocked = s.frozen(keys)
}

// Foresee is the candidate that the plan would yield if the keys that it lacks
// were these: for who has to know its size before every key is there.
func (s *State) Foresee(keys map[string]root.PublicKey) (*root.Candidate, error) {
	_, c, err := s.frozen(keys)
	return c, err
}

// frozen is the plan with these keys, and what it yields.
func (g Grounds) frozen(keys map[string]root.PublicKey) (*plan.Plan, *root.Candidate, error) {
	p := g.Plan
	if len(keys) > 0 {
		raw, err := p.Freeze(keys)
		if err != nil {
			return nil, nil, err
		}
		if p, err = plan.Load(raw); err != nil {
			return nil, nil, err
		}
	}
	c, err := p.Draft(g.TrustedRoot(), g.Before)
	return p, c, err
}

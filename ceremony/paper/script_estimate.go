package paper

import (
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony"
)

// A cost is how long a step may take: so many minutes, and so many more for
// each of n. They are what a calm ceremony takes by experience of others, so
// that a room can be booked; nothing depends on them.
type cost struct {
	fixed, each, n int
	of             string // what there are n of
}

func (c cost) minutes() int { return c.fixed + c.each*c.n }

// String says how the estimate was computed.
func (c cost) String() string {
	if c.each == 0 {
		return fmt.Sprintf("estimate: %d minutes", c.minutes())
	}
	return fmt.Sprintf("estimate: %d minutes = %d + %d for each %s (%d)", c.minutes(), c.fixed, c.each, c.of, c.n)
}

func (s *script) costs() map[ceremony.Step]cost {
	signers, enrolling, people := len(s.those(signs)), len(s.those(enrols)), len(s.all)
	out := map[ceremony.Step]cost{
		ceremony.StepOpen:       {fixed: 10, each: 2, n: people, of: "person"},
		ceremony.StepRoom:       {fixed: 20},
		ceremony.StepTrusted:    {fixed: 10},
		ceremony.StepTokens:     {fixed: 5, each: 6, n: enrolling, of: "keyholder who enrols"},
		ceremony.StepFreeze:     {fixed: 15},
		ceremony.StepCandidate:  {fixed: 15},
		ceremony.StepSignatures: {fixed: 5, each: 7, n: signers, of: "keyholder"},
		ceremony.StepCheck:      {fixed: 10},
		ceremony.StepSeal:       {fixed: 10, each: 4, n: signers, of: "keyholder"},
		ceremony.StepHandOver:   {fixed: 20, each: 2, n: len(s.those(holdsToken)), of: "token"},
	}
	if s.genesis() {
		out[ceremony.StepTrusted] = cost{fixed: 2}
	}
	return out
}

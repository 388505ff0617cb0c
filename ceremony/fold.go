package ceremony

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/rootmoot/rootmoot/root"
)

// Fold computes where a sitting stands at one place: from the set of facts in
// its own journal, and those in the journals of other places that have arrived.
// Order and repetition of the facts do not matter: they are sorted by id first.
// It verifies every signature again and believes nothing; a fact that does not
// hold is listed in NotTaken, with the reason, and counts nothing. Only grounds
// on which no sitting can stand are an error.
//
// What was confirmed, and the room, are each place's own: what others confirmed
// is not confirmed here. A journal of another attempt is not taken at all.
func Fold(g Grounds, own []Fact, others ...[]Fact) (*State, error) {
	if err := g.check(); err != nil {
		return nil, err
	}
	s := &State{
		Grounds:    g,
		Enrolments: make(map[string]Contribution),
		Signatures: make(map[string]Accepted),
		Refusals:   make(map[string]Accepted),
		Claimed:    make(map[string]Contribution),
		Asked:      make(map[string][]Asked),
		exceptions: make(map[root.Digest]Exception),
		closed:     make(map[root.Digest]Closed),
		judged:     make(map[root.Digest]bool),
		recorded:   make(map[root.Digest]bool),
		here:       make(map[root.Digest]bool),
		confirmed:  make(map[Step]map[root.Digest]bool),
		statements: make(map[root.Digest][]Stated),
		proofs:     make(map[root.Digest]Stated),
		words:      make(map[root.Digest]Word),
	}
	own = settle(own)
	if err := s.open(own); err != nil {
		return nil, err
	}
	s.local(own)
	s.record(own)
	others = s.foreign(others)
	for _, record := range others {
		s.recordForeign(record)
	}
	facts := settle(slices.Concat(own, slices.Concat(others...)))
	// Those of this place first: a second key of somebody who is enrolled here
	// changes nothing here, wherever it comes from.
	s.contribute(own, Enrolled)
	s.contribute(facts, Enrolled)
	s.freeze()
	s.contribute(facts, SignatureMade)
	s.contribute(facts, Refused)
	if err := s.tally(); err != nil {
		return nil, err
	}
	s.seals(facts)
	s.witnesses(own)
	s.orphans(facts)
	return s, nil
}

// check refuses a plan and a trusted root that do not belong together.
func (g Grounds) check() error {
	if err := g.Plan.CheckFollows(g.Before); err != nil {
		return err
	}
	c := g.Plan.Continues
	switch {
	case c == nil && !g.Trusted.IsZero():
		return errors.New("plan: continues nothing, but there is a trusted root")
	case c == nil:
		return nil
	case g.Trusted.IsZero():
		return fmt.Errorf("plan: continues version %d, but there is no trusted root", c.Version)
	case c.Version != g.Trusted.Version() || c.Digest.Root() != g.Trusted.Digest():
		return fmt.Errorf("plan: continues version %d with digest %v, but the trusted root is version %d with digest %v",
			c.Version, c.Digest.Root(), g.Trusted.Version(), g.Trusted.Digest())
	case g.Trusted.Root().Rehearsal != g.Rehearsal():
		return fmt.Errorf("plan: mode %s, but of the trusted root the rehearsal mark says %v: a rehearsal has a chain of its own", g.Plan.Mode, g.Trusted.Root().Rehearsal)
	}
	return nil
}

// settle makes a set of the facts, in one order for everybody.
func settle(facts []Fact) []Fact {
	type keyed struct {
		id   root.Digest
		fact Fact
	}
	all := make([]keyed, len(facts))
	for i, f := range facts {
		all[i] = keyed{f.ID(), f}
	}
	slices.SortFunc(all, func(a, b keyed) int { return bytes.Compare(a.id[:], b.id[:]) })
	all = slices.CompactFunc(all, func(a, b keyed) bool { return a.id == b.id })
	out := make([]Fact, len(all))
	for i, k := range all {
		out[i] = k.fact
	}
	return out
}

// open finds the attempt. One sitting has one; facts of two do not fold.
func (s *State) open(facts []Fact) error {
	for _, f := range facts {
		o, ok := f.Body.(Opened)
		if !ok {
			continue
		}
		if o.Attempt.IsZero() {
			return errors.New("opened: names no attempt, so nothing could be told to belong to it")
		}
		if o.Plan != s.Plan.Digest() {
			return &MismatchError{What: "plan", Want: s.Plan.Digest(), Got: o.Plan}
		}
		if !s.Attempt.IsZero() && s.Attempt != o.Attempt {
			return &MismatchError{What: "attempt", Want: s.Attempt, Got: o.Attempt}
		}
		if s.Attempt.IsZero() {
			s.Attempt, s.Place, s.CAs = o.Attempt, o.Place, o.CAs
			s.Request, s.For, s.Asks = o.Request, o.For, o.Asks
		}
	}
	return nil
}

// tally counts the signatures, and fixes the digest of the signed file: every
// step asks for it, and assembling verifies each signature.
func (s *State) tally() (err error) {
	if s.Candidate == nil {
		return nil
	}
	if s.Tallies, err = s.Candidate.Tallies(s.RootSignatures()); err != nil || !s.QuorumsMet() {
		return err
	}
	raw, err := s.Assemble()
	if err != nil {
		return err
	}
	s.signed = root.DigestOf(raw)
	return nil
}

// witnesses takes the signatures of witnesses over heads of this place's journal.
func (s *State) witnesses(own []Fact) {
	for _, f := range own {
		b, ok := f.Body.(Witnessed)
		if !ok {
			continue
		}
		if err := s.AcceptWitnessed(b); err != nil {
			s.NotTaken = append(s.NotTaken, Rejected{f, err})
			continue
		}
		s.Witnessed = append(s.Witnessed, b)
	}
}

func (s *State) seals(facts []Fact) {
	for _, f := range facts {
		b, ok := f.Body.(Seal)
		if !ok {
			continue
		}
		if err := s.AcceptSeal(b); err != nil {
			s.NotTaken = append(s.NotTaken, Rejected{f, err})
			continue
		}
		s.Seals = append(s.Seals, b)
	}
}

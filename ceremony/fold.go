package ceremony

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/rootmoot/rootmoot/ceremony/plan"
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
	if err := g.follows(); err != nil {
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

// follows refuses another key manager document than the one that the plan says
// it follows.
func (g Grounds) follows() error {
	var want *plan.Follows
	if g.Plan.KeyManager != nil {
		want = g.Plan.KeyManager.Follows
	}
	switch {
	case want == nil && g.Before != nil:
		return errors.New("plan: follows no key manager document, but there is one")
	case want == nil:
		return nil
	case g.Before == nil:
		return fmt.Errorf("plan: key_mgr.follows version %d, but there is no such document", want.Version)
	case want.Digest.Root() != g.Before.Digest || want.Version != g.Before.Version:
		return fmt.Errorf("plan: key_mgr.follows version %d with digest %v, but the document that is there is version %d with digest %v",
			want.Version, want.Digest.Root(), g.Before.Version, g.Before.Digest)
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

// foreign are the records of other places that are of this attempt, whole.
func (s *State) foreign(others [][]Fact) [][]Fact {
	return slices.DeleteFunc(slices.Clone(others), func(record []Fact) bool {
		i := slices.IndexFunc(record, func(f Fact) bool {
			o, ok := f.Body.(Opened)
			return ok && o.Attempt != s.Attempt
		})
		if i >= 0 {
			s.NotTaken = append(s.NotTaken, Rejected{record[i], &MismatchError{What: "attempt", Want: s.Attempt, Got: record[i].Body.(Opened).Attempt}})
		}
		return i >= 0
	})
}

// local takes the facts that count at the place that recorded them alone.
func (s *State) local(own []Fact) {
	for _, f := range own {
		switch b := f.Body.(type) {
		case Room:
			if s.Room == nil || b.after(*s.Room) {
				s.Room = &b
			}
		case Confirmed:
			if s.confirmed[b.Step] == nil {
				s.confirmed[b.Step] = make(map[root.Digest]bool)
			}
			s.confirmed[b.Step][b.Digest] = true
		case Present:
			s.Presence = append(s.Presence, b)
		case Exception:
			s.here[f.ID()] = true
		case Aborted:
			s.Aborted = &b
		case Salted:
			if s.Salt.IsZero() { // the one with the lowest id, if there are several
				s.Salt = b.Salt
			}
		case Paused:
			s.breaks++
		case Resumed:
			s.resumed++
		}
	}
}

// recordForeign takes them from another place's record. What its people decided
// is about their own exceptions; what earlier sittings left, they do not tell us.
func (s *State) recordForeign(facts []Fact) {
	theirs := make(map[root.Digest]bool)
	for _, f := range facts {
		if _, ok := f.Body.(Exception); ok {
			theirs[f.ID()] = true
		}
	}
	s.record(slices.DeleteFunc(slices.Clone(facts), func(f Fact) bool {
		c, closes := f.Body.(Closed)
		_, ours := s.closed[c.Exception]
		_, left := f.Body.(Abandoned)
		return left || closes && (ours || !theirs[c.Exception])
	}))
}

// record takes the facts that stand for themselves.
func (s *State) record(facts []Fact) {
	for _, f := range facts {
		if s.recorded[f.ID()] {
			continue
		}
		s.recorded[f.ID()] = true
		switch b := f.Body.(type) {
		case Asked:
			if !slices.Contains(s.Asked[b.Participant], b) {
				s.Asked[b.Participant] = append(s.Asked[b.Participant], b)
			}
		case Abandoned:
			s.Abandoned = append(s.Abandoned, b)
		case Stated:
			s.statements[b.Contribution] = append(s.statements[b.Contribution], b)
		case Exception:
			s.exceptions[f.ID()] = b
		case Closed:
			s.closed[b.Exception] = b
		case Word:
			s.Words = append(s.Words, b)
			s.words[f.ID()] = b
		}
	}
}

// contribute takes the contributions of one kind through the one path.
func (s *State) contribute(facts []Fact, kind ContributionKind) {
	for _, f := range facts {
		c, ok := f.Body.(Contribution)
		if !ok || c.Kind != kind || s.judged[f.ID()] {
			continue
		}
		s.judged[f.ID()] = true
		if _, err := s.Accept(c); err != nil {
			s.NotTaken = append(s.NotTaken, Rejected{f, err})
			continue
		}
		a := Accepted{Contribution: c, Stated: s.stated(c)}
		switch kind {
		case SignatureMade:
			keep(s.Signatures, a)
		case Refused:
			if !a.Stated { // anybody could have written it
				if _, have := s.Claimed[c.Participant]; !have {
					s.Claimed[c.Participant] = c
				}
				continue
			}
			keep(s.Refusals, a)
		case Enrolled:
			_, have := s.Enrolments[c.Participant]
			if a.Stated && !have { // it counts once possession is proven
				s.Enrolments[c.Participant] = c
			}
		}
	}
}

// keep decides between contributions of one kind by one participant: one with
// a statement counts before one without, and else the fact with the lower id,
// which comes first here. One rule, everywhere the same.
func keep(have map[string]Accepted, a Accepted) {
	b, ok := have[a.Contribution.Participant]
	if !ok || a.Stated && !b.Stated {
		have[a.Contribution.Participant] = a
	}
}

// stated reports whether the contributing key has stated c. One statement that
// holds is enough: whoever adds one that does not takes nothing away.
func (s *State) stated(c Contribution) bool {
	d := c.Digest()
	holds := false
	for _, st := range s.statements[d] {
		if err := s.AcceptStated(c, st); err != nil {
			s.NotTaken = append(s.NotTaken, Rejected{Fact{st}, err})
			continue
		}
		if !holds {
			s.proofs[d] = st
		}
		holds = true
	}
	delete(s.statements, d)
	return holds
}

// orphans lists what is about something that was not taken, or is not here.
func (s *State) orphans(facts []Fact) {
	for _, f := range facts {
		switch b := f.Body.(type) {
		case Stated:
			if _, left := s.statements[b.Contribution]; left {
				s.NotTaken = append(s.NotTaken, Rejected{f, fmt.Errorf("statement: about contribution %v, which is not taken or not here", b.Contribution)})
			}
		case Closed:
			if _, known := s.exceptions[b.Exception]; !known {
				s.NotTaken = append(s.NotTaken, Rejected{f, fmt.Errorf("closed: exception %v is not here", b.Exception)})
			}
		}
	}
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

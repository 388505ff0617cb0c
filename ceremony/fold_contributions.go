package ceremony

import "fmt"

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

package ceremony

import (
	"slices"

	"github.com/rootmoot/rootmoot/root"
)

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
			s.Asked[b.Participant] = append(s.Asked[b.Participant], b)
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

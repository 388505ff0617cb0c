package ceremony

import (
	"slices"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/root"
)

// Part is what a participant was to do, and how it stands.
type Part string

// From nothing to all. A participant may have no part: their key leaves and is
// in no quorum, or they hold none.
const (
	PartNone     Part = "no part"
	PartSilent   Part = "silent"    // asked by a request, and not answered
	PartUnasked  Part = "not asked" // no request was written, and nothing came
	PartEnrolled Part = "enrolled"  // and still to sign
	PartRefused  Part = "refused"
	PartClaimed  Part = "cannot or will not sign" // claimed, not stated by their key: counts nothing
	PartSigned   Part = "signed"
)

// A Standing is how one participant stands.
type Standing struct {
	Participant string
	Asks        ContributionKind // what there is to ask of them now; "" for nothing
	Asked       int              // requests written
	Needed      bool             // a quorum that is not met could use their signature, or the plan their key
	Part        Part
	Backing     Backing // of what they gave
	Late        bool    // given after the plan's deadline, by the clock of its place
	Reason      string  // of a refusal
}

// Standings are those of all participants, by name.
func (s *State) Standings() []Standing {
	var out []Standing
	lacks := s.Lacks()
	for name := range s.Plan.Participants {
		out = append(out, s.standing(name, lacks))
	}
	slices.SortFunc(out, func(a, b Standing) int { return strings.Compare(a.Participant, b.Participant) })
	return out
}

func (s *State) standing(name string, lacks []Lack) Standing {
	st := Standing{Participant: name, Asked: len(s.Asked[name])}
	if asks, err := s.asks(name); err == nil {
		st.Asks, st.Needed = asks, asks == Enrolled || needed(name, lacks)
	}
	give := func(part Part, a Accepted) Standing {
		st.Part, st.Reason = part, a.Contribution.Reason
		st.Late = a.Stated && s.Late(a.Contribution) // else anybody could have written when
		st.Backing = SignatureOnly
		if a.Stated {
			st.Backing = StatedAlone
		}
		return st
	}
	if a, ok := s.Signatures[name]; ok {
		return give(PartSigned, a)
	}
	if a, ok := s.Refusals[name]; ok {
		return give(PartRefused, a)
	}
	if c, ok := s.Claimed[name]; ok {
		st = give(PartClaimed, Accepted{Contribution: c})
		st.Backing = ClaimedOnly
		return st
	}
	open := slices.ContainsFunc(s.Asked[name], func(a Asked) bool { return a.Asks == st.Asks })
	switch enrolled := s.Enrolments[name]; {
	case open:
		st.Part = PartSilent
	case enrolled.Participant != "":
		return give(PartEnrolled, Accepted{enrolled, true})
	case st.Asks == "" && !slices.Contains(s.ToEnrol(), name) && s.Candidate != nil && !slices.Contains(s.Signers(), name):
		st.Part = PartNone
	default:
		st.Part = PartUnasked
	}
	return st
}

// needed reports whether a quorum that is not met has the participant's key.
func needed(name string, lacks []Lack) bool {
	return slices.ContainsFunc(lacks, func(l Lack) bool {
		return l.Missing() > 0 && slices.Contains(slices.Concat(l.Could, l.Refused, l.Claimed), name)
	})
}

// Late reports whether a contribution was given after the plan's deadline, by
// the clock of its place. It counts all the same.
func (s *State) Late(c Contribution) bool {
	at, err := time.Parse(time.RFC3339, c.At)
	return err == nil && s.Plan.Deadline != "" && at.After(s.Plan.Deadline.Time())
}

// A Lack is what one quorum of the candidate still needs.
type Lack struct {
	Quorum     string
	Need, Have int
	Could      []string // would count, and have given no answer
	Refused    []string // would count, and have refused
	Claimed    []string // would count, and cannot or will not sign, as somebody claims
}

// Missing is how many signatures more the quorum needs; 0 if it is met.
func (l Lack) Missing() int { return max(0, l.Need-l.Have) }

// OutOfReach reports whether those who have not refused are too few. A claim
// takes nobody away: anybody could have written it.
func (l Lack) OutOfReach() bool { return len(l.Could)+len(l.Claimed) < l.Missing() }

// Lacks are the quorums of the candidate, and what they need.
func (s *State) Lacks() []Lack {
	if s.Candidate == nil {
		return nil
	}
	out := make([]Lack, len(s.Tallies))
	for i, t := range s.Tallies {
		l := Lack{Quorum: s.Candidate.Quorums[i].Name, Need: t.Threshold, Have: t.Good}
		for _, k := range t.Keys {
			name, _ := s.Frozen.NameOf(k.Key.Public.Fingerprint())
			if k.Standing == root.GoodSig || name == "" {
				continue
			}
			_, refused := s.Refusals[name]
			_, claimed := s.Claimed[name]
			switch {
			case refused:
				l.Refused = append(l.Refused, name)
			case claimed:
				l.Claimed = append(l.Claimed, name)
			default:
				l.Could = append(l.Could, name)
			}
		}
		out[i] = l
	}
	return out
}

// list is names, for people.
func list(names []string) string { return strings.Join(names, ", ") }

package ceremony

import "github.com/rootmoot/rootmoot/root"

// Step is one step of a sitting.
type Step string

// The steps in their order. Each can be entered again; the first that is not
// over is where the sitting stands.
const (
	StepOpen       Step = "open"
	StepRoom       Step = "room"
	StepTrusted    Step = "trusted-root"
	StepTokens     Step = "tokens"
	StepFreeze     Step = "freeze"
	StepCandidate  Step = "candidate"
	StepSignatures Step = "signatures"
	StepCheck      Step = "check"
	StepSeal       Step = "seal"
	StepHandOver   Step = "hand-over"
)

// Steps are all of them, in order.
func Steps() []Step {
	return []Step{
		StepOpen, StepRoom, StepTrusted, StepTokens, StepFreeze,
		StepCandidate, StepSignatures, StepCheck, StepSeal, StepHandOver,
	}
}

// Agenda are the steps of this place. A keyholder's own place goes through those
// that their contribution needs; what the sitting is led to is not theirs to seal.
func (s *State) Agenda() []Step {
	switch {
	case !s.Elsewhere():
		return Steps()
	case s.Asks == Enrolled:
		return []Step{StepOpen, StepRoom, StepTrusted, StepTokens, StepHandOver}
	}
	return []Step{StepOpen, StepRoom, StepTrusted, StepFreeze, StepCandidate, StepSignatures, StepHandOver}
}

// Given is the contribution of this place's keyholder; false before there is one.
func (s *State) Given() (Accepted, bool) {
	if s.Asks == Enrolled {
		c, ok := s.Enrolments[s.For]
		return Accepted{c, true}, ok
	}
	for _, have := range []map[string]Accepted{s.Signatures, s.Refusals} {
		if a, ok := have[s.For]; ok {
			return a, true
		}
	}
	c, ok := s.Claimed[s.For]
	return Accepted{Contribution: c}, ok
}

// Over reports whether a step is over: confirmed, for the digest that it is
// about now, with everything there that it is for.
func (s *State) Over(step Step) bool {
	if !s.confirmed[step][s.subject(step)] {
		return false
	}
	if s.Elsewhere() {
		return s.overElsewhere(step)
	}
	switch step {
	case StepOpen:
		return !s.Attempt.IsZero()
	case StepRoom:
		return s.Room != nil
	case StepTokens:
		return len(s.ToEnrol()) == 0
	case StepFreeze:
		return s.Frozen != nil
	case StepCandidate:
		return s.Candidate != nil
	case StepSignatures, StepCheck:
		return s.QuorumsMet()
	case StepSeal, StepHandOver:
		return len(s.Sealed()) > 0 && len(s.OpenExceptions()) == 0
	}
	return true
}

// overElsewhere is Over at a keyholder's own place.
func (s *State) overElsewhere(step Step) bool {
	switch step {
	case StepRoom:
		return s.Room != nil
	case StepFreeze, StepCandidate:
		return s.Candidate != nil
	case StepTokens, StepSignatures, StepHandOver:
		_, given := s.Given()
		return given
	}
	return true
}

// subject is the digest that a step is about, zero where there is none.
func (s *State) subject(step Step) root.Digest {
	switch step {
	case StepTrusted:
		return s.Trusted.Digest()
	case StepFreeze:
		if s.Frozen != nil {
			return s.Frozen.Digest()
		}
	case StepCandidate, StepSignatures:
		if s.Candidate != nil {
			return s.Candidate.Digest()
		}
	case StepCheck:
		return s.SignedDigest()
	case StepSeal:
		return s.ExceptionsDigest()
	case StepHandOver:
		if a, given := s.Given(); s.Elsewhere() && given {
			return a.Contribution.Digest()
		}
		signed, exceptions := s.SignedDigest(), s.ExceptionsDigest()
		return root.DigestOf(append(signed[:], exceptions[:]...))
	}
	return root.Digest{}
}

// Current is the first step that is not over, and false when all are.
func (s *State) Current() (Step, bool) {
	for _, step := range s.Agenda() {
		if !s.Over(step) {
			return step, true
		}
	}
	return "", false
}

// Confirm is the fact that ends a step as things stand now.
// witness is who typed words of their own, or "".
func (s *State) Confirm(step Step, how, witness string) Fact {
	return Fact{Confirmed{Step: step, Digest: s.subject(step), How: how, Witness: witness}}
}

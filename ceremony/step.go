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

// Over reports whether a step is over: confirmed, for the digest that it is
// about now, with everything there that it is for.
func (s *State) Over(step Step) bool {
	if !s.confirmed[step][s.subject(step)] {
		return false
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
		signed, exceptions := s.SignedDigest(), s.ExceptionsDigest()
		return root.DigestOf(append(signed[:], exceptions[:]...))
	}
	return root.Digest{}
}

// Current is the first step that is not over, and false when all are.
func (s *State) Current() (Step, bool) {
	for _, step := range Steps() {
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

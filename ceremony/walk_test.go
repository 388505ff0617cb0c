package ceremony_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// at wants the sitting to stand at a step.
func (s *sitting) at(step ceremony.Step) {
	s.t.Helper()
	if got, more := s.Current(); got != step || !more {
		s.t.Fatalf("at step %q (%v), want %q", got, more, step)
	}
}

// over confirms a step that is about some digest: another digest does not end
// it, this one does.
func (s *sitting) over(step ceremony.Step, about root.Digest) {
	s.t.Helper()
	for _, other := range []root.Digest{{}, digest(0xbd), s.Plan.Digest(), s.Trusted.Digest()} {
		if other != about {
			s.record(ceremony.Confirmed{Step: step, Digest: other})
			s.at(step)
		}
	}
	s.record(ceremony.Confirmed{Step: step, Digest: about})
	if !s.Over(step) {
		s.t.Errorf("step %s is not over", step)
	}
	if f := s.Confirm(step, "", ""); f.Body.(ceremony.Confirmed).Digest != about {
		s.t.Errorf("step %s would be confirmed with %v", step, f.Body)
	}
}

// walk plays a sitting to its end, with the old and the new quorum signing, and
// wants each step to be over exactly when it should be.
func walk(t *testing.T, s *sitting, signers ...string) {
	t.Helper()
	s.at(ceremony.StepOpen)
	s.confirm(ceremony.StepOpen) // not without an attempt
	s.at(ceremony.StepOpen)
	s.record(ceremony.Opened{Attempt: s.attempt, Plan: s.Plan.Digest(), Place: "amsterdam", Tool: "1.0.0"})
	s.at(ceremony.StepRoom)
	s.confirm(ceremony.StepRoom) // not before somebody looked at it
	s.at(ceremony.StepRoom)
	s.record(ceremony.Room{Local: "2026-12-01T12:00:00Z", Outside: "12:00"})
	s.at(ceremony.StepTrusted)
	s.over(ceremony.StepTrusted, s.Trusted.Digest())
	s.at(ceremony.StepTokens)

	for _, name := range s.ToEnrol() {
		s.confirm(ceremony.StepTokens)
		s.at(ceremony.StepTokens)
		c := s.contribution(ceremony.Enrolled, s.people[name])
		s.accept(c)
		if _, counts := s.Enrolments[name]; counts || s.Frozen != nil {
			t.Fatalf("%s is enrolled before possession is proven", name)
		}
		s.record(s.stated(s.people[name], c))
	}
	s.at(ceremony.StepFreeze)
	s.over(ceremony.StepFreeze, root.DigestOf(s.Frozen.Raw())) // not with the draft's
	s.over(ceremony.StepCandidate, s.Candidate.Digest())

	for _, name := range signers {
		s.confirm(ceremony.StepSignatures)
		s.at(ceremony.StepSignatures)
		if s.QuorumsMet() || !s.SignedDigest().IsZero() {
			t.Fatalf("the quorums are met before %s has signed", name)
		}
		s.by(name)
	}
	s.at(ceremony.StepCheck)
	raw, err := s.Assemble()
	if err != nil {
		t.Fatal(err)
	}
	s.over(ceremony.StepCheck, root.DigestOf(raw))
	s.at(ceremony.StepSeal)
	s.confirm(ceremony.StepSeal) // not without a seal
	s.at(ceremony.StepSeal)

	e := ceremony.Exception{Step: ceremony.StepSeal, Expected: "quiet", Happened: "a fire alarm"}
	sealer := s.people[signers[0]]
	s.record(e)
	s.record(s.word(sealer), s.seal(sealer))
	s.confirm(ceremony.StepSeal)
	s.at(ceremony.StepSeal) // not with an exception open
	s.record(ceremony.Closed{Exception: ceremony.Fact{Body: e}.ID(), Decision: "go on", By: "desk"})
	s.confirm(ceremony.StepSeal)
	s.at(ceremony.StepSeal) // nor with a decision that nobody has sealed
	s.record(s.word(sealer), s.seal(sealer))
	s.confirm(ceremony.StepSeal)
	file, exceptions := root.DigestOf(raw), s.ExceptionsDigest()
	s.over(ceremony.StepHandOver, root.DigestOf(append(file[:], exceptions[:]...)))
	if step, more := s.Current(); more {
		t.Fatalf("at step %q, want the end", step)
	}
	if len(s.NotTaken) > 0 {
		t.Errorf("not taken: %v", s.NotTaken[0].Why)
	}
}

func TestWalk(t *testing.T) {
	for _, tt := range []struct {
		format plan.Format
		keys   plan.KeyType
		alg    pivcard.Algorithm
	}{{plan.TUF, plan.P256, pivcard.P256}, {plan.TUF, plan.P384, pivcard.P384}, {plan.Conda, plan.Ed25519, pivcard.Ed25519}} {
		t.Run(fmt.Sprintf("%s %s", tt.format, tt.keys), func(t *testing.T) {
			first := genesis(t, tt.format, tt.keys, people(t, tt.alg, nil))
			walk(t, first, "amsterdam", "boston", "fukuoka")
			second := rotation(t, first)
			if diff := cmp.Diff([]string{"edinburgh"}, second.Joining()); diff != "" {
				t.Errorf("joining: %s", diff)
			}
			// The old quorum is met by fukuoka, boston and amsterdam; the new
			// one wants another, and edinburgh is it.
			walk(t, second, "fukuoka", "boston", "amsterdam", "edinburgh")
			wantTallies(t, second.State, map[string]int{root.QuorumOld: 3, root.QuorumNew: 3})
			raw, err := second.Assemble()
			if err != nil {
				t.Fatal(err)
			}
			if _, report := verify.Candidate(first.trust(), raw, verify.Options{At: at, Rehearsal: true}); report.Verdict() != verify.Accepted {
				t.Errorf("a client says: %v", report.Failures())
			}
		})
	}
}

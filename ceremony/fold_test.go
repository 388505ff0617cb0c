package ceremony_test

import (
	"bytes"
	"crypto/elliptic"
	"encoding/asn1"
	"fmt"
	"math/big"
	"strings"
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
	s.record(ceremony.Confirmed{Step: ceremony.StepTrusted, Digest: digest(0xbd)}) // another root
	s.at(ceremony.StepTrusted)
	s.confirm(ceremony.StepTrusted)
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
	s.record(ceremony.Confirmed{Step: ceremony.StepFreeze, Digest: s.Plan.Digest()}) // the draft
	s.at(ceremony.StepFreeze)
	s.confirm(ceremony.StepFreeze)
	for _, wrong := range []root.Digest{{}, digest(0xbd), s.Frozen.Digest()} {
		s.record(ceremony.Confirmed{Step: ceremony.StepCandidate, Digest: wrong})
		s.at(ceremony.StepCandidate)
	}
	s.confirm(ceremony.StepCandidate)

	for _, name := range signers {
		s.confirm(ceremony.StepSignatures)
		s.at(ceremony.StepSignatures)
		if s.QuorumsMet() || !s.SignedDigest().IsZero() {
			t.Fatalf("the quorums are met before %s has signed", name)
		}
		s.by(name)
	}
	s.at(ceremony.StepCheck)
	s.confirm(ceremony.StepCheck)
	s.at(ceremony.StepSeal)
	s.confirm(ceremony.StepSeal) // not without a seal
	s.at(ceremony.StepSeal)

	e := ceremony.Exception{Step: ceremony.StepSeal, Expected: "quiet", Happened: "a fire alarm"}
	s.record(e, s.seal(s.people[signers[0]]))
	s.at(ceremony.StepSeal) // not with an exception open
	s.record(ceremony.Closed{Exception: ceremony.Fact{Body: e}.ID(), Decision: "go on", By: "desk"})
	s.at(ceremony.StepHandOver)
	s.confirm(ceremony.StepHandOver)
	if step, more := s.Current(); more {
		t.Fatalf("at step %q, want the end", step)
	}
	if len(s.Set) > 0 {
		t.Errorf("not taken: %v", s.Set[0].Why)
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

func wantTallies(t *testing.T, s *ceremony.State, want map[string]int) {
	t.Helper()
	got := make(map[string]int)
	for i, q := range s.Candidate.Quorums {
		got[q.Name] = s.Tallies[i].Good
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A signature that comes after the check makes other bytes of the signed file:
// they are checked anew, and nothing is lost.
func TestLateSignatureIsCheckedToo(t *testing.T) {
	s := signed(t)
	s.end("boston")
	before := s.SignedDigest()
	s.by("dakar")
	s.at(ceremony.StepCheck)
	if s.SignedDigest() == before || len(s.Signatures) != 4 {
		t.Errorf("signed by %v, digest %v", names(s.Signatures), s.SignedDigest())
	}
}

// If the token dies between the two touches, the signature counts and is
// labelled; the statement may come later.
func TestSignatureWithoutStatement(t *testing.T) {
	s := signed(t)
	c := s.signature(s.people["dakar"])
	s.accept(c)
	if a, ok := s.Signatures["dakar"]; !ok || a.Stated {
		t.Errorf("%v, stated %v: want a signature without a statement", ok, a.Stated)
	}
	wantTallies(t, s.State, map[string]int{root.QuorumGenesis: 4})
	s.record(s.stated(s.people["dakar"], c))
	if !s.Signatures["dakar"].Stated {
		t.Error("the statement does not count")
	}
}

// Of two signatures by one key the stated one is kept, and else that with the
// lower id; the key counts once.
func TestTwoSignaturesByOneKey(t *testing.T) {
	s := signed(t)
	dakar := s.people["dakar"]
	low := s.signature(dakar)
	high := twin(t, low)
	if x, y := (ceremony.Fact{Body: low}).ID(), (ceremony.Fact{Body: high}).ID(); bytes.Compare(x[:], y[:]) > 0 {
		low, high = high, low
	}
	want := func(c ceremony.Contribution, stated bool) {
		t.Helper()
		if got := s.Signatures["dakar"]; got.Stated != stated || got.Contribution.Digest() != c.Digest() {
			t.Errorf("kept: %v, stated %v; want %v", got.Contribution.Digest(), got.Stated, c.Digest())
		}
		wantTallies(t, s.State, map[string]int{root.QuorumGenesis: 4})
	}
	s.record(high, low)
	want(low, false)
	s.record(s.stated(dakar, high))
	want(high, true)
	s.record(s.stated(dakar, low))
	want(low, true)
}

// twin is the contribution with the other signature that anybody can make of an
// ECDSA signature: of (r, s), (r, n - s) verifies too.
func twin(t testing.TB, c ceremony.Contribution) ceremony.Contribution {
	t.Helper()
	var sig struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(c.Signature.Sig, &sig); err != nil {
		t.Fatal(err)
	}
	sig.S.Sub(elliptic.P256().Params().N, sig.S)
	der, err := asn1.Marshal(sig)
	if err != nil {
		t.Fatal(err)
	}
	c.Signature = &ceremony.Signature{Sig: der}
	return c
}

// A refusal is an answer, counts nothing, and may be followed by a signature.
func TestRefusal(t *testing.T) {
	s := signed(t)
	dakar := s.people["dakar"]
	c := s.refusal(dakar, "the expiry is not what was agreed")
	s.accept(c)
	s.record(s.stated(dakar, c))
	if got := s.Refusals["dakar"]; got.Contribution.Reason != c.Reason || !got.Stated {
		t.Errorf("%+v", got)
	}
	wantTallies(t, s.State, map[string]int{root.QuorumGenesis: 3})
	s.by("dakar")
	wantTallies(t, s.State, map[string]int{root.QuorumGenesis: 4})
}

// Grounds on which no sitting can stand.
func TestFoldRefuses(t *testing.T) {
	first := signed(t)
	second := rotation(t, first)
	opened := func(attempt, plan root.Digest) ceremony.Fact {
		return ceremony.Fact{Body: ceremony.Opened{Attempt: attempt, Plan: plan}}
	}
	ours := second.Plan.Digest()
	tests := []struct {
		name    string
		grounds ceremony.Grounds
		facts   []ceremony.Fact
		want    string
	}{
		{"a trusted root for a genesis", ceremony.Grounds{Plan: first.Plan, Trusted: first.trust()}, nil,
			"plan: continues nothing, but there is a trusted root"},
		{"no trusted root for a successor", ceremony.Grounds{Plan: second.Plan}, nil,
			"plan: continues version 1, but there is no trusted root"},
		{"another trusted root", ceremony.Grounds{Plan: second.Plan, Trusted: signed(t).trust()}, nil,
			fmt.Sprintf("plan: continues version 1 with digest %v, but the trusted root is version 1 with digest ", first.Candidate.Digest())},
		{"a rehearsal's root in production", ceremony.Grounds{Plan: inProduction(t, second), Trusted: second.Trusted}, nil,
			"plan: mode production, but of the trusted root the rehearsal mark says true"},
		{"facts of another plan", second.grounds, []ceremony.Fact{opened(digest(1), digest(2))},
			fmt.Sprintf("plan: this sitting's is %v, the one given is for %v", ours, digest(2))},
		{"facts of two attempts", second.grounds, []ceremony.Fact{opened(digest(1), ours), opened(digest(2), ours)},
			"attempt: this sitting's is "},
		{"no attempt", second.grounds, []ceremony.Fact{opened(root.Digest{}, ours)},
			"opened: names no attempt"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := ceremony.Fold(tt.grounds, tt.facts)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) || s != nil {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

// inProduction is the sitting's plan as one of production.
func inProduction(t *testing.T, s *sitting) *plan.Plan {
	t.Helper()
	text := strings.Replace(string(s.Plan.Raw()), "mode: rehearsal", "mode: production", 1)
	p, err := plan.Load([]byte(strings.ReplaceAll(text, "kind: rehearsal", "kind: piv")))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

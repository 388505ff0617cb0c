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
	"github.com/rootmoot/rootmoot/root"
)

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
		{
			"a trusted root for a genesis",
			ceremony.Grounds{Plan: first.Plan, Trusted: first.trust()},
			nil,
			"plan: continues nothing, but there is a trusted root",
		},
		{
			"no trusted root for a successor",
			ceremony.Grounds{Plan: second.Plan},
			nil,
			"plan: continues version 1, but there is no trusted root",
		},
		{
			"another trusted root",
			ceremony.Grounds{Plan: second.Plan, Trusted: signed(t).trust()},
			nil,
			fmt.Sprintf("plan: continues version 1 with digest %v, but the trusted root is version 1 with digest ", first.Candidate.Digest()),
		},
		{
			"a rehearsal's root in production",
			ceremony.Grounds{Plan: inProduction(t, second), Trusted: second.Trusted},
			nil,
			"plan: mode production, but of the trusted root the rehearsal mark says true",
		},
		{
			"facts of another plan", second.grounds,
			[]ceremony.Fact{opened(digest(1), digest(2))},
			fmt.Sprintf("plan: this sitting's is %v, the one given is for %v", ours, digest(2)),
		},
		{
			"facts of two attempts", second.grounds,
			[]ceremony.Fact{opened(digest(1), ours), opened(digest(2), ours)},
			"attempt: this sitting's is ",
		},
		{
			"no attempt", second.grounds,
			[]ceremony.Fact{opened(root.Digest{}, ours)},
			"opened: names no attempt",
		},
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

package ceremony_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/root"
)

// weakEd25519 is a key of small order, which "signs" every few messages, and
// noPoint 32 bytes that are no point of the curve.
func weakEd25519(t testing.TB) root.PublicKey { return ed25519Key(t, 0x01) }
func noPoint(t testing.TB) root.PublicKey     { return ed25519Key(t, 0x02) }

func ed25519Key(t testing.TB, first byte) root.PublicKey {
	t.Helper()
	k, err := root.NewEd25519(append([]byte{first}, make([]byte, 31)...))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func shortRSA(t testing.TB) root.PublicKey {
	t.Helper()
	t.Setenv("GODEBUG", "rsa1024min=0")
	private, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	k, err := root.ParseSPKI(der)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestAcceptEnrolment(t *testing.T) {
	s := genesis(t, plan.TUF, plan.P256, people(t, pivcard.P256, nil))
	s.open()
	amsterdam, boston := s.people["amsterdam"], s.people["boston"]
	first := s.contribution(ceremony.Enrolled, amsterdam)
	s.accept(first)
	s.record(s.stated(amsterdam, first))

	as := func(k root.PublicKey) func(*ceremony.Contribution) {
		return func(c *ceremony.Contribution) { c.Key = k.SPKI() }
	}
	tests := []attack{
		{name: "of small order", change: as(weakEd25519(t)), want: "Ed25519 point of small order: it signs without a secret"},
		{name: "no point", change: as(noPoint(t)), want: "not a point of the Ed25519 curve"},
		{name: "RSA of 1024 bits", change: as(shortRSA(t)), want: "RSA of 1024 bits"},
		{
			name: "other algorithm", change: as(newSigner(t, root.Ed25519).PublicKey),
			want: "enrolment of boston: the plan wants a key of ecdsa-p256, the token has one of ed25519",
		},
		{
			name: "other curve", change: as(newSigner(t, root.P384).PublicKey),
			want: "enrolment of boston: the plan wants a key of ecdsa-p256, the token has one of ecdsa-p384",
		},
		{name: "the key that another enrolled", change: as(amsterdam.key), want: "enrolment of boston: amsterdam has enrolled the same key"},
		{
			name: "a second one", change: func(c *ceremony.Contribution) { c.Participant = "amsterdam" },
			want: "enrolment of amsterdam: another key of theirs is enrolled already",
		},
		{name: "the online key", change: func(c *ceremony.Contribution) {
			k, _ := s.Plan.KeyOf("online")
			c.Key = k.SPKI()
		}, want: "contribution of boston: the key is that of online"},
		{
			name: "by who is to hold no key", change: func(c *ceremony.Contribution) { c.Participant = "desk" },
			want: "enrolment of desk: the plan has them join nothing",
		},
		{name: "by who is no participant", change: func(c *ceremony.Contribution) { c.Participant = "online" }, want: `"online" is no participant`},
		{name: "names a candidate", change: func(c *ceremony.Contribution) { c.Candidate = digest(1) }, mismatch: "candidate"},
		{name: "another plan", change: func(c *ceremony.Contribution) { c.Plan = digest(1) }, mismatch: "plan"},
		{name: "another attempt", change: func(c *ceremony.Contribution) { c.Attempt = digest(1) }, mismatch: "attempt"},
		{name: "of some chain", change: func(c *ceremony.Contribution) { c.Chain = digest(1) }, mismatch: "chain"},
		{name: "with a reason", change: func(c *ceremony.Contribution) { c.Reason = "because" }, want: "a reason in one of kind enrolment"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.mount(t, s.State, s.contribution(ceremony.Enrolled, boston)) })
	}

	t.Run("the same once more", func(t *testing.T) {
		if _, err := s.Accept(first); err != nil {
			t.Error(err)
		}
	})
	t.Run("a second one after the freeze", func(t *testing.T) {
		s.enrol()
		c := s.contribution(ceremony.Enrolled, newPerson(t, "boston", boston.serial, pivcard.P256, nil))
		_, err := s.Accept(c)
		var m *ceremony.MismatchError
		if !errors.As(err, &m) || m.What != "key" || m.Want != root.Digest(boston.key.Fingerprint()) {
			t.Errorf("%v, want a mismatch of the key", err)
		}
	})
}

// A key that stands in the plan in full proves possession like any other, also
// where its type leaves the curve open.
func TestEnrolReviewedKey(t *testing.T) {
	s := newSitting(t, people(t, pivcard.P384, nil), script{
		format: plan.TUF, mode: plan.Rehearsal, threshold: 1, keyType: plan.ECDSA,
		holders: []string{"amsterdam"}, reviewed: []string{"amsterdam"},
	}, noTrust(), rehearsalBundle(t))
	s.open()
	if !s.Plan.Frozen() || s.Frozen != nil {
		t.Fatal("a key counts before it has proven possession")
	}
	s.enrol()
	if s.Frozen == nil || s.Frozen.Digest() != s.Plan.Digest() || s.Candidate == nil {
		t.Fatalf("not frozen: %v", s.Blocked)
	}
}

// Somebody who enrols twice, with two keys and both of them stated, has one key
// in the plan, the same for everybody; the other is listed.
func TestTwoEnrolments(t *testing.T) {
	everybody := people(t, pivcard.P256, nil)
	s := genesis(t, plan.TUF, plan.P256, everybody)
	s.open()
	boston := everybody["boston"]
	again := newPerson(t, "boston", boston.serial, pivcard.P256, nil)
	a, b := s.contribution(ceremony.Enrolled, boston), s.contribution(ceremony.Enrolled, again)
	s.record(a, b, s.stated(boston, a), s.stated(again, b))
	want, other := ceremony.Fact{Body: a}, ceremony.Fact{Body: b}
	if x, y := want.ID(), other.ID(); bytes.Compare(x[:], y[:]) > 0 {
		want, other = other, want
	}
	if got := (ceremony.Fact{Body: s.Enrolments["boston"]}); got.ID() != want.ID() {
		t.Error("not the one with the lower id")
	}
	// The other, and the statement about it.
	if len(s.NotTaken) != 2 || s.NotTaken[0].Fact.ID() != other.ID() {
		t.Errorf("not taken: %q", setOf(s.State))
	}
	wantError(t, s.NotTaken[0].Why, "enrolment of boston: another key of theirs is enrolled already")
}

// One key for two names counts for one of them.
func TestOneKeyForTwoNames(t *testing.T) {
	everybody := people(t, pivcard.P256, nil)
	text := script{
		format: plan.TUF, mode: plan.Production, threshold: 2, keyType: plan.P256, holders: []string{"amsterdam", "boston"},
		more: "policy: {attestation: optional}",
	}
	s := newSitting(t, everybody, text, noTrust(), rehearsalBundle(t))
	s.open()
	one := everybody["amsterdam"]
	a := s.contribution(ceremony.Enrolled, one)
	a.Attestation = nil
	b := withParticipant(a, "boston")
	s.record(a, b, s.stated(one, a), s.stated(one, b))
	if len(s.Enrolments) != 1 || len(s.ToEnrol()) != 1 || s.Frozen != nil {
		t.Errorf("enrolled: %v", names(s.Enrolments))
	}
	wantError(t, s.NotTaken[0].Why, "has enrolled the same key")
}

// Who enrols one key twice, since the first time seemed lost, is enrolled by
// the fact with the lower id.
func TestSameEnrolmentTwice(t *testing.T) {
	s := genesis(t, plan.TUF, plan.P256, people(t, pivcard.P256, nil))
	s.open()
	boston := s.people["boston"]
	low := s.contribution(ceremony.Enrolled, boston)
	high := low
	high.Token.Firmware = "5.7.4"
	if x, y := (ceremony.Fact{Body: low}).ID(), (ceremony.Fact{Body: high}).ID(); bytes.Compare(x[:], y[:]) > 0 {
		low, high = high, low
	}
	s.record(high, s.stated(boston, high), low, s.stated(boston, low))
	if got := s.Enrolments["boston"]; got.Digest() != low.Digest() || len(s.NotTaken) > 0 {
		t.Errorf("enrolled by %v, want %v; not taken: %q", got.Digest(), low.Digest(), setOf(s.State))
	}
}

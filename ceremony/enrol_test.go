package ceremony_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"strings"
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
		{name: "of small order", change: as(weakEd25519(t)), want: "enrolment of boston: "},
		{name: "no point", change: as(noPoint(t)), want: "enrolment of boston: "},
		{name: "RSA of 1024 bits", change: as(shortRSA(t)), want: "enrolment of boston: "},
		{name: "other algorithm", change: as(newSigner(t, root.Ed25519).PublicKey),
			want: "enrolment of boston: the plan wants a key of ecdsa-p256, the token has one of ed25519"},
		{name: "other curve", change: as(newSigner(t, root.P384).PublicKey),
			want: "enrolment of boston: the plan wants a key of ecdsa-p256, the token has one of ecdsa-p384"},
		{name: "the key that another enrolled", change: as(amsterdam.key), want: "enrolment of boston: amsterdam has enrolled the same key"},
		{name: "a second one", change: func(c *ceremony.Contribution) { c.Participant = "amsterdam" },
			want: "enrolment of amsterdam: another key of theirs is enrolled already"},
		{name: "the online key", change: func(c *ceremony.Contribution) {
			k, _ := s.Plan.KeyOf("online")
			c.Key = k.SPKI()
		}, want: "contribution of boston: the key is that of online"},
		{name: "by who is to hold no key", change: func(c *ceremony.Contribution) { c.Participant = "desk" },
			want: "enrolment of desk: the plan has them join nothing"},
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

func TestAcceptStated(t *testing.T) {
	s := signed(t)
	dakar, boston := s.people["dakar"], s.people["boston"]
	c := s.signature(dakar)
	good := s.stated(dakar, c)
	if err := s.AcceptStated(c, good); err != nil {
		t.Fatal(err)
	}
	by := func(p *person, st ceremony.Statement) ceremony.Hex { return p.sign(st.Text()) }
	ours := c.Statement(dakar.key, true, good.Journal)
	other := s.signature(boston)
	tests := []struct {
		name   string
		change func(*ceremony.Stated)
		want   string
	}{
		{"about another contribution", func(st *ceremony.Stated) { st.Contribution = other.Digest() }, "statement of dakar: contribution: this sitting's is " + c.Digest().String()},
		{"another journal", func(st *ceremony.Stated) { st.Journal = digest(1) }, "statement (contribution): "},
		{"by another key", func(st *ceremony.Stated) { st.Sig = by(boston, ours) }, "statement (contribution): "},
		{"by another key in its own name", func(st *ceremony.Stated) {
			st.Sig = by(boston, c.Statement(boston.key, true, st.Journal))
		}, "statement (contribution): "},
		{"of production", func(st *ceremony.Stated) { st.Sig = by(dakar, c.Statement(dakar.key, false, st.Journal)) }, "statement (contribution): "},
		{"of another type", func(st *ceremony.Stated) {
			st.Sig = by(dakar, without(ours, func(s *ceremony.Statement) { s.Type = ceremony.Possession }))
		}, "statement (contribution): "},
		{"the signature over the candidate", func(st *ceremony.Stated) { st.Sig = c.Signature.Sig }, "statement (contribution): "},
		{"nothing", func(st *ceremony.Stated) { st.Sig = nil }, "statement (contribution): "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			st := good
			tt.change(&st)
			wantError(t, s.AcceptStated(c, st), tt.want)
		})
	}
}

func TestAcceptSeal(t *testing.T) {
	s := signed(t)
	boston, dakar := s.people["boston"], s.people["dakar"]
	good := s.seal(boston)
	if err := s.AcceptSeal(good); err != nil {
		t.Fatal(err)
	}
	text, err := s.SealStatement(good.Journal)
	if err != nil {
		t.Fatal(err)
	}
	by := func(p *person, change func(*ceremony.Statement)) ceremony.Hex {
		return p.sign(without(text, change).Text())
	}
	c := s.Signatures["boston"].Contribution
	const bad = "statement (seal): "
	tests := []struct {
		name   string
		change func(*ceremony.Seal)
		want   string
	}{
		{"another journal", func(b *ceremony.Seal) { b.Journal = digest(1) }, bad},
		{"another attempt", func(b *ceremony.Seal) { b.Sig = by(boston, func(s *ceremony.Statement) { s.Attempt = digest(1) }) }, bad},
		{"another plan", func(b *ceremony.Seal) { b.Sig = by(boston, func(s *ceremony.Statement) { s.Plan = digest(1) }) }, bad},
		{"another chain", func(b *ceremony.Seal) { b.Sig = by(boston, func(s *ceremony.Statement) { s.Chain = digest(1) }) }, bad},
		{"another candidate", func(b *ceremony.Seal) { b.Sig = by(boston, func(s *ceremony.Statement) { s.Candidate = digest(1) }) }, bad},
		{"of production", func(b *ceremony.Seal) { b.Sig = by(boston, func(s *ceremony.Statement) { s.Rehearsal = false }) }, bad},
		{"by another key", func(b *ceremony.Seal) { b.Sig = by(dakar, func(*ceremony.Statement) {}) }, bad},
		{"in another's name", func(b *ceremony.Seal) { b.Participant = "dakar" }, bad},
		{"a statement about a contribution", func(b *ceremony.Seal) { b.Sig = boston.sign(c.Statement(boston.key, true, b.Journal).Text()) }, bad},
		{"the signature over the candidate", func(b *ceremony.Seal) { b.Sig = c.Signature.Sig }, bad},
		{"nothing", func(b *ceremony.Seal) { b.Sig = nil }, bad},
		{"by who holds no key", func(b *ceremony.Seal) { b.Participant = "desk" }, `seal: "desk" holds no key of this plan`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := good
			tt.change(&b)
			wantError(t, s.AcceptSeal(b), tt.want)
		})
	}
}

// wantAttestation wants a refusal by just these rules of package attest.
func wantAttestation(t *testing.T, err error, participant string, rules ...string) {
	t.Helper()
	var a *ceremony.AttestationError
	if !errors.As(err, &a) {
		t.Fatalf("%v, want an attestation that fails %v", err, rules)
	}
	var got []string
	for _, c := range a.Failed {
		got = append(got, c.Rule)
		if !strings.Contains(err.Error(), c.Rule+": "+c.Detail) {
			t.Errorf("%v does not say %s: %s", err, c.Rule, c.Detail)
		}
	}
	if a.Participant != participant || strings.Join(got, " ") != strings.Join(rules, " ") {
		t.Errorf("%s fails %v, want %s and %v", a.Participant, got, participant, rules)
	}
}

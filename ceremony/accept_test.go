package ceremony_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/root"
)

// wantError wants an error that says this.
func wantError(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q", err, want)
	}
}

// An attack changes a good contribution, and names what it is refused with.
type attack struct {
	name     string
	change   func(*ceremony.Contribution)
	want     string // part of the message
	mismatch string // What of the MismatchError in it, if there is one
	is       error
}

// mount tries an attack on a contribution that would be taken.
func (a attack) mount(t *testing.T, s *ceremony.State, c ceremony.Contribution) {
	t.Helper()
	if _, err := s.Accept(c); err != nil {
		t.Fatalf("the good one: %v", err)
	}
	a.change(&c)
	f, err := s.Accept(c)
	if err == nil || f.Body != nil {
		t.Fatalf("taken: %+v, %v", f, err)
	}
	wantError(t, err, a.want)
	if a.is != nil && !errors.Is(err, a.is) {
		t.Errorf("%v is not %v", err, a.is)
	}
	var m *ceremony.MismatchError
	switch mismatch := errors.As(err, &m); {
	case mismatch != (a.mismatch != ""):
		t.Errorf("%v: want a mismatch of %q", err, a.mismatch)
	case mismatch:
		if m.What != a.mismatch || !strings.Contains(err.Error(), m.Want.String()) || !strings.Contains(err.Error(), m.Got.String()) || m.Want == m.Got {
			t.Errorf("%v: want a mismatch of %q that shows %v and %v", err, a.mismatch, m.Want, m.Got)
		}
	}
}

// spki is a key as a contribution has it.
func spki(k root.PublicKey) ceremony.Hex { return k.SPKI() }

func TestAcceptSignature(t *testing.T) {
	s := rotation(t, signed(t))
	s.open()
	s.enrol()
	boston, chennai := s.people["boston"], s.people["chennai"]
	stranger := newPerson(t, "stranger", 666, pivcard.P256, nil)
	message := s.Candidate.Root.Signed()
	by := func(p *person, msg []byte) *ceremony.Signature {
		return &ceremony.Signature{Sig: p.sign(msg)}
	}
	tests := []attack{
		{name: "other attempt", change: func(c *ceremony.Contribution) { c.Attempt = digest(1) }, want: "contribution of boston: attempt", mismatch: "attempt"},
		{name: "no attempt", change: func(c *ceremony.Contribution) { c.Attempt = root.Digest{} }, mismatch: "attempt"},
		{name: "other plan", change: func(c *ceremony.Contribution) { c.Plan = digest(1) }, want: "contribution of boston: plan", mismatch: "plan"},
		{name: "the draft", change: func(c *ceremony.Contribution) { c.Plan = s.Plan.Digest() }, mismatch: "plan"},
		{name: "other chain", change: func(c *ceremony.Contribution) { c.Chain = digest(1) }, want: "contribution of boston: chain", mismatch: "chain"},
		{name: "as if for a genesis", change: func(c *ceremony.Contribution) { c.Chain = root.Digest{} }, mismatch: "chain"},
		{name: "other candidate", change: func(c *ceremony.Contribution) { c.Candidate = digest(1) }, want: "contribution of boston: candidate", mismatch: "candidate"},
		{name: "no candidate", change: func(c *ceremony.Contribution) { c.Candidate = root.Digest{} }, mismatch: "candidate"},

		{
			name: "other participant's key", change: func(c *ceremony.Contribution) { c.Key, c.Signature = spki(chennai.key), by(chennai, message) },
			want: "contribution of boston: key", mismatch: "key",
		},
		{name: "key not in the plan", change: func(c *ceremony.Contribution) { c.Key, c.Signature = spki(stranger.key), by(stranger, message) }, mismatch: "key"},
		{name: "a stranger's, by who holds no key", change: func(c *ceremony.Contribution) {
			c.Participant, c.Key, c.Signature = "desk", spki(stranger.key), by(stranger, message)
		}, want: "is not in the plan"},
		{name: "by who holds no key", change: func(c *ceremony.Contribution) { c.Participant = "desk" }, want: "contribution of desk: the key is that of boston"},
		{name: "by who is no participant", change: func(c *ceremony.Contribution) { c.Participant = "grenoble" }, want: `"grenoble" is no participant of this plan`},
		{name: "by nobody", change: func(c *ceremony.Contribution) { c.Participant = "" }, want: `"" is no participant of this plan`},
		{name: "no key", change: func(c *ceremony.Contribution) { c.Key = nil }, want: "contribution of boston: "},
		{name: "key with a byte more", change: func(c *ceremony.Contribution) { c.Key = append(c.Key[:len(c.Key):len(c.Key)], 0) }, want: "contribution of boston: "},

		{
			name: "over other bytes", change: func(c *ceremony.Contribution) {
				c.Signature = by(boston, append(message[:len(message):len(message)], ' '))
			},
			want: "signature of boston: ", is: root.ErrSignature,
		},
		{
			name: "over the digest", change: func(c *ceremony.Contribution) { d := s.Candidate.Digest(); c.Signature = by(boston, d[:]) },
			want: "signature of boston: ", is: root.ErrSignature,
		},
		{
			name: "of the root before", change: func(c *ceremony.Contribution) { c.Signature = by(boston, s.TrustedRoot().Signed()) },
			want: "signature of boston: ", is: root.ErrSignature,
		},
		{name: "a statement", change: func(c *ceremony.Contribution) {
			c.Signature = by(boston, c.Statement(boston.key, true, digest(1)).Text())
		}, want: "signature of boston: ", is: root.ErrSignature},
		{name: "by another key", change: func(c *ceremony.Contribution) { c.Signature = by(chennai, message) }, want: "signature of boston: ", is: root.ErrSignature},
		{name: "empty", change: func(c *ceremony.Contribution) { c.Signature = &ceremony.Signature{} }, want: "signature of boston: ", is: root.ErrSignature},
		{name: "with an OpenPGP header", change: func(c *ceremony.Contribution) {
			c.Signature = &ceremony.Signature{Sig: c.Signature.Sig, Header: ceremony.Hex{4, 0}}
		}, want: "an OpenPGP header where raw signatures count"},

		{name: "none", change: func(c *ceremony.Contribution) { c.Signature = nil }, want: "holds no signature"},
		{name: "with a reason", change: func(c *ceremony.Contribution) { c.Reason = "because" }, want: "a reason in one of kind signature"},
		{name: "in a refusal", change: func(c *ceremony.Contribution) { c.Kind, c.Reason = ceremony.Refused, "no" }, want: "a signature in one of kind refusal"},
		{name: "in an enrolment", change: func(c *ceremony.Contribution) { c.Kind = ceremony.Enrolled }, want: "a signature in one of kind enrolment"},
		{name: "unknown kind", change: func(c *ceremony.Contribution) { c.Kind = "vote" }, want: `kind "vote" is not known`},
		{name: "no kind", change: func(c *ceremony.Contribution) { c.Kind = "" }, want: `kind "" is not known`},
	}
	good := s.signature(boston)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.mount(t, s.State, good) })
	}
}

// A conda signature is over its header too.
func TestAcceptOpenPGP(t *testing.T) {
	s := genesis(t, plan.Conda, plan.Ed25519, people(t, pivcard.Ed25519, nil))
	s.open()
	s.enrol()
	boston := s.people["boston"]
	header := func(change func(ceremony.Hex) ceremony.Hex) func(*ceremony.Contribution) {
		return func(c *ceremony.Contribution) {
			c.Signature = &ceremony.Signature{Sig: c.Signature.Sig, Header: change(slices.Clone(c.Signature.Header))}
		}
	}
	tests := []attack{
		{name: "another time", change: header(func(h ceremony.Hex) ceremony.Hex { h[len(h)-1]++; return h }), want: "signature of boston: ", is: root.ErrSignature},
		{name: "cut", change: header(func(h ceremony.Hex) ceremony.Hex { return h[:len(h)-1] }), want: "signature of boston: "},
		{name: "of another kind", change: header(func(h ceremony.Hex) ceremony.Hex { h[0] = 3; return h }), want: "signature of boston: "},
		{name: "raw", change: func(c *ceremony.Contribution) {
			c.Signature = &ceremony.Signature{Sig: boston.sign(s.Candidate.Root.Signed())}
		}, want: "signature of boston: ", is: root.ErrSignature},
	}
	good := s.signature(boston)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.mount(t, s.State, good) })
	}
}

func TestAcceptRefusal(t *testing.T) {
	s := signed(t)
	tests := []attack{
		{name: "no reason", change: func(c *ceremony.Contribution) { c.Reason = "" }, want: `refusal of "dakar": say why`},
		{name: "blank reason", change: func(c *ceremony.Contribution) { c.Reason = " \t\n" }, want: `refusal of "dakar": say why`},
		{name: "other candidate", change: func(c *ceremony.Contribution) { c.Candidate = digest(1) }, mismatch: "candidate"},
		{name: "other participant's key", change: func(c *ceremony.Contribution) { c.Key = spki(s.people["boston"].key) }, mismatch: "key"},
		{name: "for somebody else", change: func(c *ceremony.Contribution) { c.Participant = "boston" }, mismatch: "key"},
	}
	good := s.refusal(s.people["dakar"], "the expiry is not what was agreed")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { tt.mount(t, s.State, good) })
	}
}

// Nothing can be contributed to a sitting that is not open, and nothing signed
// before there is a candidate.
func TestAcceptTooEarly(t *testing.T) {
	later := signed(t)
	enrolment, signature := later.Enrolments["boston"], later.Signatures["boston"].Contribution
	s := genesis(t, plan.TUF, plan.P256, later.people)
	enrolment.Attempt = root.Digest{} // as that of this sitting still is
	_, err := s.Accept(enrolment)
	wantError(t, err, "contribution of boston: the sitting is not open")

	s.open()
	_, err = s.Accept(signature)
	wantError(t, err, "contribution of boston: there is no candidate yet to sign or refuse")
	_, err = s.Accept(later.refusal(later.people["boston"], "no"))
	wantError(t, err, "contribution of boston: there is no candidate yet to sign or refuse")
	wantError(t, s.AcceptSeal(later.seal(later.people["boston"])), "seal: there is no candidate")
}

// A joining key that never proved possession signs nothing, even if the
// candidate it signs is the one that would be made.
func TestSignatureWithoutPossession(t *testing.T) {
	s := rotation(t, signed(t))
	s.open()
	s.enrol()
	s.by("fukuoka", "amsterdam", "boston", "edinburgh")
	enrolment := s.Enrolments["edinburgh"].Digest()
	var without []ceremony.Fact
	for _, f := range s.facts {
		if st, ok := f.Body.(ceremony.Stated); !ok || st.Contribution != enrolment {
			without = append(without, f)
		}
	}
	got := s.fold(without...)
	if len(got.Enrolments) != 0 || len(got.ToEnrol()) != 1 || got.Frozen != nil || got.Candidate != nil || len(got.Signatures) != 0 || got.QuorumsMet() {
		t.Errorf("enrolled %v, signed %v", names(got.Enrolments), names(got.Signatures))
	}
	if len(got.NotTaken) != 8 { // four signatures and the statements about them
		t.Errorf("not taken: %q", setOf(got))
	}
	if step, _ := got.Current(); step != ceremony.StepTokens {
		t.Errorf("at step %q", step)
	}
}

// Who leaves signs for the old quorum, who joins for the new one, who stays
// for both.
func TestWhoCountsWhere(t *testing.T) {
	s := rotation(t, signed(t))
	s.open()
	s.enrol()
	for _, tt := range []struct {
		signer   string
		old, new int
	}{{"fukuoka", 1, 0}, {"edinburgh", 1, 1}, {"boston", 2, 2}} {
		s.by(tt.signer)
		wantTallies(t, s.State, map[string]int{root.QuorumOld: tt.old, root.QuorumNew: tt.new})
	}
	if s.QuorumsMet() {
		t.Error("two of three are a quorum")
	}
}

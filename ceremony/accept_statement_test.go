package ceremony_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
)

// What a statement is about is written down here once more, since the other
// tests sign whatever the package would have signed.
func TestStatementsOfASitting(t *testing.T) {
	s := rotation(t, signed(t))
	s.open()
	boston, edinburgh := s.people["boston"], s.people["edinburgh"]
	c := s.contribution(ceremony.Enrolled, edinburgh)
	statementIs(t, c.Statement(edinburgh.key, true, digest(0x10)), ceremony.Statement{
		Type: ceremony.Possession, Rehearsal: true, Chain: s.TrustedRoot().Digest, Plan: root.DigestOf(s.Plan.Raw()), Attempt: s.attempt,
		Key: root.DigestOf(edinburgh.key.SPKI()), Contribution: root.DigestOf(body(c)), Journal: digest(0x10),
	})
	s.enrol()
	for _, c := range []ceremony.Contribution{s.signature(boston), s.refusal(boston, "no")} {
		statementIs(t, c.Statement(boston.key, true, digest(0x10)), ceremony.Statement{
			Type: ceremony.ContributionRecorded, Rehearsal: true, Chain: s.TrustedRoot().Digest, Plan: root.DigestOf(s.Frozen.Raw()), Attempt: s.attempt,
			Candidate: root.DigestOf(s.Candidate.Root.Signed()),
			Key:       root.DigestOf(boston.key.SPKI()), Contribution: root.DigestOf(body(c)), Journal: digest(0x10),
		})
	}
	seal, err := s.SealStatement(digest(0x10))
	if err != nil {
		t.Fatal(err)
	}
	statementIs(t, seal, ceremony.Statement{
		Type: ceremony.Sealed, Rehearsal: true, Chain: s.TrustedRoot().Digest, Plan: root.DigestOf(s.Frozen.Raw()), Attempt: s.attempt,
		Candidate: root.DigestOf(s.Candidate.Root.Signed()), Journal: digest(0x10),
	})
}

func statementIs(t *testing.T, got, want ceremony.Statement) {
	t.Helper()
	if diff := cmp.Diff(string(want.Text()), string(got.Text())); diff != "" {
		t.Errorf("%s: %s", want.Type, diff)
	}
}

// body is the contribution as it stands within its fact.
func body(c ceremony.Contribution) []byte {
	raw := ceremony.Fact{Body: c}.Encode()
	return bytes.TrimSuffix(bytes.TrimPrefix(raw, []byte(`{"kind":"contribution","body":`)), []byte("}"))
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
	s.record(s.word(boston), s.word(dakar))
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
		{"without a word", func(b *ceremony.Seal) { b.Word = digest(1) }, `seal of "boston": word 0101`},
		{"over another's word", func(b *ceremony.Seal) { b.Word = ceremony.Fact{Body: s.word(dakar)}.ID() }, "is not theirs, or not here"},
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

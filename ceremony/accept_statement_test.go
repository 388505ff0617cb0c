package ceremony_test

import (
	"testing"

	"github.com/rootmoot/rootmoot/ceremony"
)

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

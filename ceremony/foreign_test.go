package ceremony_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony"
)

// A fact that does not hold is listed, with the reason, and changes nothing.
func TestForeignFacts(t *testing.T) {
	first := signed(t)
	s := rotation(t, first)
	s.open()
	s.enrol()
	s.by("fukuoka", "amsterdam", "boston", "edinburgh")
	s.end("boston")
	if len(s.NotTaken) > 0 {
		t.Fatal(s.NotTaken)
	}
	before := pictureOf(t, s.State)
	for _, tt := range foreign(t, s, first) {
		t.Run(tt.name, func(t *testing.T) {
			fact := ceremony.Fact{Body: tt.body}
			got := s.fold(append(slices.Clone(s.facts), fact)...)
			if diff := cmp.Diff(before, pictureOf(t, got)); diff != "" {
				t.Errorf("it changed something: %s", diff)
			}
			if len(got.NotTaken) != 1 || got.NotTaken[0].Fact.ID() != fact.ID() {
				t.Fatalf("not taken: %v", setOf(got))
			}
			wantError(t, got.NotTaken[0].Why, tt.want)
		})
	}
}

// A foreignFact does not hold in a sitting, and why.
type foreignFact struct {
	name string
	body ceremony.Body
	want string
}

// foreign are facts that s must not take. Some are another sitting's.
func foreign(t *testing.T, s, other *sitting) []foreignFact {
	t.Helper()
	edinburgh, boston := s.people["edinburgh"], s.people["boston"]
	c := s.Signatures["edinburgh"].Contribution
	changed := func(change func(*ceremony.Contribution)) ceremony.Contribution {
		x := c
		change(&x)
		return x
	}
	lie := s.stated(edinburgh, c)
	lie.Journal = digest(0x11)
	stolen := s.seal(edinburgh)
	stolen.Participant = "boston"
	enrolment := s.Enrolments["edinburgh"]
	return []foreignFact{
		{"a signature of the root before", other.Signatures["boston"].Contribution, "chain: this sitting's is "},
		{"an enrolment of the root before", other.Enrolments["boston"], "chain: this sitting's is "},
		{"a signature of another attempt", changed(func(c *ceremony.Contribution) { c.Attempt = digest(0xbd) }), "attempt: this sitting's is "},
		{"a signature under another name", changed(func(c *ceremony.Contribution) { c.Participant = "dakar" }), "contribution of dakar: key: "},
		{"a signature that is none", changed(func(c *ceremony.Contribution) { c.Signature = &ceremony.Signature{Sig: ceremony.Hex{1}} }), "signature does not verify"},
		{"a signature without attestation", changed(func(c *ceremony.Contribution) { c.Attestation = nil }), "ATTEST-CHAIN"},
		{"an enrolment by who is there already", withParticipant(s.contribution(ceremony.Enrolled, boston), "boston"), "join nothing"},
		{"a false statement about a signature", lie, "statement (contribution): "},
		{"another's statement about an enrolment", ceremony.Stated{Contribution: enrolment.Digest(), Sig: boston.sign([]byte("mine"))}, "statement (possession): "},
		{"a statement about nothing", ceremony.Stated{Contribution: digest(0xee), Sig: ceremony.Hex{1}}, "not taken or not here"},
		{"a statement about what is not taken", ceremony.Stated{Contribution: other.Signatures["boston"].Contribution.Digest()}, "not taken or not here"},
		{"a refusal without a reason", s.contribution(ceremony.Refused, boston), "say why"},
		{"a refusal by a stranger", withParticipant(s.refusal(boston, "no"), "grenoble"), "is no participant"},
		{"an exception that was never opened is closed", ceremony.Closed{Exception: digest(0xee), Decision: "go on"}, "is not here"},
		{"a seal of the root before", other.seal(other.people["dakar"]), "statement (seal): "},
		{"a seal under another name", stolen, "statement (seal): "},
		{"a seal by who holds no key", ceremony.Seal{Participant: "desk", Journal: s.head()}, `seal: "desk" holds no key`},
	}
}

func withParticipant(c ceremony.Contribution, name string) ceremony.Contribution {
	c.Participant = name
	return c
}

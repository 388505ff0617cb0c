package ceremony_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token/tokentest/cards"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

func noTrust() verify.Trusted { return verify.Trusted{} }

// one is the plan of a genesis with one key, with changes.
func one(mode plan.Mode, more string, replace ...string) script {
	s := script{format: plan.TUF, mode: mode, threshold: 1, keyType: plan.P256, holders: []string{"amsterdam"}, more: more}
	if len(replace) == 2 {
		s.replace = [2]string(replace)
	}
	return s
}

// A token is what its attestation says, in production and in rehearsals, when
// it enrols and whenever it signs.
func TestAttestation(t *testing.T) {
	maker, other := cards.NewMaker(t), cards.NewMaker(t)
	makers, others := maker.Bundle, other.Bundle
	rehearsals := rehearsalBundle(t)
	practice := newPerson(t, "amsterdam", 90000001, pivcard.P256, nil)
	genuine := newPerson(t, "amsterdam", 90000001, pivcard.P256, maker.Issuer)
	neighbour := newPerson(t, "boston", 90000002, pivcard.P256, maker.Issuer)

	nothing := func(*ceremony.Contribution) {}
	drop := func(c *ceremony.Contribution) { c.Attestation = nil }
	tests := []struct {
		name   string
		plan   script
		bundle attest.Bundle
		person *person
		change func(*ceremony.Contribution)
		fails  []string
	}{
		{"rehearsal token in a rehearsal", one(plan.Rehearsal, ""), rehearsals, practice, nothing, nil},
		{"real token in production", one(plan.Production, ""), makers, genuine, nothing, nil},
		{"rehearsal token in production", one(plan.Production, ""), makers, practice, nothing, []string{attest.RuleChain, attest.RuleSlot, attest.RuleRehearsal}},
		{"rehearsal token in production that takes the rehearsal root", one(plan.Production, ""), rehearsals, practice, nothing, []string{attest.RuleRehearsal}},
		{"real token in a rehearsal", one(plan.Rehearsal, ""), rehearsals, genuine, nothing, []string{attest.RuleChain, attest.RuleSlot, attest.RuleRehearsal}},
		{"real token in a rehearsal that takes its maker", one(plan.Rehearsal, ""), makers, genuine, nothing, []string{attest.RuleRehearsal}},
		{"token of another maker", one(plan.Production, ""), others, genuine, nothing, []string{attest.RuleChain}},
		{"no bundle", one(plan.Production, ""), attest.Bundle{}, genuine, nothing, []string{attest.RuleChain, attest.RuleSlot}},

		{"none, and it is required", one(plan.Production, "policy: {attestation: required}"), makers, genuine, drop, []string{attest.RuleChain}},
		{"none, by default", one(plan.Production, ""), makers, genuine, drop, []string{attest.RuleChain}},
		{"none, and it is optional", one(plan.Production, "policy: {attestation: optional}"), makers, genuine, drop, nil},
		{"none in a rehearsal, and it is optional", one(plan.Rehearsal, "policy: {attestation: optional}"), rehearsals, practice, drop, []string{attest.RuleChain}},
		{"a bad one, and it is optional", one(plan.Production, "policy: {attestation: optional}"), others, genuine, nothing, []string{attest.RuleChain}},
		{"none, of a token that has none", one(plan.Production, "", "{kind: piv, serial: 90000001}", "{kind: pkcs11, serial: 90000001}, attestation: none"), makers, genuine, drop, nil},

		{"that of another token", one(plan.Production, ""), makers, genuine, func(c *ceremony.Contribution) { c.Attestation = neighbour.attestation }, []string{attest.RuleKey, attest.RuleSerial}},
		{"without those above", one(plan.Production, ""), makers, genuine, func(c *ceremony.Contribution) {
			c.Attestation = &ceremony.Attestation{Leaf: c.Attestation.Leaf}
		}, []string{attest.RuleChain}},
		{"no certificate", one(plan.Production, ""), makers, genuine, func(c *ceremony.Contribution) { c.Attestation = &ceremony.Attestation{} }, []string{attest.RuleChain}},
		{"another serial number in the plan", one(plan.Production, "", "serial: 90000001", "serial: 90000009"), makers, genuine, nothing, []string{attest.RuleSerial}},
		{"another slot in the plan", one(plan.Production, "", "serial: 90000001", "serial: 90000001, slot: 9a"), makers, genuine, nothing, []string{attest.RuleSlot}},
		{"before the maker's certificates", one(plan.Production, "", "signing_time: 2026-12-01", "signing_time: 2025-12-01"), makers, genuine, nothing, []string{attest.RuleChain}},

		{"old firmware", one(plan.Production, `policy: {firmware: ">=5.7.5"}`), makers, genuine, nothing, []string{attest.RuleFirmware}},
		{"firmware that does not fit a byte", one(plan.Production, `policy: {firmware: ">=256.0.0"}`), makers, genuine, nothing, []string{attest.RuleFirmware}},
		{"new firmware", one(plan.Production, `policy: {firmware: ">=5.7.4"}`), makers, genuine, nothing, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSitting(t, map[string]*person{"amsterdam": tt.person}, tt.plan, noTrust(), tt.bundle)
			s.open()
			c := s.contribution(ceremony.Enrolled, tt.person)
			tt.change(&c)
			_, err := s.Accept(c)
			if tt.fails == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantAttestation(t, err, "amsterdam", tt.fails...)
		})
	}
}

// Swapping the attestation of a signature is noticed as well: it is checked
// each time, not only at enrolment.
func TestAttestationOfSignature(t *testing.T) {
	s := signed(t)
	c := s.signature(s.people["dakar"])
	c.Attestation = s.people["boston"].attestation
	_, err := s.Accept(c)
	wantAttestation(t, err, "dakar", attest.RuleKey, attest.RuleSerial)
	c.Attestation = nil
	_, err = s.Accept(c)
	wantAttestation(t, err, "dakar", attest.RuleChain)
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

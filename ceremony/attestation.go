package ceremony

import (
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// An AttestationError refuses a token whose attestation does not hold.
type AttestationError struct {
	Participant string
	Failed      []verify.Check
}

func (e *AttestationError) Error() string {
	var why []string
	for _, c := range e.Failed {
		why = append(why, c.Rule+": "+c.Detail)
	}
	return fmt.Sprintf("attestation of the token of %s: %s", e.Participant, strings.Join(why, "; "))
}

// attested checks the token's attestation against the plan's policy.
func (s *State) attested(c Contribution) error {
	if failed := (verify.Report{Checks: s.Attest(c)}).Failures(); len(failed) > 0 {
		return &AttestationError{Participant: c.Participant, Failed: failed}
	}
	return nil
}

// Attest judges the attestation of a contribution's token: at the plan's
// signing time, since certificates must have held then and clocks of offline
// machines are not to be relied on.
func (s *State) Attest(c Contribution) []verify.Check {
	p := s.Plan.Participants[c.Participant]
	policy := s.Plan.Policy.InForce()
	if p.Attestation == plan.AttestationNone {
		return []verify.Check{{Rule: attest.RuleChain, Result: verify.Skip, Subject: c.Participant, Detail: "the plan says that this token attests nothing"}}
	}
	if c.Attestation == nil {
		result := verify.Fail
		if policy.Attestation == plan.AttestationOptional && !s.Rehearsal() {
			result = verify.Warn
		}
		return []verify.Check{{Rule: attest.RuleChain, Result: result, Subject: c.Participant, Detail: "there is no attestation: read it from the token again"}}
	}
	want := attest.Expect{
		Time: "the plan's signing time",
		SPKI: c.Key, Rehearsal: s.Rehearsal(),
		PIN: string(policy.PIN), Touch: string(policy.Touch), MinFirmware: attest.VersionOf(policy.Firmware.Version()),
	}
	if p.Token != nil {
		want.Slot, want.Serial = string(p.Token.SlotInForce()), string(p.Token.Serial)
	}
	chain := make([][]byte, len(c.Attestation.Chain))
	for i, cert := range c.Attestation.Chain {
		chain[i] = cert
	}
	_, checks := attest.Check(c.Attestation.Leaf, chain, s.Bundle, want, s.Plan.SigningTime.Time())
	return checks
}

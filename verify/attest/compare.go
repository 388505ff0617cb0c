package attest

import (
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/verify"
)

func (j *judgement) extensions() {
	if err := j.facts.extensions(j.leaf); err != nil {
		j.fail(RuleExtensions, "%v: not an attestation of a PIV key; attest again on the token", err)
		return
	}
	j.decoded = true
	j.pass(RuleExtensions, "firmware %s, serial number %s, pin %s, touch %s", j.facts.Firmware, j.facts.Serial, j.facts.PINPolicy, j.facts.TouchPolicy)
}

func (j *judgement) slot() {
	want := j.bundle.names.leaf + " " + j.expect.Slot
	got := j.leaf.Subject.CommonName
	if i := strings.LastIndexByte(got, ' '); i >= 0 {
		j.facts.Slot = got[i+1:]
	}
	if j.expect.Slot == "" || got != want {
		j.fail(RuleSlot, "subject %q, want %q: attest the slot that signs", got, want)
		return
	}
	j.pass(RuleSlot, "slot %s", j.expect.Slot)
}

func (j *judgement) key() {
	switch got, want := j.facts.SPKI, j.expect.SPKI; {
	case len(want) == 0:
		j.add(RuleKey, verify.Skip, "no key to compare with; the attested one is "+fingerprint(got))
	case !sameKey(got, want):
		j.fail(RuleKey, "attested key %s, want %s: this attestation is for another key", fingerprint(got), fingerprint(want))
	default:
		j.pass(RuleKey, "%s key %s", j.facts.Algorithm, fingerprint(got))
	}
}

func (j *judgement) serial() {
	switch got, want := j.facts.Serial, j.expect.Serial; {
	case !j.readable(RuleSerial):
	case want == "":
		j.add(RuleSerial, verify.Skip, "no serial number to compare with; the attested one is "+got)
	case got != want:
		j.fail(RuleSerial, "serial number %s, want %s: this is another token", got, want)
	default:
		j.pass(RuleSerial, "serial number %s", got)
	}
}

// policy compares by strictness: order is from lax to strict.
func (j *judgement) policy(rule, what, got, want string, order []string) {
	rank := func(s string) int {
		for i, o := range order {
			if o == s {
				return i
			}
		}
		return -1
	}
	switch {
	case !j.readable(rule):
	case want == "":
		j.add(rule, verify.Skip, fmt.Sprintf("no %s policy asked for; the key's is %s", what, got))
	case rank(want) < 0:
		j.fail(rule, "the %s policy asked for, %q, is not one of %s", what, want, strings.Join(order, ", "))
	case rank(got) < rank(want):
		j.fail(rule, "%s policy %s, want %s: it is fixed when a key is generated; generate another", what, got, want)
	default:
		j.pass(rule, "%s policy %s", what, got)
	}
}

func (j *judgement) firmware() {
	switch got, want := j.facts.Firmware, j.expect.MinFirmware; {
	case !j.readable(RuleFirmware):
	case want == Version{}:
		j.add(RuleFirmware, verify.Skip, fmt.Sprintf("no firmware asked for; the token's is %s", got))
	case got.Compare(want) < 0:
		j.fail(RuleFirmware, "firmware %s, want %s or later: it cannot be updated; take a newer token", got, want)
	default:
		j.pass(RuleFirmware, "firmware %s", got)
	}
}

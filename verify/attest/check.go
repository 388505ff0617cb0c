package attest

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/rootmoot/rootmoot/verify"
)

// Expect is what an attestation must say. An empty field has nothing to be
// compared with, and its check is skipped and says so; Slot and Rehearsal
// always count.
type Expect struct {
	SPKI        []byte  // the enrolled key, DER SubjectPublicKeyInfo
	Slot        string  // "9c"
	Serial      string  // decimal
	MinFirmware Version // inclusive
	PIN         string  // "once" or "always": this or stricter
	Touch       string  // "cached" or "always": this or stricter
	Rehearsal   bool    // judged in a rehearsal, else in production
	// Time says what the given time is, "the plan's signing time": for people,
	// compared with nothing.
	Time string
}

// Check judges an attestation: leaf and chain, DER, as the token gave them,
// against the roots of b and what is expected, at the given time. There is one
// check for every rule of [Rules], in that order. The Facts are what the leaf
// claims; believe them only if Proven.
func Check(leaf []byte, chain [][]byte, b Bundle, e Expect, at time.Time) (Facts, []verify.Check) {
	j := judgement{bundle: b, expect: e, at: at}
	j.facts = Facts{Bundle: b.Name, BundleDigest: b.Digest}
	if err := j.parse(leaf, chain); err != nil {
		j.fail(RuleChain, "%v: get the certificates from the token again", err)
		for _, r := range Rules()[1:] {
			j.add(r.ID, verify.Skip, "the certificates could not be read")
		}
		return j.facts, j.checks
	}
	j.chain()
	j.branch()
	j.extensions()
	j.slot()
	j.key()
	j.serial()
	j.policy(RulePIN, "pin", j.facts.PINPolicy, e.PIN, []string{"never", "once", "always"})
	j.policy(RuleTouch, "touch", j.facts.TouchPolicy, e.Touch, []string{"never", "cached", "always"})
	j.firmware()
	j.advisory()
	j.rehearsal()
	j.facts.Proven = len((verify.Report{Checks: j.checks}).Failures()) == 0
	return j.facts, j.checks
}

// judgement is one run of Check.
type judgement struct {
	bundle Bundle
	expect Expect
	at     time.Time

	leaf    *x509.Certificate
	given   []*x509.Certificate
	path    []*x509.Certificate // as verified; nil if none
	decoded bool                // the extensions could be read
	facts   Facts
	checks  []verify.Check
}

func (j *judgement) parse(leaf []byte, chain [][]byte) error {
	if len(chain) > maxChain {
		return fmt.Errorf("chain of %d certificates, more than %d", len(chain), maxChain)
	}
	for i, der := range append([][]byte{leaf}, chain...) {
		if len(der) > maxCertificate {
			return fmt.Errorf("certificate %d: %d bytes, more than %d", i, len(der), maxCertificate)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return fmt.Errorf("certificate %d: %w", i, err)
		}
		j.given = append(j.given, c)
	}
	j.leaf, j.given = j.given[0], j.given[1:]
	j.facts.SPKI = j.leaf.RawSubjectPublicKeyInfo
	j.facts.Algorithm = algorithm(j.leaf.PublicKey)
	j.facts.NotBefore, j.facts.NotAfter = j.leaf.NotBefore, j.leaf.NotAfter
	return nil
}

// readable says whether the extensions were decoded, and skips rule if not.
func (j *judgement) readable(rule string) bool {
	if !j.decoded {
		j.add(rule, verify.Skip, "the extensions could not be read")
	}
	return j.decoded
}

func (j *judgement) pass(rule, format string, args ...any) {
	j.add(rule, verify.Pass, fmt.Sprintf(format, args...))
}

func (j *judgement) fail(rule, format string, args ...any) {
	j.add(rule, verify.Fail, fmt.Sprintf(format, args...))
}

func (j *judgement) add(rule string, r verify.Result, detail string) {
	j.checks = append(j.checks, verify.Check{Rule: rule, Result: r, Subject: j.subject(), Detail: detail})
}

func (j *judgement) subject() string {
	if j.leaf == nil {
		return "attestation"
	}
	return "attestation of key " + fingerprint(j.facts.SPKI)
}

func fingerprint(spki []byte) string {
	d := sha256.Sum256(spki)
	return hex.EncodeToString(d[:])
}

package attest

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"strings"
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

// verifyTo finds a path from the leaf to a root of b at the given time.
func (j *judgement) verifyTo(b Bundle) ([]*x509.Certificate, error) {
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for _, c := range b.roots {
		roots.AddCert(c)
	}
	for _, c := range append(append([]*x509.Certificate(nil), b.intermediates...), j.given...) {
		between.AddCert(c)
	}
	paths, err := j.leaf.Verify(x509.VerifyOptions{
		Roots:         roots,
		Intermediates: between,
		CurrentTime:   j.at,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	if err != nil {
		return nil, err
	}
	return paths[0], nil
}

func (j *judgement) chain() {
	if j.at.IsZero() { // x509 would take the machine's clock
		j.fail(RuleChain, "no time was given to judge at")
		return
	}
	path, err := j.verifyTo(j.bundle)
	if err != nil {
		j.fail(RuleChain, "no chain to a root of bundle %q at %s: %v", j.bundle.Name, j.at.UTC().Format(time.RFC3339), err)
		return
	}
	j.path = path
	for _, c := range path {
		j.facts.Path = append(j.facts.Path, c.Subject.String())
	}
	j.pass(RuleChain, "chains to %s of bundle %q at %s", path[len(path)-1].Subject, j.bundle.Name, j.at.UTC().Format(time.RFC3339))
}

// branch wants leaf, device, issuers, root: a device between leaf and CA, and
// every intermediate that issued a device to be one for PIV.
func (j *judgement) branch() {
	if j.path == nil {
		j.add(RuleBranch, verify.Skip, "there is no chain")
		return
	}
	names := j.bundle.names
	if len(j.path) < 3 {
		j.fail(RuleBranch, "chain of %d certificates: no device between the leaf and the root", len(j.path))
		return
	}
	if device := j.path[1].Subject.CommonName; device != names.device {
		j.fail(RuleBranch, "issued by %q, a PIV device is %q: this is another applet's attestation", device, names.device)
		return
	}
	if issuer := j.path[2].Subject.CommonName; len(j.path) > 3 && !strings.HasPrefix(issuer, names.issuer) {
		j.fail(RuleBranch, "the device's issuer %q is not one for PIV (%q…)", issuer, names.issuer)
		return
	}
	j.pass(RuleBranch, "leaf, device and issuers are of the PIV branch")
}

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

// rehearsal goes by what the certificates say of themselves and by what root
// they chain to, whichever bundle was given.
func (j *judgement) rehearsal() {
	mark := strings.Fields(rehearsalNaming().device)[0]
	for _, c := range append([]*x509.Certificate{j.leaf}, j.given...) {
		named := strings.Contains(c.Subject.CommonName, mark) || strings.Contains(c.Issuer.CommonName, mark)
		j.facts.Rehearsal = j.facts.Rehearsal || named
	}
	rehearsal, err := RehearsalBundle()
	if err != nil {
		j.fail(RuleRehearsal, "%v", err)
		return
	}
	if path, err := j.verifyTo(rehearsal); err == nil && path != nil {
		j.facts.Rehearsal = true
	}
	switch {
	case j.facts.Rehearsal && !j.expect.Rehearsal:
		j.fail(RuleRehearsal, "a rehearsal token in production: anyone can make one; use a real token")
	case !j.facts.Rehearsal && j.expect.Rehearsal:
		j.fail(RuleRehearsal, "a real token in a rehearsal: real keys never sign in a rehearsal; use a rehearsal token")
	case j.bundle.Rehearsal != j.expect.Rehearsal:
		j.fail(RuleRehearsal, "bundle %q is for the other kind of ceremony", j.bundle.Name)
	case j.expect.Rehearsal:
		j.pass(RuleRehearsal, "a rehearsal token in a rehearsal")
	default:
		j.pass(RuleRehearsal, "no rehearsal token, in production")
	}
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

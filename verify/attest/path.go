package attest

import (
	"crypto/x509"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/verify"
)

// verifyTo finds a path from the leaf to a root of b at the given time.
func (j *judgement) verifyTo(b Bundle) ([]*x509.Certificate, error) {
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for _, c := range b.roots {
		roots.AddCert(c)
	}
	for _, c := range b.intermediates {
		between.AddCert(c)
	}
	for _, c := range j.given {
		between.AddCert(b.names.oldDevice(c, b.roots))
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
		j.fail(RuleChain, "no chain to a root of bundle %q at %s: %v", j.bundle.Name, j.time(), err)
		return
	}
	j.path = path
	for _, c := range path {
		j.facts.Path = append(j.facts.Path, c.Subject.String())
	}
	how := ""
	if len(path) > 2 {
		j.facts.device(path[1])
		if j.bundle.names.isUnmarked(path[1]) {
			how = "; its device certificate is an old one without basicConstraints, and was taken for the issuer of leaves only"
		}
	}
	j.pass(RuleChain, "chains to %s of bundle %q at %s%s", path[len(path)-1].Subject, j.bundle.Name, j.time(), how)
}

// time is when it is judged, and what that time is.
func (j *judgement) time() string {
	at := j.at.UTC().Format(time.RFC3339)
	if j.expect.Time != "" {
		at += ", " + j.expect.Time
	}
	return at
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

package attest_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/verify/attest"
)

// A device certificate without basicConstraints passes for an issuer of leaves
// only where everything else about it says that it is an old device's.
func TestDeviceWithoutConstraints(t *testing.T) {
	old := newHierarchy(t, "Yubico PIV Root CA Serial 263751")
	root := issue(t, nil, "Yubico PIV Root CA Serial 263751", pathLength(3))
	old.bundle = bundleOf(t, root)
	unmarked := func(firmware ...byte) func(*x509.Certificate) {
		return func(c *x509.Certificate) {
			c.IsCA, c.BasicConstraintsValid = false, false
			if firmware != nil {
				c.ExtraExtensions = []pkix.Extension{ext(3, firmware...)}
			}
		}
	}
	below := issue(t, &root, "Yubico PIV Attestation B 1", pathLength(1))
	for _, c := range []struct {
		name  string
		spoil func(*sample)
		want  []string
	}{
		{"of firmware 4.3.7", func(s *sample) { s.device = unmarked(4, 3, 7) }, nil},
		{"of firmware 5.2.4", func(s *sample) { s.device = unmarked(5, 2, 4) }, nil},
		{"of later firmware", func(s *sample) { s.device = unmarked(5, 3, 0) }, []string{attest.RuleChain}},
		{"of no firmware", func(s *sample) { s.device = unmarked() }, []string{attest.RuleChain}},
		{"firmware malformed", func(s *sample) { s.device = unmarked(4, 3) }, []string{attest.RuleChain}},
		{"says that it is no CA", func(s *sample) {
			s.device = func(c *x509.Certificate) {
				unmarked(4, 3, 7)(c)
				c.BasicConstraintsValid = true
			}
		}, []string{attest.RuleChain}},
		{"of another name, as U2F certificates have", func(s *sample) {
			s.device, s.deviceName = unmarked(4, 3, 7), "Yubico U2F EE Serial 1"
		}, []string{attest.RuleChain}},
		{"of two names", func(s *sample) {
			s.device = func(c *x509.Certificate) {
				unmarked(4, 3, 7)(c)
				c.Subject.Organization = []string{"Yubico"}
			}
		}, []string{attest.RuleChain}},
		{"under an intermediate", func(s *sample) {
			s.issuer, s.device, s.given = below, unmarked(4, 3, 7), []authority{below}
		}, []string{attest.RuleChain}},
		{"as the issuer of another device", func(s *sample) {
			s.issuer = issue(t, &root, "Yubico PIV Attestation", unmarked(4, 3, 7))
			s.given = []authority{s.issuer}
		}, []string{attest.RuleChain}},
		{"may not sign certificates", func(s *sample) {
			s.device = func(c *x509.Certificate) {
				unmarked(4, 3, 7)(c)
				c.KeyUsage = x509.KeyUsageDigitalSignature
			}
		}, []string{attest.RuleChain}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := old.sample()
			s.issuer = root
			c.spoil(&s)
			facts, checks := s.check(t)
			if d := cmp.Diff(c.want, failures(t, checks)); d != "" || facts.Proven != (c.want == nil) {
				t.Errorf("failed rules (-want +got):\n%s%+v", d, checks)
			}
		})
	}
}

// The U2F root says that nothing but leaves stands below it. It may have
// devices there all the same; no other root may, nor may it have more.
func TestShortRoot(t *testing.T) {
	const name = "Yubico U2F Root CA Serial 457200631"
	short, other := issue(t, nil, name, pathLength(0)), issue(t, nil, "Yubico PIV Root CA", pathLength(0))
	below := issue(t, &short, "Yubico PIV Attestation B 1", pathLength(1))
	for _, c := range []struct {
		name  string
		spoil func(*sample)
		want  []string
	}{
		{"a device", func(s *sample) { s.issuer = short }, nil},
		{"another applet's", func(s *sample) { s.issuer, s.deviceName = short, "Yubico U2F EE Serial 1" }, []string{attest.RuleBranch}},
		{"an intermediate and a device", func(s *sample) { s.issuer, s.given = below, []authority{below} }, []string{attest.RuleChain}},
		{"a device under another short root", func(s *sample) { s.issuer = other }, []string{attest.RuleChain}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newHierarchy(t, "unused").sample()
			s.bundle = bundleOf(t, short, other)
			c.spoil(&s)
			_, checks := s.check(t)
			if d := cmp.Diff(c.want, failures(t, checks)); d != "" {
				t.Errorf("failed rules (-want +got):\n%s%+v", d, checks)
			}
		})
	}
}

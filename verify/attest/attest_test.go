package attest_test

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/verify/attest"
)

var at = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// That a device is certified stands in its own certificate, and counts from
// there only.
func TestCertifiedDevices(t *testing.T) {
	h := newHierarchy(t, "Yubico Attestation Root 1")
	for _, c := range []struct {
		last       int
		fips, cspn bool
	}{{10, true, false}, {11, false, true}, {12, false, false}} {
		s := h.sample()
		if facts, _ := s.check(t); facts.FIPS || facts.CSPN {
			t.Errorf("plain: %+v", facts)
		}
		s.device = func(d *x509.Certificate) { d.ExtraExtensions = []pkix.Extension{ext(c.last, 2, 1, 3)} }
		if facts, _ := s.check(t); !facts.Proven || facts.FIPS != c.fips || facts.CSPN != c.cspn {
			t.Errorf("with .%d: %+v", c.last, facts)
		}
		s.bundle = attest.Bundle{}
		if facts, _ := s.check(t); facts.FIPS || facts.CSPN {
			t.Errorf("with .%d, of no chain: %+v", c.last, facts)
		}
	}
}

func TestRules(t *testing.T) {
	h := newHierarchy(t, "Yubico Attestation Root 1")
	other := newHierarchy(t, "Yubico Attestation Root 1")
	preview := issue(t, nil, "Yubico 2025 PIV Attestation Preview CA ", nil)
	self := issue(t, nil, "Yubico PIV Attestation B2 1", nil)
	withExt := func(last int, value ...byte) func(*sample) {
		return func(s *sample) {
			for i, e := range s.exts {
				if e.Id[len(e.Id)-1] == last {
					s.exts[i] = ext(last, value...)
				}
			}
		}
	}
	without := func(last int) func(*sample) {
		return func(s *sample) {
			var kept []pkix.Extension
			for _, e := range s.exts {
				if e.Id[len(e.Id)-1] != last {
					kept = append(kept, e)
				}
			}
			s.exts = kept
		}
	}
	for _, c := range []struct {
		name  string
		spoil func(*sample)
		want  []string
	}{
		{"good", func(*sample) {}, nil},
		{"nothing to compare with", func(s *sample) { s.expect = attest.Expect{Slot: "9c"} }, nil},
		{"other root", func(s *sample) { s.bundle = other.bundle }, []string{attest.RuleChain}},
		{"a root of the same name, its whole chain given", func(s *sample) { s.issuer, s.given = other.piv, []authority{other.between, other.root} }, []string{attest.RuleChain}},
		{"preview device", func(s *sample) { s.issuer, s.given = preview, []authority{preview} }, []string{attest.RuleChain}},
		{"attesting key put in by its holder, certified by itself", func(s *sample) { s.issuer = self }, []string{attest.RuleChain}},
		{"intermediate swapped for one of the same name", func(s *sample) { s.bundle, s.given = h.rootOnly, []authority{other.piv, other.between} }, []string{attest.RuleChain}},
		{"intermediates not in the bundle, and not given", func(s *sample) { s.bundle = h.rootOnly }, []string{attest.RuleChain}},
		{"intermediates given with the token", func(s *sample) { s.bundle, s.given = h.rootOnly, []authority{h.between, h.piv} }, nil},
		{"fido device", func(s *sample) { s.issuer, s.deviceName = h.fido, "Yubico FIDO Attestation" }, []string{attest.RuleChain}},
		{"piv name under the fido issuer", func(s *sample) { s.issuer = h.fido }, []string{attest.RuleChain}},
		{"no device: the fido issuer signed the leaf", func(s *sample) { s.leafIssuer = &h.fido }, []string{attest.RuleBranch}},
		{"device under the intermediate, no issuer of a branch", func(s *sample) { s.issuer = h.between }, []string{attest.RuleBranch}},
		{"a device below a device", func(s *sample) {
			s.issuer = issue(t, &h.piv, "Yubico PIV Attestation", pathLength(0))
		}, []string{attest.RuleChain}},
		{"device expired", func(s *sample) {
			s.device = func(c *x509.Certificate) { c.NotAfter = at.AddDate(0, 0, -1) }
		}, []string{attest.RuleChain}},
		{"empty bundle", func(s *sample) { s.bundle = attest.Bundle{} }, []string{attest.RuleChain, attest.RuleSlot}},
		{"before its time", func(s *sample) { s.at = at.AddDate(-2, 0, 0) }, []string{attest.RuleChain}},
		{"expired", func(s *sample) { s.at = at.AddDate(2, 0, 0) }, []string{attest.RuleChain}},
		{"no time", func(s *sample) { s.at = time.Time{} }, []string{attest.RuleChain}},
		{"device is no CA", func(s *sample) { s.device = func(c *x509.Certificate) { c.IsCA = false } }, []string{attest.RuleChain}},
		{"leaf of another slot as CA", func(s *sample) {
			device := issue(t, &h.piv, "Yubico PIV Attestation", nil)
			leaf := issue(t, &device, "YubiKey PIV Attestation 9a", func(c *x509.Certificate) { c.IsCA, c.BasicConstraintsValid = false, false })
			s.leafIssuer = &leaf
		}, []string{attest.RuleChain}},
		{"openpgp device", func(s *sample) { s.issuer, s.deviceName = h.openp, "Yubico OPGP Attestation" }, []string{attest.RuleBranch}},
		{"piv name under the openpgp issuer", func(s *sample) { s.issuer = h.openp }, []string{attest.RuleBranch}},
		{"no device: the issuer signed the leaf", func(s *sample) { s.leafIssuer = &h.piv }, []string{attest.RuleBranch}},
		{"no device: the root signed the leaf", func(s *sample) { s.leafIssuer = &h.root }, []string{attest.RuleBranch}},
		{"firmware missing", without(3), []string{attest.RuleExtensions}},
		{"serial missing", without(7), []string{attest.RuleExtensions}},
		{"policies missing", without(8), []string{attest.RuleExtensions}},
		{"form factor missing, as on old tokens", without(9), nil},
		{"no extensions", func(s *sample) { s.exts = nil }, []string{attest.RuleExtensions}},
		{"firmware short", withExt(3, 5, 7), []string{attest.RuleExtensions}},
		{"firmware wrapped", withExt(3, 4, 3, 5, 7, 4), []string{attest.RuleExtensions}},
		{"serial no integer", withExt(7, 0, 0xAE, 0x17, 0xFB), []string{attest.RuleExtensions}},
		{"serial negative", withExt(7, 2, 1, 0x80), []string{attest.RuleExtensions}},
		{"serial not shortest", withExt(7, 2, 5, 0, 0, 0xAE, 0x17, 0xFB), []string{attest.RuleExtensions}},
		{"serial with a tail", withExt(7, 2, 4, 0, 0xAE, 0x17, 0xFB, 0), []string{attest.RuleExtensions}},
		{"serial too large", withExt(7, 2, 5, 1, 0, 0, 0, 0), []string{attest.RuleExtensions}},
		{"policy unknown", withExt(8, 4, 2), []string{attest.RuleExtensions}},
		{"policy short", withExt(8, 3), []string{attest.RuleExtensions}},
		{"touch unknown", withExt(8, 3, 0), []string{attest.RuleExtensions}},
		{"form factor long", withExt(9, 1, 1), []string{attest.RuleExtensions}},
		{"form factor unknown", withExt(9, 0x3F), []string{attest.RuleExtensions}},
		{"other slot", func(s *sample) { s.subject = "YubiKey PIV Attestation 9a" }, []string{attest.RuleSlot}},
		{"slot in upper case", func(s *sample) { s.subject = "YubiKey PIV Attestation 9C" }, []string{attest.RuleSlot}},
		{"no slot asked", func(s *sample) { s.expect.Slot = "" }, []string{attest.RuleSlot}},
		{"other key", func(s *sample) { s.expect.SPKI = spki(t, newKey(t)) }, []string{attest.RuleKey}},
		{"other serial", func(s *sample) { s.expect.Serial = "11409404" }, []string{attest.RuleSerial}},
		{"pin once, always wanted", withExt(8, 2, 2), []string{attest.RulePIN}},
		{"pin always, once wanted", func(s *sample) { s.expect.PIN = "once" }, nil},
		{"pin policy misspelt", func(s *sample) { s.expect.PIN = "Always" }, []string{attest.RulePIN}},
		{"touch never", withExt(8, 3, 1), []string{attest.RuleTouch}},
		{"touch cached, always wanted", withExt(8, 3, 3), []string{attest.RuleTouch}},
		{"touch always, cached wanted", func(s *sample) { s.expect.Touch = "cached" }, nil},
		{"firmware too old", withExt(3, 5, 6, 255), []string{attest.RuleFirmware}},
		{"real token in a rehearsal", func(s *sample) { s.expect.Rehearsal = true }, []string{attest.RuleRehearsal}},
		{"names itself a rehearsal", func(s *sample) { s.deviceName = "REHEARSAL PIV Attestation" }, []string{attest.RuleBranch, attest.RuleRehearsal}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := h.sample()
			c.spoil(&s)
			facts, checks := s.check(t)
			if d := cmp.Diff(c.want, failures(t, checks)); d != "" {
				t.Errorf("failed rules (-want +got):\n%s%+v", d, checks)
			}
			if facts.Proven != (c.want == nil) {
				t.Errorf("proven is %v", facts.Proven)
			}
		})
	}
}

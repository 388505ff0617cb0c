package plan

import (
	"fmt"
	"strings"
	"testing"
)

// openPGPPlan renews [condaRoot], whose keyholder stays on an OpenPGP card, and
// adds another one.
func openPGPPlan(t testing.TB) string {
	t.Helper()
	return fmt.Sprintf(`rootmoot: 1
name: Example channel
format: conda
purpose: rotate
mode: production
document: root
continues: {version: 1, digest: %v}
signing_time: 2026-12-01T12:00:00Z
deadline: 2026-12-15T00:00:00Z
root: {expires: 2027-12-01T00:00:00Z, threshold: 1, keyholders: [amsterdam, boston]}
keys:
  amsterdam: {type: ed25519, hex: "%x"}
  boston: {type: ed25519, hex: "%x"}
  online: {type: ed25519, hex: "%x"}
participants:
  amsterdam: {organisation: Example, token: {kind: pkcs11, serial: A1}, attestation: none}
  boston: {organisation: Sample, token: {kind: openpgp, serial: E6DFFEE4638F24CFA60A08BA03AFE1314A3A38FC}, attestation: none}
policy: {witness: optional}
tool: {version: 1.0.0}
`, condaRoot(t).Digest, numbered(20).Raw(), numbered(10).Raw(), numbered(11).Raw())
}

func TestOpenPGPToken(t *testing.T) {
	p := load(t, openPGPPlan(t))
	if k := p.Participants["boston"].Token.Kind; k.Attests() || k.States() || !PKCS11Token.States() {
		t.Errorf("%s", k)
	}
	for _, f := range Lint(p, condaRoot(t), LintOptions{At: at}).Findings {
		if f.Rule == "PLAN-TOKEN" {
			t.Errorf("%+v", f)
		}
	}
	for _, c := range []struct {
		name   string
		change []string
		want   string
	}{
		{"of TUF", []string{"format: conda", "format: tuf"}, "openpgp is for roots of conda"},
		{"small letters", []string{"E6DFFEE4", "e6dffee4"}, "40 capital hex digits"},
		{"short", []string{"E6DFFEE4", ""}, "40 capital hex digits"},
		{"slot", []string{"kind: openpgp,", "kind: openpgp, slot: 9c,"}, "is named by its fingerprint"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Load([]byte(changed(t, openPGPPlan(t), c.change))); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	manager := changed(t, managerPlan(t), []string{"kind: file, serial: 0123456789abcdef", "kind: openpgp, serial: E6DFFEE4638F24CFA60A08BA03AFE1314A3A38FC"})
	if _, err := Load([]byte(manager)); err == nil || !strings.Contains(err.Error(), "openpgp is for roots of conda") {
		t.Errorf("for a key manager document: %v", err)
	}
}

// TestLintOpenPGP: who joins must state that the key is held, somebody must seal,
// and that nothing is attested has to be said.
func TestLintOpenPGP(t *testing.T) {
	const pkcs11, openpgp = "kind: pkcs11, serial: A1", "kind: openpgp, serial: D2CA1D4BF5D77E7C312534284DD9C45328B685EC"
	for _, c := range []struct {
		name, rule, want string
		change           []string
	}{
		{"joins", "PLAN-TOKEN", "amsterdam joins, and an openpgp key cannot state", []string{pkcs11, openpgp}},
		{"no seal", "PLAN-TOKEN", "none can seal the record", []string{pkcs11, openpgp}},
		{"unsaid", "PLAN-ATTESTATION", "a token of kind openpgp can attest nothing", []string{"38FC}, attestation: none", "38FC}"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := Lint(load(t, changed(t, openPGPPlan(t), c.change)), condaRoot(t), LintOptions{At: at})
			for _, f := range r.Findings {
				if f.Rule == c.rule && f.Severity == Refuse && strings.Contains(f.Detail, c.want) {
					return
				}
			}
			t.Errorf("%+v", r.Findings)
		})
	}
	for _, f := range Lint(load(t, openPGPPlan(t)), nil, LintOptions{At: at}).Findings {
		if f.Rule == "PLAN-TOKEN" {
			t.Errorf("without the trusted root, who joins is not known: %+v", f)
		}
	}
}

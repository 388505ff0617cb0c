package paper

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// TestOpenPGPKeyholder: the sheet of somebody who signs with gpg has the choices
// of the guide and the fingerprint in full, and asks for nothing that gpg's card
// does not do here: no PIN, no touch, no seal.
func TestOpenPGPKeyholder(t *testing.T) {
	const fingerprint = "E6DFFEE4638F24CFA60A08BA03AFE1314A3A38FC"
	p := conda(t)
	token := regexp.MustCompile(`(?m)^(  chennai: .*)token: \{[^}]*\}(, attestation: none)?(.*)$`)
	text := token.ReplaceAllString(string(p.plan.Raw()), "${1}token: {kind: openpgp, serial: "+fingerprint+"}, attestation: none${3}")
	p.plan = load(t, text)
	d := p.script(t)
	s := d.section("sign-chennai")
	said := fmt.Sprintf("%+v", *s)
	for _, want := range []string{
		fingerprint, "take up the OpenPGP key of chennai", "write chennai.bytes, to be signed with gpg as chennai",
		"sha256sum chennai.bytes", "take the signature that gpg made for chennai", "recorded, and not signed",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the sheet lacks %q", want)
		}
	}
	for _, not := range []string{"PIN", "touch", "slot", "enrol"} {
		if strings.Contains(said, not) {
			t.Errorf("the sheet speaks of %q", not)
		}
	}
	if remote := d.section("remote-chennai"); remote == nil || !strings.Contains(fmt.Sprintf("%+v", *remote), "rootmoot import-gpg chennai.request.json --trust 1:DIGEST") {
		t.Errorf("%+v", remote)
	}
	if first(d, "materials").at(2, "machine with gpg, without network and radio") == nil {
		t.Error("what has to be there lacks gpg")
	}
	if other := fmt.Sprintf("%+v", *d.section("sign-amsterdam")); !strings.Contains(other, "the PIN, ") {
		t.Error("the sheet of somebody else has changed")
	}
}

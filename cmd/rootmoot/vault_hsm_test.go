package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestVaultHSM: a first root of conda, whose keys are Ed25519: one keyholder has
// a smart card, the other an HSM with a PKCS#11 module. Then the key manager
// document under it.
func TestVaultHSM(t *testing.T) {
	v := newVault(t, "amsterdam", "chennai")
	module, serial := v.hsm("zw-7!hsm")
	v.pins["boston"] = "zw-7!hsm"
	v.cards["amsterdam"].provisioned(t, "ed25519")
	v.cards["chennai"].provisioned(t, "ed25519")
	desk, file := v.keyFile("desk.key")
	v.put(0, "amsterdam")
	v.write(localFile, fmt.Appendf(nil, "pkcs11: [%s]\n", module))
	v.draft("conda", "--role", "key_mgr=online.hex", "--keyholder", "boston:Organisation boston:Earth:77")
	v.onHSM("plan.yaml", serial)
	v.twoManagers("plan.yaml", desk)
	v.run(0, "plan", "lint", "plan.yaml")

	list := v.run(0, "token", "list", "--pkcs11-module", module)
	v.want("the list", list, "21334982   piv, firmware 5.7.4", serial+" pkcs11", "slot 01: ed25519 key")
	v.want("the HSM", v.run(0, "token", "inspect", serial, "--pkcs11-module", module), "tries left not told", "PKCS#11 knows no attestation")
	v.run(1, "token", "attest", serial, "--pkcs11-module", module)
	v.run(2, "token", "inspect", "--pkcs11-module", module)
	v.begin("token", "retire", serial, "--pkcs11-module", module)
	v.want("the refusal", oneLine(strings.Split(v.term.ended(2), "\n")), "an HSM is emptied with its maker's tool")
	enrolled := v.run(0, "plan", "enrol", "plan.yaml", "amsterdam", "--token", "--attestation-ca", "ca.pem", "--out", "enrolled.yaml")
	v.want("the enrolment", enrolled, "pass       ATTEST-SERIAL", localFile+" names the PKCS#11 module "+module)
	v.run(1, "plan", "enrol", "plan.yaml", "amsterdam", "--token", "--out", "refused.yaml") // not of the maker of real ones

	v.begin("open", "enrolled.yaml", "--attestation-ca", "ca.pem", "--no-animation")
	v.arrive("amsterdam", "boston")
	v.room()
	v.step("Trusted root")
	v.do("yes, this is to be the first root")
	v.step("Tokens")
	v.enrol("amsterdam")
	v.do("take up the token of boston")
	v.read()
	v.want("the outcome", v.does("enrol this key for boston"), "✓ pass the enrolment of boston is stated, verified and recorded")
	v.do("all joining keys are enrolled")
	v.freeze()
	v.candidate()
	v.step("Signatures")
	v.signs("amsterdam", "version 1")

	v.do("take up the token of boston")
	v.read()
	v.pins["boston"] = "999999"
	v.want("the outcome", v.does("sign version 1 as boston (two signatures)"), "wrong pin")
	v.pins["boston"] = "zw-7!hsm"
	v.want("the outcome", v.does("sign version 1 as boston (two signatures)"), "✓ pass the signature verifies", "is stated, verified and recorded")
	v.do("the signatures are complete")
	v.finish("amsterdam", "1.root.json")
	v.term.ended(0)
	v.verified("enrolled")
	v.manages(desk, file)
	v.holdsNone("the output", v.said.Bytes())
}

// hsm makes a SoftHSM with one key, in software: it stands for HSMs.
func (v *vault) hsm(pin string) (module, serial string) {
	v.t.Helper()
	module = "/usr/lib/softhsm/libsofthsm2.so"
	for _, need := range []string{module, "softhsm2-util", "pkcs11-tool"} {
		if _, err := exec.LookPath(need); err != nil && !strings.HasPrefix(need, "/") {
			v.t.Skipf("%s is missing: install Debian's packages softhsm2 and opensc", need)
		}
	}
	if _, err := os.Stat(module); err != nil {
		v.t.Skip("Debian's package softhsm2 is not installed")
	}
	store := v.t.TempDir() // its files hold what is looked for elsewhere
	v.write("softhsm2.conf", fmt.Appendf(nil, "directories.tokendir = %s\nlog.level = ERROR\n", store))
	v.env = append(v.env, "SOFTHSM2_CONF="+v.path("softhsm2.conf"))
	for _, args := range [][]string{
		{"softhsm2-util", "--init-token", "--free", "--label", "boston", "--pin", pin, "--so-pin", "73195248"},
		{"pkcs11-tool", "--module", module, "--token-label", "boston", "--login", "--pin", pin, "--keypairgen", "--key-type", "EC:edwards25519", "--id", "01", "--usage-sign"},
	} {
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Env = append(os.Environ(), v.env...)
		if out, err := cmd.CombinedOutput(); err != nil {
			v.t.Fatalf("%s: %v\n%s", args[0], err, out)
		}
	}
	var list struct {
		Tokens []struct{ Kind, Serial string }
	}
	if err := json.Unmarshal([]byte(v.run(0, "token", "list", "--json", "--pkcs11-module", module)), &list); err != nil {
		v.t.Fatal(err)
	}
	for _, t := range list.Tokens {
		if t.Kind == "pkcs11" {
			return module, t.Serial
		}
	}
	v.t.Fatalf("the HSM is not on the list: %+v", list)
	return "", ""
}

// onHSM has the plan say that the token with that serial number is an HSM.
func (v *vault) onHSM(name, serial string) {
	v.t.Helper()
	raw, err := os.ReadFile(v.path(name))
	if err != nil {
		v.t.Fatal(err)
	}
	const card = "    token: {kind: piv, serial: 77}\n"
	if !strings.Contains(string(raw), card) {
		v.t.Fatalf("%s: no token to change:\n%s", name, raw)
	}
	hsm := fmt.Sprintf("    token: {kind: pkcs11, serial: %q, slot: \"01\"}\n    attestation: none\n", serial)
	v.write(name, []byte(strings.Replace(string(raw), card, hsm, 1)))
}

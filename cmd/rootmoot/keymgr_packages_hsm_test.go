package main

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"os/exec"
	"testing"

	"github.com/rootmoot/rootmoot/internal/token/pkcs11"
	"github.com/rootmoot/rootmoot/keymgr/keymgrtest"
)

// TestSignPackagesHSM: with a PKCS#11 key of a SoftHSM, which stands for HSMs.
func TestSignPackagesHSM(t *testing.T) {
	const module, pin = "/usr/lib/softhsm/libsofthsm2.so", "845127"
	for _, need := range []string{"softhsm2-util", "pkcs11-tool"} {
		if _, err := exec.LookPath(need); err != nil {
			t.Skipf("%s is missing: install Debian's packages softhsm2 and opensc", need)
		}
	}
	if _, err := os.Stat(module); err != nil {
		t.Skip("Debian's package softhsm2 is not installed")
	}
	if !hasDrivers(t) {
		t.Skip("built without drivers")
	}
	c := newChannel(t)
	if err := os.Mkdir(c.path("store"), 0o700); err != nil {
		t.Fatal(err)
	}
	c.write("softhsm2.conf", []byte("directories.tokendir = "+c.path("store")+"\nlog.level = ERROR\n"))
	t.Setenv("SOFTHSM2_CONF", c.path("softhsm2.conf"))
	for _, args := range [][]string{
		{"softhsm2-util", "--init-token", "--free", "--label", "packages", "--pin", pin, "--so-pin", "73195248"},
		{"pkcs11-tool", "--module", module, "--token-label", "packages", "--login", "--pin", pin, "--keypairgen", "--key-type", "EC:edwards25519", "--id", "01", "--usage-sign"},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", args[0], err, out)
		}
	}
	public := onlyKey(t, module)
	c.manager(keymgrtest.Manager{Version: 3, Raw: [][]byte{public}})
	args := []string{"sign-packages", c.path("repodata.json"), "--trust", c.path("1.root.json"), "--metadata", c.path("meta"), "--pkcs11-module", module, "--password-stdin"}
	_, errs := c.run(1, "000000", args...)
	wants(t, errs, "wrong pin")
	if !bytes.Equal(c.read("repodata.json"), c.text) {
		t.Error("the file was changed")
	}
	out, _ := c.run(0, pin, args...)
	wants(t, out, "signed     30\n")
	if n := signedBy(t, c.read("repodata.json"), public); n != 30 {
		t.Errorf("%d good signatures", n)
	}
	out, _ = c.run(0, pin, args...)
	wants(t, out, "kept       30\n", "unchanged")
	_, errs = c.run(3, pin, append(args, "--serial", "0000")...)
	wants(t, errs, "0000")
}

// onlyKey is the one key that a module has.
func onlyKey(t *testing.T, module string) ed25519.PublicKey {
	t.Helper()
	m, err := pkcs11.Open(module)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	tokens, err := m.Tokens(t.Context())
	if err != nil || len(tokens) != 1 {
		t.Fatalf("%d tokens, %v", len(tokens), err)
	}
	info, err := tokens[0].Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return info.SPKI[len(info.SPKI)-ed25519.PublicKeySize:]
}

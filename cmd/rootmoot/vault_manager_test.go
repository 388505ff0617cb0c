package main

import (
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/token/tokentest/cards"
	"github.com/rootmoot/rootmoot/root"
)

// deskPassword is that of the vault's key file: it stands in no digest.
const deskPassword = "zw-7!file of the desk"

// publicHex is the public key of a card that is ready.
func (c *card) publicHex(t *testing.T) string {
	t.Helper()
	info, err := cards.Of(c.Card).Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	k, err := root.ParseSPKI(info.SPKI)
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(k.Raw())
}

// keyFile makes an encrypted key file, and gives its public key and what stands
// for its serial number.
func (v *vault) keyFile(name string) (public, serial string) {
	v.t.Helper()
	cmd := exec.Command(filepath.Join(v.bin, "rootmoot"), "keymgr", "new-key", "--password-stdin", name)
	cmd.Dir, cmd.Stdin = v.dir, strings.NewReader(deskPassword)
	out, err := cmd.CombinedOutput()
	v.said.Write(out)
	if err != nil {
		v.t.Fatalf("%v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if rest, is := strings.CutPrefix(line, "key "); is {
			public = strings.TrimSpace(rest)
		}
		if rest, is := strings.CutPrefix(line, "fingerprint "); is {
			serial = strings.TrimSpace(rest)[:16]
		}
	}
	return public, serial
}

// manages leads through the sitting of a key manager document under the first
// root, in production: the one key manager has a smart card, the other, which is
// online, a key file.
func (v *vault) manages(desk, serial string) {
	v.t.Helper()
	first := v.document("public/1.root.json")
	v.write("manager.yaml", fmt.Appendf(nil, `rootmoot: 1
name: Packages
format: conda
purpose: rotate
mode: production
document: key_mgr
continues: {version: 1, digest: %v}
signing_time: %s
deadline: %s
key_mgr: {version: 1, expires: %s}
roles:
  pkg_mgr: {threshold: 1, keys: [builder]}
keys:
  chennai: {type: ed25519, hex: %q}
  desk: {type: ed25519, hex: %q}
  builder: {type: ed25519, hex: "0643e5477dfed4ef5378cca0dd44f7aa3c0927b7b9c793d389d89d284a66adbd"}
participants:
  chennai: {organisation: Asia, token: {kind: piv, serial: %d}}
  desk: {organisation: Europe, token: {kind: file, serial: %s}, attestation: none}
policy: {pin: always, touch: always, attestation: required, witness: optional}
tool: {version: 1.0.0}
`, first.Digest, root.FormatTime(time.Now()), root.FormatTime(time.Now().AddDate(0, 1, 0)), root.FormatTime(time.Now().AddDate(0, 6, 0)),
		v.cards["chennai"].publicHex(v.t), desk, v.cards["chennai"].serial, serial))
	trust := fmt.Sprintf("1:%v", first.Digest)
	v.want("the draft", v.run(0, "keymgr", "draft", "manager.yaml", "--trust", trust, "--chain", "public"), "key manager document is version 1", "nothing proves where the key of desk was made")
	v.pins["desk"] = deskPassword
	v.put(0, "chennai")
	v.begin("keymgr", "sign", "manager.yaml", "--trust", trust, "--chain", "public", "--state", "seen", "--key-file", "desk.key", "--attestation-ca", "ca.pem", "--no-animation")
	v.arrive("chennai", "desk")
	v.room()
	v.step("Trusted root")
	v.read()
	v.choose("it is the root that we trust")
	v.fill()
	v.step("Tokens")
	v.do("all joining keys are enrolled")
	v.freeze()
	v.candidate()
	v.step("Signatures")
	v.do("take up the token of desk")
	v.want("the turn", v.read(), "the key is in a file")
	v.want("the outcome", v.does("sign key manager version 1 as desk (two signatures)"), "✓ pass the signature verifies", "is stated, verified and recorded")
	v.step("Signatures")
	v.signs("chennai", "key manager version 1")
	v.do("the signatures are complete")
	v.finish("chennai", "key_mgr.json")
	v.term.ended(0)
	v.run(0, "publish", "--trust", trust, "manager", "public")
	v.want("the verdict", v.run(0, "verify", "chain", "--trust", trust, "--state", "seen", "public"), "key_mgr version 1", "2 of 2 distinct keys have signed")
	v.want("the evidence", v.run(0, "verify", "evidence", "--trust", trust, "--attestation-ca", "ca.pem", "manager/evidence.tar"), "accepted")
}

// document is a root that was made.
func (v *vault) document(name string) *root.Root {
	v.t.Helper()
	r, _, err := readRoot(v.path(name))
	if err != nil {
		v.t.Fatal(err)
	}
	return r
}

// twoManagers has a plan's role key_mgr be a smart card and a key file, both of
// which must sign.
func (v *vault) twoManagers(name, desk string) {
	v.t.Helper()
	raw, err := os.ReadFile(v.path(name))
	if err != nil {
		v.t.Fatal(err)
	}
	text := string(raw)
	for _, change := range [][2]string{
		{"key_mgr: {threshold: 1, keys: [key-mgr]}", "key_mgr: {threshold: 2, keys: [chennai, desk]}"},
		{"  key-mgr:\n    type: ed25519\n    hex: \"0643e5477dfed4ef5378cca0dd44f7aa3c0927b7b9c793d389d89d284a66adbd\"\n", fmt.Sprintf(
			"  chennai: {type: ed25519, hex: %q}\n  desk: {type: ed25519, hex: %q}\n", v.cards["chennai"].publicHex(v.t), desk)},
	} {
		if !strings.Contains(text, change[0]) {
			v.t.Fatalf("%s: no %q:\n%s", name, change[0], text)
		}
		text = strings.Replace(text, change[0], change[1], 1)
	}
	v.write(name, []byte(text))
}

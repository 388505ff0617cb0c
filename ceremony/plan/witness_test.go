package plan

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/root"
)

// Ed25519 keys: those of the simple plan, and one more (RFC 8032, 7.1).
const (
	adaHex    = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
	onlineHex = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
	auditHex  = "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
)

func unhex(s string) string {
	raw, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return string(raw)
}

// sshKey is an Ed25519 key as ssh-keygen writes it, and minisignKey as minisign.
func sshKey(key string) string {
	blob := "\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20" + unhex(key)
	return "ssh-ed25519 " + base64.StdEncoding.EncodeToString([]byte(blob))
}

func minisignKey(key string) string {
	return base64.StdEncoding.EncodeToString([]byte("Ed\x01\x02\x03\x04\x05\x06\x07\x08" + unhex(key)))
}

func TestWitnessKey(t *testing.T) {
	p := load(t, changed(t, simple, []string{"tool:", "witnesses:\n  eve: {key: " + sshKey(auditHex) + " of audit}\n  dan: {organisation: Audit}\ntool:"}))
	k, there := p.WitnessKey("eve")
	if !there || k.String() != sshKey(auditHex) || string(k.Public().Raw()) != unhex(auditHex) {
		t.Errorf("eve's key is %v, %v", k, there)
	}
	for _, name := range []string{"dan", "ada", "nobody"} {
		if k, there := p.WitnessKey(name); there || !k.IsZero() {
			t.Errorf("%s has the key %v", name, k)
		}
	}
}

// A keyholder cannot enrol the key with which a witness signs.
func TestEnrolWitnessKey(t *testing.T) {
	p := load(t, changed(t, simple, []string{
		`ada: {type: ed25519, hex: "` + adaHex + `"}`, "ada: {type: ed25519}",
		"tool:", "witnesses:\n  eve: {key: " + minisignKey(auditHex) + "}\ntool:",
	}))
	same, err := root.NewEd25519([]byte(unhex(auditHex)))
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Enrol(map[string]root.PublicKey{"ada": same})
	if err == nil || !strings.HasSuffix(err.Error(), "key ada: is the key of the witness eve: who witnesses signs nothing else") {
		t.Error(err)
	}
}

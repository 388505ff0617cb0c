package witness

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/root"
)

func TestParseKey(t *testing.T) {
	for _, kind := range sshKinds() {
		s := newSoftKey(t, kind)
		for _, comment := range []string{"", " ", " internal-audit", " Åsa's key, of 2026"} {
			k, err := ParseKey(s.text() + comment)
			if err != nil {
				t.Errorf("%s: %v", kind, err)
				continue
			}
			if k.String() != s.text() || string(k.Public().Raw()) != string(s.public()) || k.IsZero() {
				t.Errorf("%s: read as %v", kind, k)
			}
			if k.Fingerprint() != sshFingerprint([]byte(s.blob())) {
				t.Errorf("%s: fingerprint %s", kind, k.Fingerprint())
			}
		}
	}
}

// One key is one key, whatever tool it is for.
func TestSameMaterial(t *testing.T) {
	s := newSoftKey(t, sshEd25519)
	onToken := s
	onToken.kind, onToken.application = skEd25519, "ssh:"
	mini, err := ParseKey(base64.StdEncoding.EncodeToString([]byte("Ed12345678" + string(s.public()))))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := root.NewEd25519(s.public())
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []Key{s.key(t), onToken.key(t), mini} {
		if k.Public().Fingerprint() != plain.Fingerprint() {
			t.Errorf("%v is another key", k)
		}
	}
}

func TestParseKeyRefuses(t *testing.T) {
	ed, ec, sk, skec := newSoftKey(t, sshEd25519), newSoftKey(t, sshECDSA), newSoftKey(t, skEd25519), newSoftKey(t, skECDSA)
	ownName := func(s softKey, blob string) string { return keyText(string(s.kind), blob) }
	const none, notOf = `want a public key like "ssh-ed25519 AAAAC3…"`, "not a key of type "
	point := string(ec.public())
	offCurve := point[:64] + string(point[64]^1)
	compressed := string([]byte{2 + point[64]&1}) + point[1:33]
	tests := []struct{ name, text, want string }{
		{"empty", "", none},
		{"a name", "internal-audit", none},
		{"type alone", "ssh-ed25519", none},
		{"no base64", "ssh-ed25519 ????", none},
		{"without a type", base64.StdEncoding.EncodeToString([]byte(ed.blob())), none},
		{"two spaces", strings.Replace(ed.text(), " ", "  ", 1), none},
		{"a space before", " " + ed.text(), none},
		{"with options", "restrict " + ed.text(), none},
		{"two lines", ed.text() + "\n" + ed.text(), "not one line of text: " + none},
		{"a line feed", ed.text() + "\n", "not one line of text"},
		{"a tab", ed.text() + " a\tb", "not one line of text"},
		{"not UTF-8", ed.text() + " \xff", "not one line of text"},
		{"enormous", ed.text() + " " + strings.Repeat("x", MaxKey), "1"},
		{"RSA", keyText("ssh-rsa", wire("ssh-rsa", "\x01\x00\x01", strings.Repeat("\x7f", 257))), `keys of type "ssh-rsa" are not taken: want ssh-ed25519, ecdsa-sha2-nistp256, or one of these on a security key`},
		{"P-384", keyText("ecdsa-sha2-nistp384", wire("ecdsa-sha2-nistp384", "nistp384", "x")), `keys of type "ecdsa-sha2-nistp384" are not taken`},
		{"a certificate", keyText("ssh-ed25519-cert-v01@openssh.com", wire("ssh-ed25519-cert-v01@openssh.com", "x")), `keys of type "ssh-ed25519-cert-v01@openssh.com" are not taken`},
		{"another type within", keyText("ssh-ed25519", ec.blob()), none},
		{"type in capitals", strings.Replace(ed.text(), "ssh", "SSH", 1), "keys of type"},
		{"cut", ownName(ed, ed.blob()[:len(ed.blob())-1]), notOf + "ssh-ed25519"},
		{"something after it", ownName(ed, ed.blob()+"\x00"), notOf + "ssh-ed25519"},
		{"31 bytes", ownName(ed, wire("ssh-ed25519", string(ed.public()[:31]))), "ed25519 key: want 32 bytes, have 31"},
		{"small order", ownName(ed, wire("ssh-ed25519", "\x01"+strings.Repeat("\x00", 31))), "key "},
		{"no point", ownName(ed, wire("ssh-ed25519", "\x02"+strings.Repeat("\x00", 31))), "key "},
		{"not canonical", ownName(ed, wire("ssh-ed25519", "\xef"+strings.Repeat("\xff", 30)+"\x7f")), "key "},
		{"base64 without padding", strings.TrimRight(ec.text(), "="), none},
		{"another curve", ownName(ec, wire("ecdsa-sha2-nistp256", "nistp384", point)), notOf + "ecdsa-sha2-nistp256"},
		{"off the curve", ownName(ec, wire("ecdsa-sha2-nistp256", "nistp256", offCurve)), "ecdsa-p256 key: not an uncompressed point of the curve"},
		{"compressed point", ownName(ec, wire("ecdsa-sha2-nistp256", "nistp256", compressed)), "ecdsa-p256 key: not an uncompressed point of the curve"},
		{"security key without application", ownName(sk, wire(string(sk.kind), string(sk.public()))), notOf + "sk-ssh-ed25519@openssh.com"},
		{"security key with an empty application", ownName(sk, wire(string(sk.kind), string(sk.public()), "")), `made for "": want a security key's key that ssh-keygen has made, for "ssh:"`},
		{"security key of a web site", ownName(skec, wire(string(skec.kind), "nistp256", string(skec.public()), "https://example.org")), `made for "https://example.org"`},
		{"security key of a long application", ownName(sk, wire(string(sk.kind), string(sk.public()), "ssh:"+strings.Repeat("x", 300))), `made for "ssh:`},
		{"minisign, cut", base64.StdEncoding.EncodeToString([]byte("Ed12345678" + string(ed.public()[:31]))), "not a public key of minisign, though it begins as one"},
		{"minisign, a signature's algorithm", base64.StdEncoding.EncodeToString([]byte("ED12345678" + string(ed.public()))), none},
		{"minisign, small order", base64.StdEncoding.EncodeToString([]byte("Ed12345678" + "\x01" + strings.Repeat("\x00", 31))), "key "},
		{"minisign with a comment", base64.StdEncoding.EncodeToString([]byte("Ed12345678"+string(ed.public()))) + " x", none},
		{"minisign's file", "untrusted comment: minisign public key 1\n" + base64.StdEncoding.EncodeToString([]byte("Ed12345678"+string(ed.public()))), "not one line of text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			k, err := ParseKey(tt.text)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
			if !k.IsZero() {
				t.Errorf("something came with the error: %v", k)
			}
		})
	}
}

// The zero key verifies nothing and says little.
func TestZeroKey(t *testing.T) {
	var k Key
	if !k.IsZero() || k.String() != "" || k.Fingerprint() != "" {
		t.Errorf("%q %q", k, k.Fingerprint())
	}
	if command, file := k.Command("head.txt"); command != "" || file != "" {
		t.Errorf("%q %q", command, file)
	}
	s := newSoftKey(t, sshEd25519)
	if err := k.Verify([]byte(message), s.sign(message, nothing, nothing)); err == nil {
		t.Error("verified")
	}
}

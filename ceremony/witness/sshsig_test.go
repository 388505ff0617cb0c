package witness

import (
	"errors"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/root"
)

const message = "rootmoot witness v1\n"

func TestSSHSignature(t *testing.T) {
	for _, kind := range sshKinds() {
		for _, hash := range []string{"sha256", "sha512"} {
			s := newSoftKey(t, kind)
			k := s.key(t)
			sig := s.sign(message, func(p *parts) { p.hash = hash }, nothing)
			if err := k.Verify([]byte(message), sig); err != nil {
				t.Errorf("%s, %s: %v", kind, hash, err)
			}
			if err := k.Verify([]byte(message+" "), sig); !errors.Is(err, root.ErrSignature) {
				t.Errorf("%s, %s: another message: %v", kind, hash, err)
			}
			if err := newSoftKey(t, kind).key(t).Verify([]byte(message), sig); err == nil || !strings.Contains(err.Error(), "made with another key ("+k.Fingerprint()+")") {
				t.Errorf("%s, %s: another key: %v", kind, hash, err)
			}
		}
	}
}

func TestSSHSignatureRefused(t *testing.T) {
	const prefix = "witness's signature: "
	tests := []struct {
		name          string
		kind          kind
		before, after func(*parts)
		want          string
	}{
		{"for a file", sshEd25519, func(p *parts) { p.namespace = "file" }, nothing, `made for "file", not for "rootmoot": sign with ssh-keygen -Y sign -n rootmoot`},
		{"for nothing", sshEd25519, func(p *parts) { p.namespace = "" }, nothing, `made for "", not for`},
		{"for something with our name in front", sshEd25519, func(p *parts) { p.namespace = "rootmoot2" }, nothing, `made for "rootmoot2", not for`},
		{"for a long name", sshEd25519, func(p *parts) { p.namespace = strings.Repeat("x", 200) }, nothing, `made for "` + strings.Repeat("x", 40) + `…", not for`},
		{"for a file, renamed", sshEd25519, func(p *parts) { p.namespace = "file" }, func(p *parts) { p.namespace = "rootmoot" }, "signature does not verify"},
		{"reserved", sshEd25519, func(p *parts) { p.reserved = "x" }, nothing, "has something in the field that is reserved"},
		{"SHA-1", sshEd25519, func(p *parts) { p.hash = "sha1" }, nothing, `hashed with "sha1": want sha256 or sha512`},
		{"the other hash", sshEd25519, nothing, func(p *parts) { p.hash = "sha256" }, "signature does not verify"},
		{"version 0", sshEd25519, nothing, func(p *parts) { p.version = 0 }, "an SSH signature of version 0: this program reads version 1"},
		{"version 2", sshEd25519, nothing, func(p *parts) { p.version = 2 }, "an SSH signature of version 2"},
		{"no magic", sshEd25519, nothing, func(p *parts) { p.magic = "SSHSIh" }, "not an SSH signature within its armor"},
		{"something after the end", sshEd25519, nothing, func(p *parts) { p.tail = "\x00" }, "an SSH signature with something after its end"},
		{"something after the signature", sshEd25519, nothing, func(p *parts) { p.sigTail = "\x00" }, "not a signature of type ssh-ed25519"},
		{"another type", sshEd25519, nothing, func(p *parts) { p.typ = "ssh-dss" }, "not a signature of type ssh-ed25519"},
		{"too short", sshEd25519, nothing, func(p *parts) { p.sig = p.sig[:63] }, "signature does not verify"},
		{"too long", sshEd25519, nothing, func(p *parts) { p.sig += "\x00" }, "signature does not verify"},
		{"empty", sshEd25519, nothing, func(p *parts) { p.sig = "" }, "signature does not verify"},
		{"flags without a security key", sshEd25519, nothing, func(p *parts) { p.sigTail = "\x01\x00\x00\x00\x01" }, "not a signature of type ssh-ed25519"},

		{"another curve's type", sshECDSA, nothing, func(p *parts) { p.typ = "ecdsa-sha2-nistp384" }, "not a signature of type ecdsa-sha2-nistp256"},
		{"r alone", sshECDSA, nothing, func(p *parts) { p.sig = p.sig[:4+int(p.sig[3])] }, "not a signature of type ecdsa-sha2-nistp256"},
		{"a third number", sshECDSA, nothing, func(p *parts) { p.sig += wire("\x01") }, "not a signature of type ecdsa-sha2-nistp256"},
		{"r with a zero before it", sshECDSA, nothing, func(p *parts) {
			n := 4 + int(p.sig[3])
			p.sig = wire("\x00\x00"+p.sig[4:n]) + p.sig[n:]
		}, "signature does not verify"},
		{"r and s of zero", sshECDSA, nothing, func(p *parts) { p.sig = wire("", "") }, "signature does not verify"},
		{"r negative", sshECDSA, nothing, func(p *parts) { p.sig = wire("\x80", "\x01") }, "signature does not verify"},
		{"r enormous", sshECDSA, nothing, func(p *parts) { p.sig = wire("\x01"+strings.Repeat("\x00", 4000), "\x01") }, "signature does not verify"},

		{"not touched", skEd25519, func(p *parts) { p.flags = 0 }, nothing, "made without a touch of the security key"},
		{"PIN, not touched", skECDSA, func(p *parts) { p.flags = 4 }, nothing, "made without a touch of the security key"},
		{"touch added", skEd25519, func(p *parts) { p.flags = 0 }, func(p *parts) { p.flags = 1 }, "signature does not verify"},
		{"another count", skECDSA, nothing, func(p *parts) { p.counter++ }, "signature does not verify"},
		{"something after the count", skEd25519, nothing, func(p *parts) { p.sigTail = "\x00" }, "not a signature of type sk-ssh-ed25519@openssh.com"},
		{"by a browser", skECDSA, nothing, func(p *parts) { p.typ = "webauthn-sk-ecdsa-sha2-nistp256@openssh.com" }, "not a signature of type sk-ecdsa-sha2-nistp256@openssh.com"},
		{"as if without a security key", skEd25519, nothing, func(p *parts) { p.typ = "ssh-ed25519" }, "not a signature of type sk-ssh-ed25519@openssh.com"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSoftKey(t, tt.kind)
			err := s.key(t).Verify([]byte(message), s.sign(message, tt.before, tt.after))
			if err == nil || !strings.HasPrefix(err.Error(), prefix+tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

// A signature that a security key made for another application proves nothing,
// though the key is the same.
func TestSSHSignatureOfAnotherApplication(t *testing.T) {
	s := newSoftKey(t, skEd25519)
	k := s.key(t)
	other := s
	other.application = "ssh:other"
	sig := other.sign(message, nothing, func(p *parts) { p.key = s.blob() })
	if err := k.Verify([]byte(message), sig); !errors.Is(err, root.ErrSignature) {
		t.Errorf("%v", err)
	}
}

func TestArmor(t *testing.T) {
	s := newSoftKey(t, sshEd25519)
	k, good := s.key(t), string(s.sign(message, nothing, nothing))
	body := strings.TrimSuffix(strings.TrimPrefix(good, armorBegin+"\n"), armorEnd+"\n")
	accepted := map[string]string{
		"as ssh-keygen writes it":  good,
		"without a last line feed": strings.TrimSuffix(good, "\n"),
		"in one line":              armorBegin + "\n" + strings.ReplaceAll(body, "\n", "") + "\n" + armorEnd + "\n",
		"from Windows":             strings.ReplaceAll(good, "\n", "\r\n"),
	}
	for name, text := range accepted {
		if err := k.Verify([]byte(message), []byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	refused := map[string]string{
		"empty":                       "",
		"first line alone":            armorBegin,
		"nothing between":             armorBegin + "\n" + armorEnd + "\n",
		"an empty line between":       armorBegin + "\n\n" + armorEnd + "\n",
		"text before":                 "x\n" + good,
		"a line feed before":          "\n" + good,
		"byte order mark":             "\ufeff" + good,
		"text after":                  good + "x",
		"a second line feed":          good + "\n",
		"twice":                       good + good,
		"no last line":                strings.TrimSuffix(good, armorEnd+"\n"),
		"a space in the first line":   strings.Replace(good, "-----\n", "----- \n", 1),
		"a header":                    strings.Replace(good, "-----\n", "-----\nComment: x\n\n", 1),
		"CR LF once":                  strings.Replace(good, "\n", "\r\n", 1),
		"a CR within":                 strings.Replace(good, "A", "A\r", 1),
		"a space within":              armorBegin + "\n " + body + armorEnd + "\n",
		"another kind of armor":       strings.ReplaceAll(good, "SSH SIGNATURE", "PGP SIGNATURE"),
		"base64 without its padding":  strings.ReplaceAll(good, "=\n", "\n"),
		"base64 with bits left over":  armorBegin + "\nAB==\n" + armorEnd + "\n",
		"base64 of another alphabet":  armorBegin + "\n-_-_\n" + armorEnd + "\n",
		"base64, padded in between":   armorBegin + "\nAA==AA==\n" + armorEnd + "\n",
		"lines that swap their ends":  armorEnd + "\n" + body + armorBegin + "\n",
		"more than a signature's due": armorBegin + "\n" + strings.Repeat("A", MaxSignature) + "\n" + armorEnd + "\n",
	}
	for name, text := range refused {
		if text == good {
			t.Fatalf("%s: nothing was changed", name)
		}
		if err := k.Verify([]byte(message), []byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// A signature cut anywhere is refused, and so is a blob cut anywhere within its
// armor.
func TestSSHSignatureCut(t *testing.T) {
	for _, kind := range sshKinds() {
		s := newSoftKey(t, kind)
		k, good := s.key(t), s.sign(message, nothing, nothing)
		for n := range len(good) - 1 {
			if err := k.Verify([]byte(message), good[:n]); err == nil {
				t.Errorf("%s: the first %d bytes of it are accepted", kind, n)
			}
		}
		blob, err := dearmor(string(good))
		if err != nil {
			t.Fatal(err)
		}
		for n := range blob {
			if err := k.Verify([]byte(message), armor(blob[:n])); err == nil {
				t.Errorf("%s: the first %d bytes within the armor are accepted", kind, n)
			}
		}
	}
}

package witness

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"

	"golang.org/x/crypto/cryptobyte"
)

// A softKey signs as ssh-keygen would, without it, so that tests can change any
// part of what is signed and of the signature. oracle_test.go asks ssh-keygen
// whether it does.
type softKey struct {
	kind        kind
	ed          ed25519.PrivateKey
	ec          *ecdsa.PrivateKey
	application string
}

func newSoftKey(t testing.TB, k kind) softKey {
	t.Helper()
	s := softKey{kind: k}
	var err error
	if k == sshECDSA || k == skECDSA {
		s.ec, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	} else {
		_, s.ed, err = ed25519.GenerateKey(rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	if k == skEd25519 || k == skECDSA {
		s.application = "ssh:"
	}
	return s
}

func (s softKey) public() []byte {
	if s.ec == nil {
		return s.ed.Public().(ed25519.PublicKey)
	}
	point, err := s.ec.PublicKey.Bytes()
	if err != nil {
		panic(err)
	}
	return point
}

// wire is strings as SSH writes them, one after the other.
func wire(strings ...string) string {
	var b cryptobyte.Builder
	for _, s := range strings {
		addString(&b, []byte(s))
	}
	return string(b.BytesOrPanic())
}

func (s softKey) blob() string {
	out := wire(string(s.kind))
	if s.ec != nil {
		out += wire("nistp256")
	}
	out += wire(string(s.public()))
	if s.application != "" {
		out += wire(s.application)
	}
	return out
}

func (s softKey) text() string { return keyText(string(s.kind), s.blob()) }

func keyText(name, blob string) string {
	return name + " " + base64.StdEncoding.EncodeToString([]byte(blob))
}

func (s softKey) key(t testing.TB) Key {
	t.Helper()
	k, err := ParseKey(s.text())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// parts are a signature's, for tests to change: before it is signed, all but
// sig; afterwards, all.
type parts struct {
	magic                          string
	version                        uint32
	key, namespace, reserved, hash string
	flags                          byte
	counter                        uint32
	typ                            string // within sig
	sig                            string // 64 bytes, or two mpint
	sigTail, tail                  string // what stands after sig, and after all
}

func nothing(*parts) {}

// sign is an armored signature.
func (s softKey) sign(message string, before, after func(*parts)) []byte {
	p := parts{
		magic: "SSHSIG", version: 1, key: s.blob(), namespace: "rootmoot", hash: "sha512",
		flags: 1, counter: 7, typ: string(s.kind),
	}
	before(&p)
	var sum []byte
	switch p.hash {
	case "sha256":
		h := sha256.Sum256([]byte(message))
		sum = h[:]
	default:
		h := sha512.Sum512([]byte(message))
		sum = h[:]
	}
	p.sig = s.raw("SSHSIG"+wire(p.namespace, p.reserved, p.hash, string(sum)), p)
	after(&p)
	return p.armored(s.application != "")
}

// raw signs as the key does, a security key with what it adds.
func (s softKey) raw(message string, p parts) string {
	if s.application != "" {
		app, sum := sha256.Sum256([]byte(s.application)), sha256.Sum256([]byte(message))
		message = string(app[:]) + string(state(p)) + string(sum[:])
	}
	if s.ec == nil {
		return string(ed25519.Sign(s.ed, []byte(message)))
	}
	sum := sha256.Sum256([]byte(message))
	r, v, err := ecdsa.Sign(rand.Reader, s.ec, sum[:])
	if err != nil {
		panic(err)
	}
	return wire(mpint(r), mpint(v))
}

// state is a security key's flags and counter.
func state(p parts) []byte {
	return []byte{p.flags, byte(p.counter >> 24), byte(p.counter >> 16), byte(p.counter >> 8), byte(p.counter)}
}

func mpint(n *big.Int) string {
	b := n.Bytes()
	if len(b) > 0 && b[0] >= 0x80 {
		b = append([]byte{0}, b...)
	}
	return string(b)
}

func (p parts) armored(onSecurityKey bool) []byte {
	signature := wire(p.typ, p.sig)
	if onSecurityKey {
		signature += string(state(p))
	}
	var b cryptobyte.Builder
	b.AddBytes([]byte(p.magic))
	b.AddUint32(p.version)
	b.AddBytes([]byte(wire(p.key, p.namespace, p.reserved, p.hash, signature+p.sigTail) + p.tail))
	return armor(b.BytesOrPanic())
}

// armor breaks lines as ssh-keygen does.
func armor(blob []byte) []byte {
	var out strings.Builder
	out.WriteString(armorBegin + "\n")
	text := base64.StdEncoding.EncodeToString(blob)
	for len(text) > 70 {
		out.WriteString(text[:70] + "\n")
		text = text[70:]
	}
	out.WriteString(text + "\n" + armorEnd + "\n")
	return []byte(out.String())
}

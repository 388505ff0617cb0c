//go:build cgo

package pkcs11

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"testing"

	p11 "github.com/miekg/pkcs11"

	"github.com/rootmoot/rootmoot/internal/token"
)

func TestPublicKey(t *testing.T) {
	ec := must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))(t)
	point := must(ec.PublicKey.Bytes())(t)
	ed := bytes.Repeat([]byte{7}, ed25519.PublicKeySize)
	p384OID, edOID := []byte("\x06\x05\x2b\x81\x04\x00\x22"), []byte("\x06\x03\x2b\x65\x70")
	modulus := bytes.Repeat([]byte{0xc1}, 256)
	for _, c := range []struct {
		name string
		kind uint
		a, b []byte
		want string // "" for none, "!" for refused
	}{
		{"point in an octet string", p11.CKK_EC, p384OID, append([]byte{4, 97}, point...), "ecdsa-p384"},
		{"point as it is", p11.CKK_EC, p384OID, point, "ecdsa-p384"},
		{"ed25519 by OID", ckkECEdwards, edOID, append([]byte{4, 32}, ed...), "ed25519"},
		{"ed25519 by name", ckkECEdwards, []byte("\x13\x0cedwards25519"), ed, "ed25519"},
		{"rsa", p11.CKK_RSA, modulus, []byte{1, 0, 1}, "rsa-2048"},
		{"rsa with a zero before it", p11.CKK_RSA, append([]byte{0}, modulus...), []byte{1, 0, 1}, "rsa-2048"},
		{"curve that does not sign here", p11.CKK_EC, []byte("\x06\x05\x2b\x81\x04\x00\x0a"), point, ""},
		{"ed448", ckkECEdwards, []byte("\x06\x03\x2b\x65\x71"), bytes.Repeat([]byte{1}, 57), ""},
		{"dsa", p11.CKK_DSA, nil, nil, ""},
		{"point not on the curve", p11.CKK_EC, p384OID, append([]byte{4}, bytes.Repeat([]byte{1}, 96)...), "!"},
		{"compressed point", p11.CKK_EC, p384OID, append([]byte{2}, point[1:49]...), "!"},
		{"point cut short", p11.CKK_EC, p384OID, point[:96], "!"},
		{"wrong length in the octet string", p11.CKK_EC, p384OID, append([]byte{4, 96}, point...), "!"},
		{"no point", p11.CKK_EC, p384OID, nil, "!"},
		{"ed25519 too short", ckkECEdwards, edOID, ed[1:], "!"},
		{"no modulus", p11.CKK_RSA, nil, []byte{1, 0, 1}, "!"},
		{"exponent 1", p11.CKK_RSA, modulus, []byte{1}, "!"},
		{"exponent of 64 bits", p11.CKK_RSA, modulus, bytes.Repeat([]byte{1}, 8), "!"},
	} {
		t.Run(c.name, func(t *testing.T) {
			pub, err := publicKey(c.kind, c.a, c.b)
			switch {
			case c.want == "!":
				if !errors.Is(err, token.ErrBadAnswer) || pub != nil {
					t.Errorf("%v, %v, want ErrBadAnswer", pub, err)
				}
			case err != nil || algorithm(pub) != c.want || (pub == nil) != (c.want == ""):
				t.Errorf("%T, %v, want %q", pub, err, c.want)
			}
		})
	}
}

//go:build cgo

package pkcs11

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"fmt"
	"math/big"

	p11 "github.com/miekg/pkcs11"

	"github.com/rootmoot/rootmoot/internal/token"
)

// Of PKCS#11 3.0, which the library does not know yet.
const (
	ckkECEdwards = 0x40
	ckmEdDSA     = 0x1057
)

// public reads a public key object, as DER SubjectPublicKeyInfo and by its name;
// nothing if it is not of a kind that signs here.
func (s *session) public(o p11.ObjectHandle) ([]byte, string, error) {
	kind, err := s.number(o, p11.CKA_KEY_TYPE)
	if err != nil {
		return nil, "", err
	}
	first, second := uint(p11.CKA_EC_PARAMS), uint(p11.CKA_EC_POINT)
	if kind == p11.CKK_RSA {
		first, second = p11.CKA_MODULUS, p11.CKA_PUBLIC_EXPONENT
	}
	a, err := s.value(o, first)
	if err != nil {
		return nil, "", err
	}
	b, err := s.value(o, second)
	if err != nil {
		return nil, "", err
	}
	pub, err := publicKey(kind, a, b)
	if pub == nil || err != nil {
		return nil, "", err
	}
	spki, err := token.SPKI(pub)
	return spki, algorithm(pub), err
}

// publicKey makes a key of its two attributes: modulus and exponent, or curve
// and point. It is nil if it is not of a kind that signs here.
func publicKey(kind uint, a, b []byte) (crypto.PublicKey, error) {
	switch kind {
	case p11.CKK_RSA:
		return rsaKey(a, b)
	case p11.CKK_EC:
		if bytes.Equal(a, []byte("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07")) {
			return ecKey(elliptic.P256(), b)
		}
		if bytes.Equal(a, []byte("\x06\x05\x2b\x81\x04\x00\x22")) {
			return ecKey(elliptic.P384(), b)
		}
	case ckkECEdwards: // by its OID, or by its name, as PKCS#11 3.0 would have it
		if bytes.Equal(a, []byte("\x06\x03\x2b\x65\x70")) || bytes.Equal(a, []byte("\x13\x0cedwards25519")) {
			point := unwrap(b, ed25519.PublicKeySize)
			if point == nil {
				return nil, fmt.Errorf("%w: ed25519 key of %d bytes", token.ErrBadAnswer, len(b))
			}
			return ed25519.PublicKey(point), nil
		}
	}
	return nil, nil
}

// rsaKey checks only what makes it a key at all: what is too weak is judged
// elsewhere.
func rsaKey(n, e []byte) (crypto.PublicKey, error) {
	modulus, exponent := new(big.Int).SetBytes(n), new(big.Int).SetBytes(e)
	if modulus.BitLen() < 512 || modulus.BitLen() > 16384 || !exponent.IsInt64() || exponent.Int64() < 3 || exponent.Int64() >= 1<<31 {
		return nil, fmt.Errorf("%w: rsa key with a modulus of %d bits and an exponent of %d bits", token.ErrBadAnswer, modulus.BitLen(), exponent.BitLen())
	}
	return &rsa.PublicKey{N: modulus, E: int(exponent.Int64())}, nil
}

func ecKey(curve elliptic.Curve, b []byte) (crypto.PublicKey, error) {
	name := curve.Params().Name
	point := unwrap(b, 1+2*size(curve))
	if point == nil {
		return nil, fmt.Errorf("%w: %s point of %d bytes", token.ErrBadAnswer, name, len(b))
	}
	pub, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	if err != nil {
		return nil, fmt.Errorf("%w: %s point: %w", token.ErrBadAnswer, name, err)
	}
	return pub, nil
}

// unwrap takes n bytes out of an OCTET STRING, as the standard wants a point,
// or as they are, as some modules have it. It is nil if they are neither.
func unwrap(b []byte, n int) []byte {
	if len(b) == n+2 && b[0] == 4 && int(b[1]) == n { // n is below 128: one byte of length
		return b[2:]
	}
	if len(b) == n {
		return b
	}
	return nil
}

// size is that of a coordinate, in bytes.
func size(curve elliptic.Curve) int { return (curve.Params().BitSize + 7) / 8 }

// algorithm is the name of a key's, as in [token.Info]; empty if it does not
// sign here.
func algorithm(pub crypto.PublicKey) string {
	switch k := pub.(type) {
	case *ecdsa.PublicKey:
		switch k.Curve {
		case elliptic.P256():
			return "ecdsa-p256"
		case elliptic.P384():
			return "ecdsa-p384"
		}
	case ed25519.PublicKey:
		return "ed25519"
	case *rsa.PublicKey:
		return fmt.Sprintf("rsa-%d", k.N.BitLen())
	}
	return ""
}

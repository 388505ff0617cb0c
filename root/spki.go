package root

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

// A SubjectPublicKeyInfo of a fixed-size key is a fixed prefix and the key, so
// the strictest reader compares bytes (RFC 5480, RFC 8410). crypto/x509 would
// read more, and would not fit a browser.
const (
	p256Prefix    = "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00"
	p384Prefix    = "\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00"
	ed25519Prefix = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"
	// rsaAlgorithm is the AlgorithmIdentifier rsaEncryption with NULL (RFC 3279).
	rsaAlgorithm = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"
)

// maxRSABits bounds what a signature check may cost.
const maxRSABits = 8192

// ParseSPKI reads a DER SubjectPublicKeyInfo holding a P-256, P-384, Ed25519 or
// RSA key: uncompressed points, named curves and definite minimal lengths only.
func ParseSPKI(der []byte) (PublicKey, error) {
	switch {
	case hasPrefix(der, p256Prefix, 65):
		return NewECDSA(P256, der[len(p256Prefix):])
	case hasPrefix(der, p384Prefix, 97):
		return NewECDSA(P384, der[len(p384Prefix):])
	case hasPrefix(der, ed25519Prefix, 32):
		return NewEd25519(der[len(ed25519Prefix):])
	}
	return parseRSA(der)
}

func hasPrefix(der []byte, prefix string, key int) bool {
	return len(der) == len(prefix)+key && string(der[:len(prefix)]) == prefix
}

func parseRSA(der []byte) (PublicKey, error) {
	errNot := errors.New("public key: not a P-256, P-384, Ed25519 or RSA SubjectPublicKeyInfo")
	input := cryptobyte.String(der)
	var outer, alg, body cryptobyte.String
	var bits []byte
	if !input.ReadASN1(&outer, asn1.SEQUENCE) || !input.Empty() ||
		!outer.ReadASN1(&alg, asn1.SEQUENCE) || string(alg) != rsaAlgorithm ||
		!outer.ReadASN1BitStringAsBytes(&bits) || !outer.Empty() {
		return PublicKey{}, errNot
	}
	inner := cryptobyte.String(bits)
	n, e := new(big.Int), 0
	if !inner.ReadASN1(&body, asn1.SEQUENCE) || !inner.Empty() ||
		!body.ReadASN1Integer(n) || !body.ReadASN1Integer(&e) || !body.Empty() {
		return PublicKey{}, errNot
	}
	if n.Sign() <= 0 || n.Bit(0) == 0 || n.BitLen() > maxRSABits || e < 3 || e&1 == 0 || e > 1<<31-1 {
		return PublicKey{}, fmt.Errorf("rsa key: modulus of %d bits with exponent %d is not taken", n.BitLen(), e)
	}
	return PublicKey{alg: RSA, spki: bytes.Clone(der), print: sha256.Sum256(der), mod: &rsa.PublicKey{N: n, E: e}}, nil
}

// verifyPSS is rsassa-pss-sha256 with MGF1-SHA-256. Writers differ in the salt
// (hash length, or as long as fits), so any length is read.
func verifyPSS(k *rsa.PublicKey, hash, sig []byte) bool {
	return rsa.VerifyPSS(k, crypto.SHA256, hash, sig, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto}) == nil
}

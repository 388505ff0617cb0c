package root

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// Algorithm is the kind of a public key.
type Algorithm uint8

// The algorithms whose signatures can count. Anything else is preserved in the
// document, named, and counts nothing.
const (
	UnknownAlgorithm Algorithm = iota
	P256
	P384
	Ed25519
	RSA
)

// String is the name that plans and reports use.
func (a Algorithm) String() string {
	return [...]string{"unknown", "ecdsa-p256", "ecdsa-p384", "ed25519", "rsa"}[a]
}

// ParseAlgorithm reads what String writes.
func ParseAlgorithm(s string) (Algorithm, error) {
	for a := P256; a <= RSA; a++ {
		if a.String() == s {
			return a, nil
		}
	}
	return UnknownAlgorithm, fmt.Errorf("algorithm %q: want ecdsa-p256, ecdsa-p384, ed25519 or rsa", clip(s))
}

// A PublicKey is key material, however it was written down. The zero value is
// no key and verifies nothing.
type PublicKey struct {
	alg   Algorithm
	spki  []byte // DER SubjectPublicKeyInfo
	print Fingerprint
	point *ecdsa.PublicKey // P256, P384
	mod   *rsa.PublicKey   // RSA
	raw   []byte           // Ed25519: 32 bytes; ECDSA: the uncompressed point
}

// ErrSignature is returned for a signature that does not verify.
var ErrSignature = errors.New("signature does not verify")

// NewEd25519 makes a key from its 32 bytes. Whether they are a sound point is
// asked by [PublicKey.Weakness].
func NewEd25519(raw []byte) (PublicKey, error) {
	if len(raw) != ed25519.PublicKeySize {
		return PublicKey{}, fmt.Errorf("ed25519 key: want 32 bytes, have %d", len(raw))
	}
	spki := append([]byte(ed25519Prefix), raw...)
	return PublicKey{alg: Ed25519, spki: spki, print: sha256.Sum256(spki), raw: spki[len(ed25519Prefix):]}, nil
}

// NewECDSA makes a key from an uncompressed point (04 ‖ X ‖ Y) on the curve of
// the algorithm, which is P256 or P384.
func NewECDSA(a Algorithm, point []byte) (PublicKey, error) {
	var curve elliptic.Curve
	var prefix string
	switch a {
	case P256:
		curve, prefix = elliptic.P256(), p256Prefix
	case P384:
		curve, prefix = elliptic.P384(), p384Prefix
	default:
		return PublicKey{}, fmt.Errorf("%v key: want ecdsa-p256 or ecdsa-p384", a)
	}
	k, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	if err != nil {
		return PublicKey{}, fmt.Errorf("%v key: not an uncompressed point of the curve", a)
	}
	spki := append([]byte(prefix), point...)
	return PublicKey{alg: a, spki: spki, print: sha256.Sum256(spki), point: k, raw: spki[len(prefix):]}, nil
}

// ParsePEM reads one PEM block "PUBLIC KEY" and nothing beside it but white
// space: two lines, and between them lines of base64 of any length, in the one
// spelling that these bytes have. (encoding/pem would look for a block in any
// text, and pass over one that is broken: two readers could find two keys.)
func ParsePEM(text string) (PublicKey, error) {
	body, begun := strings.CutPrefix(strings.Trim(text, " \t\r\n"), "-----BEGIN PUBLIC KEY-----")
	body, ended := strings.CutSuffix(body, "-----END PUBLIC KEY-----")
	if !begun || !ended {
		return PublicKey{}, errors.New("public key: want one PEM block of type PUBLIC KEY and nothing beside it")
	}
	// The decoder passes over line ends, and takes nothing else but base64.
	der, err := base64.StdEncoding.Strict().DecodeString(body)
	if err != nil || !strings.HasPrefix(strings.TrimPrefix(body, "\r"), "\n") || !strings.HasSuffix(body, "\n") {
		return PublicKey{}, errors.New("public key: the PEM block cannot be read")
	}
	return ParseSPKI(der)
}

// Algorithm tells the kind of key.
func (k PublicKey) Algorithm() Algorithm { return k.alg }

// identity is what is counted once: the fingerprint, and of RSA the modulus
// alone, for whoever has the secret of one exponent has that of all (TAP 12).
func (k PublicKey) identity() Fingerprint {
	if k.alg == RSA {
		return sha256.Sum256(k.mod.N.Bytes())
	}
	return k.print
}

// Fingerprint is the SHA-256 of the SubjectPublicKeyInfo.
func (k PublicKey) Fingerprint() Fingerprint { return k.print }

// SPKI is the DER SubjectPublicKeyInfo; the caller must not change it.
func (k PublicKey) SPKI() []byte { return k.spki }

// Raw is an Ed25519 key's 32 bytes or an ECDSA key's uncompressed point; nil
// for RSA. The caller must not change it.
func (k PublicKey) Raw() []byte { return k.raw }

// PEM is the key as a PEM block with a final newline.
func (k PublicKey) PEM() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: k.spki}))
}

// IsZero reports whether there is no key.
func (k PublicKey) IsZero() bool { return k.alg == UnknownAlgorithm }

// verify checks one signature over msg.
func (k PublicKey) verify(msg, sig []byte) error {
	return k.verifyHashed(msg, DigestOf(msg), sig)
}

// verifyHashed checks one signature over msg, whose SHA-256 is sum, as the TUF
// specification 1.0.34 (4.2) has it: ECDSA as DER over SHA-256 (P-256) or
// SHA-384 (P-384), RSA-PSS with SHA-256 and any salt, Ed25519 over the message
// itself.
func (k PublicKey) verifyHashed(msg []byte, sum Digest, sig []byte) error {
	ok := false
	switch k.alg {
	case P256:
		ok = ecdsa.VerifyASN1(k.point, sum[:], sig)
	case P384:
		h := sha512.Sum384(msg)
		ok = ecdsa.VerifyASN1(k.point, h[:], sig)
	case Ed25519:
		ok = len(sig) == ed25519.SignatureSize && ed25519.Verify(k.raw, msg, sig)
	case RSA:
		ok = verifyPSS(k.mod, sum[:], sig)
	}
	if !ok {
		return ErrSignature
	}
	return nil
}

// VerifyStatement checks a signature over a statement, which is no metadata:
// the same algorithms over the message itself. A weak key verifies nothing.
func (k PublicKey) VerifyStatement(msg, sig []byte) error {
	if why := k.Weakness(); why != "" {
		return fmt.Errorf("key %s is weak (%s): %w", k.print.Short(), why, ErrSignature)
	}
	return k.verify(msg, sig)
}

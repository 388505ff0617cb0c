package pivcard

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
)

// Model is what a card is from the factory on.
type Model struct {
	Serial     uint32
	Firmware   Version
	FormFactor byte    // 01 to 07, as in an attestation; +80 for a FIPS device
	Issuer     *Issuer // who certifies the attestation key; RehearsalIssuer() if nil

	// PINComplexity has the card refuse a trivial PIN or PUK, as firmware 5.7
	// can be told to.
	PINComplexity bool
}

// New makes a card as it leaves the factory: PIN 123456, PUK 12345678, three
// tries each, the published management key, empty slots, and an attestation
// key certified by the model's issuer.
func New(m Model, cfg Config) (*Card, error) {
	if cfg.Rand == nil {
		return nil, errors.New("card: a source of randomness is needed to make its attestation key")
	}
	issuer := m.Issuer
	if issuer == nil {
		issuer = RehearsalIssuer()
	}
	a, err := issuer.attester(m, cfg.Rand)
	if err != nil {
		return nil, fmt.Errorf("card %d: %w", m.Serial, err)
	}
	s := state{Format: stateFormat, Serial: m.Serial, Firmware: m.Firmware, FormFactor: m.FormFactor, Attester: a, PINComplexity: m.PINComplexity}
	s.empty()
	return &Card{cfg: cfg.withDefaults(), state: s}, nil
}

// generateKey makes a private key from rand, which the generators of
// crypto/ecdsa no longer listen to (Go 1.26), as PKCS #8.
func generateKey(a Algorithm, rand io.Reader) (crypto.Signer, []byte, error) {
	signer, err := newSigner(a, rand)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(signer)
	return signer, der, err
}

func newSigner(a Algorithm, rand io.Reader) (crypto.Signer, error) {
	seed := make([]byte, ed25519.SeedSize)
	curve := elliptic.P256()
	switch a {
	case P256, Ed25519:
	case P384:
		seed, curve = make([]byte, 48), elliptic.P384()
	default:
		return nil, fmt.Errorf("%s: not a signing algorithm of this card", a)
	}
	// Rejection sampling (FIPS 186-5, A.2.2): a scalar outside [1, n-1] is as
	// rare as a collision, so a second one means that rand is not random.
	for range 8 {
		if _, err := io.ReadFull(rand, seed); err != nil {
			return nil, err
		}
		if a == Ed25519 {
			return ed25519.NewKeyFromSeed(seed), nil
		}
		if k, err := ecdsa.ParseRawPrivateKey(curve, seed); err == nil {
			return k, nil
		}
	}
	return nil, errors.New("randomness gives no valid private key")
}

// signer is the key ready for use. It refuses one that is not of the
// algorithm it claims.
func (k key) signer() (crypto.Signer, error) {
	private, err := x509.ParsePKCS8PrivateKey(k.Private)
	if err != nil {
		return nil, err
	}
	signer, ok := private.(crypto.Signer)
	if !ok || algorithmOf(signer.Public()) != k.Algorithm {
		return nil, fmt.Errorf("private key is not of type %s", k.Algorithm)
	}
	return signer, nil
}

// algorithmOf is the PIV algorithm of a public key, 0 if it has none here.
func algorithmOf(pub crypto.PublicKey) Algorithm {
	switch p := pub.(type) {
	case *ecdsa.PublicKey:
		switch p.Curve {
		case elliptic.P256():
			return P256
		case elliptic.P384():
			return P384
		}
	case ed25519.PublicKey:
		return Ed25519
	}
	return 0
}

// point is a public key as PIV writes it: an uncompressed point, or the 32
// bytes of an Ed25519 key.
func point(pub crypto.PublicKey) ([]byte, error) {
	switch p := pub.(type) {
	case *ecdsa.PublicKey:
		return p.Bytes()
	case ed25519.PublicKey:
		return p, nil
	}
	return nil, fmt.Errorf("public key of type %T has no PIV form here", pub)
}

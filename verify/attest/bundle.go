package attest

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	_ "embed" // the rehearsal root
	"encoding/pem"
	"errors"
	"fmt"
)

// Bounds on a bundle: the maker's whole hierarchy has about twenty.
const (
	maxBundle       = 1 << 20
	maxBundleCerts  = 64
	maxCertificate  = 1 << 14
	maxChain        = 8
	pemCertificate  = "CERTIFICATE"
	rehearsalBundle = "rootmoot rehearsal"
)

//go:embed rehearsal-root.pem
var rehearsalRootPEM []byte

// A Bundle is a named set of CA certificates: those that issue themselves are
// roots and are trusted, the others are intermediates. The zero Bundle trusts
// nothing.
type Bundle struct {
	Name      string
	Rehearsal bool     // the rehearsal root's: proves nothing, on purpose
	Digest    [32]byte // SHA-256 of the PEM file

	roots, intermediates []*x509.Certificate
	names                naming
}

// naming is how a maker names certificates of the PIV branch.
type naming struct {
	leaf   string // a leaf, followed by a space and the slot
	device string // the attesting key of a device
	issuer string // how intermediates above the device of this branch begin
}

// Names of the two hierarchies. The maker's intermediates sign for other
// applets too (OpenPGP, FIDO); the name of the one above a device tells them
// apart.
func makerNaming() naming {
	return naming{leaf: "YubiKey PIV Attestation", device: "Yubico PIV Attestation", issuer: "Yubico PIV Attestation "}
}

func rehearsalNaming() naming {
	return naming{leaf: "REHEARSAL PIV Attestation", device: "REHEARSAL PIV Attestation", issuer: "REHEARSAL PIV Attestation "}
}

// RehearsalBundle trusts the rehearsal root alone.
func RehearsalBundle() (Bundle, error) {
	b, err := parse(rehearsalBundle, rehearsalRootPEM)
	b.Rehearsal, b.names = true, rehearsalNaming()
	return b, err
}

// ParseBundle reads concatenated PEM certificates; text around the blocks is
// allowed, other blocks are not. The rehearsal root is refused in every
// company: a bundle with it would make rehearsal tokens pass for real ones.
func ParseBundle(name string, raw []byte) (Bundle, error) {
	b, err := parse(name, raw)
	if err != nil {
		return Bundle{}, err
	}
	rehearsal, err := RehearsalBundle()
	if err != nil {
		return Bundle{}, err
	}
	for _, c := range append(b.roots, b.intermediates...) {
		if bytes.Equal(c.RawSubjectPublicKeyInfo, rehearsal.roots[0].RawSubjectPublicKeyInfo) {
			return Bundle{}, fmt.Errorf("ca bundle %s: contains the rehearsal root: remove it; rehearsals need no bundle", name)
		}
	}
	return b, nil
}

func parse(name string, raw []byte) (Bundle, error) {
	b := Bundle{Name: name, Digest: sha256.Sum256(raw), names: makerNaming()}
	if len(raw) > maxBundle {
		return Bundle{}, fmt.Errorf("ca bundle %s: %d bytes, more than %d", name, len(raw), maxBundle)
	}
	rest := raw
	for n := 1; ; n++ {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			break
		}
		if n > maxBundleCerts {
			return Bundle{}, fmt.Errorf("ca bundle %s: more than %d certificates", name, maxBundleCerts)
		}
		if err := b.add(block); err != nil {
			return Bundle{}, fmt.Errorf("ca bundle %s: block %d: %w", name, n, err)
		}
	}
	if bytes.Contains(rest, []byte("-----BEGIN")) {
		return Bundle{}, fmt.Errorf("ca bundle %s: ends in a PEM block that cannot be read", name)
	}
	if len(b.roots) == 0 {
		return Bundle{}, fmt.Errorf("ca bundle %s: no certificate that issues itself, so no root", name)
	}
	return b, nil
}

func (b *Bundle) add(block *pem.Block) error {
	if block.Type != pemCertificate {
		return fmt.Errorf("%s: a bundle holds certificates only", block.Type)
	}
	c, err := x509.ParseCertificate(block.Bytes)
	switch {
	case err != nil:
		return err
	case c.BasicConstraintsValid && !c.IsCA:
		return errors.New("not a CA certificate")
	case bytes.Equal(c.RawSubject, c.RawIssuer):
		if err := c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature); err != nil {
			return fmt.Errorf("root's own signature: %w", err)
		}
		b.roots = append(b.roots, c)
	default:
		b.intermediates = append(b.intermediates, c)
	}
	return nil
}

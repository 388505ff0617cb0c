package attest

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	_ "embed" // the rehearsal root
	"errors"
	"fmt"
)

const rehearsalBundle = "rootmoot rehearsal"

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
	certs, err := readPEM(raw)
	if err != nil {
		return Bundle{}, fmt.Errorf("ca bundle %s: %w", name, err)
	}
	for i, c := range certs {
		if err := b.add(c); err != nil {
			return Bundle{}, fmt.Errorf("ca bundle %s: block %d: %w", name, i+1, err)
		}
	}
	if len(b.roots) == 0 {
		return Bundle{}, fmt.Errorf("ca bundle %s: no certificate that issues itself, so no root", name)
	}
	return b, nil
}

func (b *Bundle) add(c *x509.Certificate) error {
	switch {
	case c.BasicConstraintsValid && !c.IsCA:
		return errors.New("not a CA certificate")
	case bytes.Equal(c.RawSubject, c.RawIssuer):
		if err := c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature); err != nil {
			return fmt.Errorf("root's own signature: %w", err)
		}
		b.roots = append(b.roots, b.names.oldRoot(c))
	default:
		b.intermediates = append(b.intermediates, c)
	}
	return nil
}

package attest

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
)

// Bounds on what is read: the maker's whole hierarchy has about twenty
// certificates, the path from one leaf at most five.
const (
	maxPEM          = 1 << 20 // bytes
	maxCertificates = 64      // in one file
	maxCertificate  = 1 << 14 // bytes
	maxChain        = 8       // given with a leaf
	pemCertificate  = "CERTIFICATE"
)

// ParseCertificates finds a leaf and the certificates above it in PEM files,
// which may be given in any order: the leaf is the one that is no CA and issued
// none of the others. What does not lie above it, by name, is left out. The
// results are DER, for [Check]; nothing is judged here.
func ParseCertificates(files ...[]byte) (leaf []byte, chain [][]byte, err error) {
	var all []*x509.Certificate
	for i, raw := range files {
		certs, err := readPEM(raw)
		if err != nil {
			return nil, nil, fmt.Errorf("file %d: %w", i+1, err)
		}
		for _, c := range certs {
			if !slices.ContainsFunc(all, c.Equal) {
				all = append(all, c)
			}
		}
	}
	var leaves []*x509.Certificate
	for _, c := range all {
		if !c.IsCA && !slices.ContainsFunc(all, func(d *x509.Certificate) bool { return issues(c, d) }) {
			leaves = append(leaves, c)
		}
	}
	if len(leaves) != 1 {
		return nil, nil, fmt.Errorf("%d certificates that issued none of the others, not 1: give one attestation, with its device certificate and its intermediates", len(leaves))
	}
	for _, c := range above(leaves[0], all) {
		chain = append(chain, c.Raw)
	}
	return leaves[0].Raw, chain, nil
}

// issues goes by names alone; signatures are for Check.
func issues(c, d *x509.Certificate) bool {
	return !c.Equal(d) && bytes.Equal(c.RawSubject, d.RawIssuer)
}

// above are the issuers of a certificate, their issuers, and so on.
func above(c *x509.Certificate, all []*x509.Certificate) []*x509.Certificate {
	found := []*x509.Certificate{c}
	for i := 0; i < len(found); i++ {
		for _, up := range all {
			if issues(up, found[i]) && !slices.ContainsFunc(found, up.Equal) {
				found = append(found, up)
			}
		}
	}
	return found[1:]
}

// readPEM reads concatenated certificates. Text around the blocks is allowed,
// other blocks are not.
func readPEM(raw []byte) ([]*x509.Certificate, error) {
	if len(raw) > maxPEM {
		return nil, fmt.Errorf("%d bytes, more than %d", len(raw), maxPEM)
	}
	var out []*x509.Certificate
	for {
		block, rest := pem.Decode(raw)
		if block == nil {
			break
		}
		raw = rest
		n := len(out) + 1
		if n > maxCertificates {
			return nil, fmt.Errorf("more than %d certificates", maxCertificates)
		}
		if block.Type != pemCertificate {
			return nil, fmt.Errorf("block %d: %s: want certificates only", n, block.Type)
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("block %d: %w", n, err)
		}
		out = append(out, c)
	}
	if bytes.Contains(raw, []byte("-----BEGIN")) {
		return nil, errors.New("ends in a PEM block that cannot be read")
	}
	return out, nil
}

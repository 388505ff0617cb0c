package cards

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// A Maker stands for a maker of real tokens, with a CA of its own since 2026.
type Maker struct {
	Issuer *pivcard.Issuer // certifies its cards, under a real maker's names
	PEM    []byte          // its CA, as in a file for --attestation-ca
	Bundle attest.Bundle   // tells a verifier of it
}

// NewMaker makes one that nobody else is.
func NewMaker(t testing.TB) Maker {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(err)
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test PIV Root"},
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2049, 12, 31, 0, 0, 0, 0, time.UTC),
		KeyUsage: x509.KeyUsageCertSign, BasicConstraintsValid: true, IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, key.Public(), key)
	must(err)
	m := Maker{PEM: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
	ca, err = x509.ParseCertificate(der)
	must(err)
	m.Issuer = &pivcard.Issuer{Key: key, Cert: ca, DeviceName: "Yubico PIV Attestation", KeyPrefix: "YubiKey PIV Attestation"}
	m.Bundle, err = attest.ParseBundle("test maker", m.PEM)
	must(err)
	return m
}

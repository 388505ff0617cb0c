package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"time"

	"github.com/rootmoot/rootmoot/internal/pivcard"
)

// issuer is the maker of the cards: its certificate is in the file of -ca, for
// --attestation-ca, and its key beside it.
func (o options) issuer() (*pivcard.Issuer, error) {
	if _, err := os.Stat(o.ca); errors.Is(err, fs.ErrNotExist) {
		if err := o.makeCA(); err != nil {
			return nil, err
		}
	}
	certificate, err := readPEM(o.ca)
	if err != nil {
		return nil, err
	}
	private, err := readPEM(o.ca + ".key")
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(certificate)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(private)
	if err != nil {
		return nil, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%s.key: not a signing key", o.ca)
	}
	return &pivcard.Issuer{Key: signer, Cert: cert, DeviceName: "Yubico PIV Attestation", KeyPrefix: "YubiKey PIV Attestation"}, nil
}

func (o options) makeCA() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "vcard root - NOT A REAL MAKER"},
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2049, 12, 31, 0, 0, 0, 0, time.UTC),
		KeyUsage: x509.KeyUsageCertSign, BasicConstraintsValid: true, IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, root, root, key.Public(), key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := writePEM(o.ca, "CERTIFICATE", der); err != nil {
		return err
	}
	return writePEM(o.ca+".key", "PRIVATE KEY", private)
}

func readPEM(name string) ([]byte, error) {
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, fmt.Errorf("%s: no PEM", name)
	}
	return block.Bytes, nil
}

func writePEM(name, kind string, der []byte) error {
	return os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

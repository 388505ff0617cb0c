package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/tokentest/cards"
)

// A maker makes cards as a maker of real tokens does, under a CA of its own.
type maker struct {
	issuer *pivcard.Issuer
	ca     []byte // PEM, for --attestation-ca
}

func newMaker(t *testing.T) maker {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test PIV Root"},
		NotBefore: time.Now().AddDate(-1, 0, 0), NotAfter: time.Now().AddDate(20, 0, 0),
		KeyUsage: x509.KeyUsageCertSign, BasicConstraintsValid: true, IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return maker{
		&pivcard.Issuer{Key: key, Cert: cert, DeviceName: "Yubico PIV Attestation", KeyPrefix: "YubiKey PIV Attestation"},
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
	}
}

// A card is a keyholder's, and the finger on it.
type card struct {
	*pivcard.Card
	finger *pivcard.Finger
	nobody atomic.Bool // there is nobody to touch it, and its time is over soon
	serial uint32

	pin, puk   string
	management []byte // the management key, once it is provisioned
}

// Wait is the finger.
func (c *card) Wait(ctx context.Context, clock pivcard.Clock, timeout time.Duration) bool {
	return !c.nobody.Load() && c.finger.Wait(ctx, clock, timeout)
}

// card is one as it leaves the factory.
func (m maker) card(t *testing.T, serial uint32, pin, puk string) *card {
	t.Helper()
	c := &card{finger: pivcard.NewFinger(), serial: serial, pin: pin, puk: puk}
	model := pivcard.Model{Serial: serial, Firmware: pivcard.Version{Major: 5, Minor: 7, Patch: 4}, FormFactor: 0x01, Issuer: m.issuer, PINComplexity: true}
	var err error
	if c.Card, err = pivcard.New(model, pivcard.Config{Rand: rand.Reader, Touch: c}); err != nil {
		t.Fatal(err)
	}
	return c
}

// provisioned gives it the secrets and a key, without a program.
func (c *card) provisioned(t *testing.T, algorithm string) *card {
	t.Helper()
	management := make([]byte, 24)
	rand.Read(management)
	cards.Provision(t, cards.Of(c.Card), cards.Ready{
		PIN: c.pin, PUK: c.puk, Management: management, Kept: true, Key: token.KeySpec{Algorithm: algorithm}, Certified: true,
	})
	c.Power()
	return c
}

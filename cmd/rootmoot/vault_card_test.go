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
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/applet"
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
	secret := func(s string) token.Secret { return token.NewSecret([]byte(s)) }
	a := &applet.Card{Client: pivcard.NewClient(c.Card), Kind: token.PIV, Reader: "none", Rand: rand.Reader}
	p := a.Provisioner(strconv.Itoa(int(c.serial)))
	management := make([]byte, 24)
	rand.Read(management)
	admin := token.Access{Management: token.NewSecret(management), PIN: secret(c.pin)}
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	do(p.ChangePIN(t.Context(), secret(token.FactoryPIN), secret(c.pin)))
	do(p.ChangePUK(t.Context(), secret(token.FactoryPUK), secret(c.puk)))
	do(p.SetManagement(t.Context(), token.Access{PIN: secret(c.pin)}, admin.Management, true))
	_, err := p.Generate(t.Context(), admin, token.KeySpec{Algorithm: algorithm, PINPolicy: "always", TouchPolicy: "always"})
	do(err)
	at, err := a.Attest(t.Context())
	do(err)
	do(p.StoreCertificate(t.Context(), admin, at.Leaf))
	c.Power()
	return c
}

package attest_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// hierarchy is a CA of the shape that tokens have since firmware 5.7.4, made
// new for each test: root, intermediate, one issuer a branch.
type hierarchy struct {
	t                               *testing.T
	bundle, rootOnly                attest.Bundle
	root, between, piv, openp, fido authority
}

type authority struct {
	key  crypto.Signer
	cert *x509.Certificate
}

func newKey(t *testing.T) crypto.Signer {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// issue makes a CA certificate; without a parent it issues itself.
func issue(t *testing.T, parent *authority, name string, change func(*x509.Certificate)) authority {
	t.Helper()
	key := newKey(t)
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotBefore: at.AddDate(-1, 0, 0), NotAfter: at.AddDate(1, 0, 0),
		BasicConstraintsValid: true, IsCA: true,
	}
	if change != nil {
		change(c)
	}
	up, signer := c, key
	if parent != nil {
		up, signer = parent.cert, parent.key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, up, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return authority{key, cert}
}

func newHierarchy(t *testing.T, name string) hierarchy {
	t.Helper()
	h := hierarchy{t: t}
	h.root = issue(t, nil, name, pathLength(3))
	h.between = issue(t, &h.root, "Yubico Attestation Intermediate B 1", pathLength(2))
	h.piv = issue(t, &h.between, "Yubico PIV Attestation B2 1", pathLength(1))
	h.openp = issue(t, &h.between, "Yubico OPGP Attestation B2 1", pathLength(1))
	h.fido = issue(t, &h.between, "Yubico FIDO Attestation B2 1", pathLength(0))
	h.bundle = bundleOf(t, h.root, h.between, h.piv, h.openp, h.fido)
	h.rootOnly = bundleOf(t, h.root)
	return h
}

func bundleOf(t *testing.T, all ...authority) attest.Bundle {
	t.Helper()
	b, err := attest.ParseBundle("test ca", bundlePEM(all...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// pathLength bounds how many CAs may stand below one.
func pathLength(n int) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.MaxPathLen, c.MaxPathLenZero = n, n == 0 }
}

func bundlePEM(as ...authority) []byte {
	var ders [][]byte
	for _, a := range as {
		ders = append(ders, a.cert.Raw)
	}
	return pemOf(ders...)
}

func pemOf(ders ...[]byte) []byte {
	var out []byte
	for _, der := range ders {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	return out
}

func sha256Hex(b []byte) string { return fmt.Sprintf("%x", sha256.Sum256(b)) }

func ext(last int, value ...byte) pkix.Extension {
	return pkix.Extension{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 41482, 3, last}, Value: value}
}

// sample is an attestation that passes every rule, to be spoilt by a test.
type sample struct {
	issuer     authority // of the device
	deviceName string
	device     func(*x509.Certificate)
	subject    string
	exts       []pkix.Extension
	public     crypto.PublicKey
	leafIssuer *authority  // instead of the device
	given      []authority // beside the device
	expect     attest.Expect
	bundle     attest.Bundle
	at         time.Time
}

func (h hierarchy) sample() sample {
	key := newKey(h.t)
	return sample{
		issuer: h.piv, deviceName: "Yubico PIV Attestation", subject: "YubiKey PIV Attestation 9c",
		exts:   []pkix.Extension{ext(3, 5, 7, 4), ext(7, 0x02, 0x04, 0x00, 0xAE, 0x17, 0xFB), ext(8, 3, 2), ext(9, 1)},
		public: key.Public(), bundle: h.bundle, at: at,
		expect: attest.Expect{SPKI: spki(h.t, key), Slot: "9c", Serial: "11409403", MinFirmware: attest.Version{5, 7, 0}, PIN: "always", Touch: "always"},
	}
}

func spki(t *testing.T, k crypto.Signer) []byte {
	t.Helper()
	b, err := x509.MarshalPKIXPublicKey(k.Public())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (s sample) check(t *testing.T) (attest.Facts, []verify.Check) {
	t.Helper()
	device := issue(t, &s.issuer, s.deviceName, s.device)
	parent := device
	if s.leafIssuer != nil {
		parent = *s.leafIssuer
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: s.subject},
		NotBefore: at.AddDate(-1, 0, 0), NotAfter: at.AddDate(1, 0, 0), ExtraExtensions: s.exts,
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, parent.cert, s.public, parent.key)
	if err != nil {
		t.Fatal(err)
	}
	chain := [][]byte{device.cert.Raw, parent.cert.Raw}
	for _, a := range s.given {
		chain = append(chain, a.cert.Raw)
	}
	return attest.Check(der, chain, s.bundle, s.expect, s.at)
}

// failures are the ids of the rules that failed; each check must be of its
// rule's place.
func failures(t *testing.T, checks []verify.Check) []string {
	t.Helper()
	rules := attest.Rules()
	if len(checks) != len(rules) {
		t.Fatalf("%d checks for %d rules", len(checks), len(rules))
	}
	var out []string
	for i, c := range checks {
		if c.Rule != rules[i].ID || c.Detail == "" || c.Subject == "" {
			t.Errorf("check %d: %+v, want rule %s with subject and detail", i, c, rules[i].ID)
		}
		if c.Result == verify.Fail {
			out = append(out, c.Rule)
		}
	}
	return out
}

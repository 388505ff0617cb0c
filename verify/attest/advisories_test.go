package attest_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

func TestAdvisories(t *testing.T) {
	const eucleak, fips, roca = "YSA-2024-03", "YSA-2019-02", "YSA-2017-01"
	for _, c := range []struct {
		firmware, algorithm, form string
		want                      []string
	}{
		{"5.7.0", "ecdsa-p256", "usb-a keychain", nil},
		{"5.7.4", "", "", nil},
		{"5.6.255", "ecdsa-p256", "usb-a keychain", []string{eucleak}},
		{"5.4.3", "ecdsa-p384", "", []string{eucleak}},
		{"5.4.3", "rsa-2048", "", nil},
		{"5.7.1", "ecdsa-p256", "usb-c biometric", []string{eucleak}},
		{"5.7.2", "ecdsa-p256", "usb-c biometric", nil},
		{"4.4.5", "ecdsa-p256", "", []string{eucleak}},
		{"4.4.4", "ecdsa-p256", "", []string{eucleak, fips}},
		{"4.4.2", "rsa-2048", "", []string{fips}},
		{"4.4.1", "rsa-2048", "", nil},
		{"4.3.5", "rsa-2048", "", nil},
		{"4.3.4", "rsa-2048", "", []string{roca}},
		{"4.2.0", "rsa-2048", "", []string{roca}},
		{"4.1.9", "rsa-2048", "", nil},
		{"4.3.4", "", "", []string{eucleak, roca}},
	} {
		v, err := attest.ParseVersion(c.firmware)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range attest.AdvisoriesOf(v, c.algorithm, c.form) {
			if a.Title == "" || a.What == "" || !strings.HasSuffix(a.URL, strings.ToLower(a.ID)+"/") {
				t.Errorf("%+v says too little", a)
			}
			got = append(got, a.ID)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s, %q, %q (-want +got):\n%s", c.firmware, c.algorithm, c.form, d)
		}
	}
}

// An advisory is a warning, also where the policy lets the firmware in; that
// does not let the policy be broken.
func TestAdvisoryIsSaid(t *testing.T) {
	for _, c := range []struct {
		lowest attest.Version
		want   []string
	}{{attest.Version{}, nil}, {attest.Version{5, 4, 0}, nil}, {attest.Version{5, 7, 0}, []string{attest.RuleFirmware}}} {
		s := newHierarchy(t, "root").sample()
		s.exts[0], s.expect.MinFirmware = ext(3, 5, 4, 3), c.lowest
		_, checks := s.check(t)
		got := resultOf(checks, attest.RuleAdvisory)
		if got.Result != verify.Warn || !strings.Contains(got.Detail, "YSA-2024-03") {
			t.Errorf("%+v", got)
		}
		if d := cmp.Diff(c.want, failures(t, checks)); d != "" {
			t.Errorf("lowest firmware %s (-want +got):\n%s", c.lowest, d)
		}
	}
}

// A modulus with the mark of ROCA is refused whatever the firmware says.
func TestROCA(t *testing.T) {
	sound, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	marked := &rsa.PublicKey{N: new(big.Int).Mul(rocaPrime(t), rocaPrime(t)), E: 65537}
	for _, c := range []struct {
		name string
		key  *rsa.PublicKey
		want []string
	}{{"sound", &sound.PublicKey, nil}, {"marked", marked, []string{attest.RuleAdvisory}}} {
		s := newHierarchy(t, "root").sample()
		s.public = c.key
		if s.expect.SPKI, err = x509.MarshalPKIXPublicKey(c.key); err != nil {
			t.Fatal(err)
		}
		facts, checks := s.check(t)
		if d := cmp.Diff(c.want, failures(t, checks)); d != "" || facts.Proven != (c.want == nil) {
			t.Errorf("%s (-want +got):\n%s%+v", c.name, d, checks)
		}
	}
}

// rocaPrime makes a prime as the faulty library did: k·M + (65537^a mod M), M
// being the product of the first primes.
func rocaPrime(t *testing.T) *big.Int {
	t.Helper()
	m := big.NewInt(1)
	for p := int64(2); p <= 701; p++ {
		if big.NewInt(p).ProbablyPrime(0) {
			m.Mul(m, big.NewInt(p))
		}
	}
	above := new(big.Int).Lsh(big.NewInt(1), 1024-uint(m.BitLen())) //nolint:gosec // M has 971 bits
	for range 100_000 {
		a, err := rand.Int(rand.Reader, m)
		if err != nil {
			t.Fatal(err)
		}
		k, err := rand.Int(rand.Reader, above)
		if err != nil {
			t.Fatal(err)
		}
		p := new(big.Int).Exp(big.NewInt(65537), a, m)
		if p.Add(p, k.Mul(k, m)); p.ProbablyPrime(20) {
			return p
		}
	}
	t.Fatal("no prime found")
	return nil
}

package root_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"math/big"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/root"
)

// A signer is a key with its secret, as a token would hold it.
type signer struct {
	root.PublicKey
	sign func(t testing.TB, msg []byte) []byte
}

func newSigner(t testing.TB, a root.Algorithm) signer {
	t.Helper()
	switch a {
	case root.Ed25519:
		_, k, err := ed25519.GenerateKey(rand.Reader)
		return use(t, k, 0, func(m []byte) []byte { return m }, err)
	case root.P256:
		k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		return use(t, k, crypto.SHA256, sha256Of, err)
	case root.P384:
		k, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
		return use(t, k, crypto.SHA384, func(m []byte) []byte { d := sha512.Sum384(m); return d[:] }, err)
	}
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	s := use(t, k, crypto.SHA256, sha256Of, err)
	s.sign = func(t testing.TB, msg []byte) []byte { return signPSS(t, k, msg, rsa.PSSSaltLengthEqualsHash) }
	return s
}

func newSigners(t testing.TB, a root.Algorithm, n int) []signer {
	out := make([]signer, n)
	for i := range out {
		out[i] = newSigner(t, a)
	}
	return out
}

func use(t testing.TB, k crypto.Signer, h crypto.Hash, digest func([]byte) []byte, err error) signer {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return signer{publicOf(t, k.Public()), func(t testing.TB, msg []byte) []byte {
		t.Helper()
		sig, err := k.Sign(rand.Reader, digest(msg), h)
		if err != nil {
			t.Fatal(err)
		}
		return sig
	}}
}

func publicOf(t testing.TB, k crypto.PublicKey) root.PublicKey {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(k)
	if err != nil {
		t.Fatal(err)
	}
	pub, err := root.ParseSPKI(der)
	if err != nil {
		t.Fatal(err)
	}
	return pub
}

func signPSS(t testing.TB, k *rsa.PrivateKey, msg []byte, salt int) []byte {
	t.Helper()
	sig, err := rsa.SignPSS(rand.Reader, k, crypto.SHA256, sha256Of(msg), &rsa.PSSOptions{SaltLength: salt})
	if err != nil {
		t.Fatal(err)
	}
	return sig
}

func sha256Of(m []byte) []byte { d := sha256.Sum256(m); return d[:] }

// plainECDSA turns DER into r ‖ s, as PKCS#11 gives it.
func plainECDSA(t testing.TB, der []byte, size int) []byte {
	t.Helper()
	var v struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(der, &v); err != nil {
		t.Fatal(err)
	}
	out := make([]byte, 2*size)
	v.R.FillBytes(out[:size])
	v.S.FillBytes(out[size:])
	return out
}

func publics(signers []signer) []root.PublicKey {
	out := make([]root.PublicKey, len(signers))
	for i, s := range signers {
		out[i] = s.PublicKey
	}
	return out
}

// day is the nth day of December 2026, at noon.
func day(n int) time.Time { return time.Date(2026, 12, n, 12, 0, 0, 0, time.UTC) }

// tufGenesis is the spec of a first root, whose other roles have one key.
func tufGenesis(keys []root.PublicKey, threshold int, online root.PublicKey) root.Spec {
	consistent := true
	s := root.Spec{
		Format: root.TUF, Expires: day(30), ConsistentSnapshot: &consistent,
		Roles: []root.RoleSpec{{Name: "root", Threshold: threshold, Keys: keys}},
	}
	for _, name := range []string{"timestamp", "snapshot", "targets"} {
		s.Roles = append(s.Roles, root.RoleSpec{Name: name, Threshold: 1, Keys: []root.PublicKey{online}})
	}
	return s
}

func condaGenesis(keys []root.PublicKey, threshold int, manager root.PublicKey) root.Spec {
	return root.Spec{
		Format: root.Conda, Expires: day(30), SigningTime: day(1),
		Roles: []root.RoleSpec{
			{Name: "root", Threshold: threshold, Keys: keys},
			{Name: "key_mgr", Threshold: 1, Keys: []root.PublicKey{manager}},
		},
	}
}

func draft(t testing.TB, trusted *root.Root, s root.Spec) *root.Candidate {
	t.Helper()
	c, err := root.Draft(trusted, s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// signAll signs as the engine would: message, token, finish.
func signAll(t testing.TB, c *root.Candidate, signers ...signer) []root.Signature {
	t.Helper()
	out := make([]root.Signature, len(signers))
	for i, s := range signers {
		m, err := c.Message(s.Fingerprint(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if out[i], err = m.Finish(s.sign(t, m.Bytes())); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func parse(t testing.TB, raw []byte) *root.Root {
	t.Helper()
	r, err := root.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func met(t testing.TB, c *root.Candidate, sigs []root.Signature) []int {
	t.Helper()
	tallies, err := c.Tallies(sigs)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]int, len(tallies))
	for i, tally := range tallies {
		out[i] = tally.Good
		if tally.Met() != (tally.Good >= tally.Threshold) {
			t.Errorf("%s: %d of %d said to be met: %v", c.Quorums[i].Name, tally.Good, tally.Threshold, tally.Met())
		}
	}
	return out
}

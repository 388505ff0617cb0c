package ceremony_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
)

// A signer is a key of the standard library and how it signs a message whole.
type signer struct {
	root.PublicKey
	sign func(msg []byte) ([]byte, error)
}

func newSigner(t testing.TB, a root.Algorithm) signer {
	t.Helper()
	private, hash := newPrivate(t, a)
	der, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	public, err := root.ParseSPKI(der)
	if err != nil {
		t.Fatal(err)
	}
	return signer{public, func(msg []byte) ([]byte, error) {
		var opts crypto.SignerOpts = hash
		switch hash {
		case crypto.SHA256:
			d := sha256.Sum256(msg)
			msg = d[:]
		case crypto.SHA384:
			d := sha512.Sum384(msg)
			msg = d[:]
		}
		if a == root.RSA {
			opts = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash}
		}
		return private.Sign(rand.Reader, msg, opts)
	}}
}

// newPrivate is a key and the hash that goes with it: none for Ed25519.
func newPrivate(t testing.TB, a root.Algorithm) (private crypto.Signer, hash crypto.Hash) {
	t.Helper()
	var err error
	switch a {
	case root.P256:
		hash = crypto.SHA256
		private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case root.P384:
		hash = crypto.SHA384
		private, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case root.RSA:
		hash = crypto.SHA256
		private, err = rsa.GenerateKey(rand.Reader, 2048)
	case root.Ed25519:
		_, private, err = ed25519.GenerateKey(rand.Reader)
	}
	if err != nil {
		t.Fatal(err)
	}
	return private, hash
}

// genesisOf is a candidate that one key signs.
func genesisOf(t *testing.T, f root.Format, k root.PublicKey) *root.Candidate {
	t.Helper()
	s := root.Spec{
		Format: f, SigningTime: time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC), Expires: time.Date(2027, 12, 1, 0, 0, 0, 0, time.UTC),
		Roles: []root.RoleSpec{{Name: "root", Threshold: 1, Keys: []root.PublicKey{k}}},
	}
	online := newSigner(t, root.Ed25519).PublicKey
	others := []string{"key_mgr"}
	if f == root.TUF {
		yes := true
		s.ConsistentSnapshot, others = &yes, []string{"timestamp", "snapshot", "targets"}
	}
	for _, name := range others {
		s.Roles = append(s.Roles, root.RoleSpec{Name: name, Threshold: 1, Keys: []root.PublicKey{online}})
	}
	c, err := root.Draft(nil, s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestStatementsAreNotMetadata tries, for each kind of key and both formats, to
// pass the signature of a statement off as one over a candidate, and the other
// way round. The tests of what must pass show that the refusals mean something.
func TestStatementsAreNotMetadata(t *testing.T) {
	tests := []struct {
		format root.Format
		key    root.Algorithm
	}{
		{root.TUF, root.P256}, {root.TUF, root.P384}, {root.TUF, root.Ed25519}, {root.TUF, root.RSA}, {root.Conda, root.Ed25519},
	}
	for _, tt := range tests {
		t.Run(tt.format.String()+" "+tt.key.String(), func(t *testing.T) {
			k := newSigner(t, tt.key)
			c := genesisOf(t, tt.format, k.PublicKey)
			m, err := c.Message(k.Fingerprint(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if tt.format == root.Conda && len(m.Bytes()) != 32 {
				t.Fatalf("conda signs %d bytes, want a digest", len(m.Bytes()))
			}
			metadata := [][]byte{m.Bytes(), c.Root.Signed()}
			for _, typ := range []ceremony.StatementType{ceremony.Possession, ceremony.ContributionRecorded, ceremony.Sealed} {
				s := full(typ)
				s.Key, s.Candidate = root.Digest(k.Fingerprint()), c.Digest()
				statementIsNoMetadata(t, s, k, m, c)
				for _, bytes := range metadata {
					metadataIsNoStatement(t, s, k, bytes)
				}
			}
		})
	}
}

func statementIsNoMetadata(t *testing.T, s ceremony.Statement, k signer, m root.Message, c *root.Candidate) {
	t.Helper()
	sig, err := k.sign(s.Text())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Verify(k.PublicKey, sig); err != nil {
		t.Fatalf("%s: its own signature: %v", s.Type, err)
	}
	if got, err := m.Finish(sig); !errors.Is(err, root.ErrSignature) {
		t.Errorf("%s: taken for metadata: %+v, %v", s.Type, got, err)
	}
	if err := c.Check(root.Signature{Key: k.Fingerprint(), Sig: sig}); !errors.Is(err, root.ErrSignature) {
		t.Errorf("%s: taken for a signature over the candidate: %v", s.Type, err)
	}
	if tallies, err := c.Tallies([]root.Signature{{Key: k.Fingerprint(), Sig: sig}}); err == nil {
		t.Errorf("%s: counted: %+v", s.Type, tallies)
	}
}

func metadataIsNoStatement(t *testing.T, s ceremony.Statement, k signer, metadata []byte) {
	t.Helper()
	sig, err := k.sign(metadata)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.VerifyStatement(metadata, sig); err != nil {
		t.Fatalf("the key did sign the metadata: %v", err)
	}
	if err := s.Verify(k.PublicKey, sig); !errors.Is(err, root.ErrSignature) {
		t.Errorf("%s: a signature over metadata was taken for it: %v", s.Type, err)
	}
	if _, err := ceremony.ParseStatement(metadata); err == nil {
		t.Errorf("metadata reads as a statement: %q", metadata)
	}
}

func TestStatementVerify(t *testing.T) {
	k, other := newSigner(t, root.P256), newSigner(t, root.P256)
	good := full(ceremony.ContributionRecorded)
	good.Key = root.Digest(k.Fingerprint())
	sig, err := k.sign(good.Text())
	if err != nil {
		t.Fatal(err)
	}
	if err := good.Verify(k.PublicKey, sig); err != nil {
		t.Fatal(err)
	}
	theirs, err := other.sign(good.Text())
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name      string
		statement ceremony.Statement
		key       root.PublicKey
		sig       []byte
		want      string
	}{
		{"of a rehearsal", without(good, func(s *ceremony.Statement) { s.Rehearsal = true }), k.PublicKey, sig, "statement (contribution): "},
		{"of another type", without(good, func(s *ceremony.Statement) { s.Type = ceremony.Possession }), k.PublicKey, sig, "statement (possession): "},
		{"about another plan", without(good, func(s *ceremony.Statement) { s.Plan[0]++ }), k.PublicKey, sig, "statement (contribution): "},
		{"with another journal", without(good, func(s *ceremony.Statement) { s.Journal[31]++ }), k.PublicKey, sig, "statement (contribution): "},
		{"by another key", good, k.PublicKey, theirs, "statement (contribution): "},
		{"names another key", good, other.PublicKey, theirs, "statement: names key " + k.Fingerprint().String()},
		{"no key", without(good, func(s *ceremony.Statement) { s.Key = root.Digest(root.PublicKey{}.Fingerprint()) }), root.PublicKey{}, sig, "statement (contribution): "},
		{"no signature", good, k.PublicKey, nil, "statement (contribution): "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.statement.Verify(tt.key, tt.sig)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

// A rehearsal's statement is not one of production, whoever signs, and the
// first line alone tells them apart.
func TestRehearsalStatement(t *testing.T) {
	production := full(ceremony.Sealed)
	rehearsal := without(production, func(s *ceremony.Statement) { s.Rehearsal = true })
	a, b, _ := bytes.Cut(production.Text(), []byte("\n"))
	c, d, _ := bytes.Cut(rehearsal.Text(), []byte("\n"))
	if bytes.Equal(a, c) || !bytes.Equal(b, d) {
		t.Errorf("%q and %q", production.Text(), rehearsal.Text())
	}
	for _, alg := range []root.Algorithm{root.P256, root.P384, root.Ed25519, root.RSA} {
		k := newSigner(t, alg)
		sig, err := k.sign(rehearsal.Text())
		if err != nil {
			t.Fatal(err)
		}
		if err := rehearsal.Verify(k.PublicKey, sig); err != nil {
			t.Errorf("%v: %v", alg, err)
		}
		if err := production.Verify(k.PublicKey, sig); !errors.Is(err, root.ErrSignature) {
			t.Errorf("%v: a rehearsal's statement passed for production: %v", alg, err)
		}
	}
}

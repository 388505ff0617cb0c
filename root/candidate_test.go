package root_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

// managed is a key manager document that nobody has signed, as a candidate
// under the root that delegates to it.
func managed(t testing.TB, r *root.Root, raw []byte, before *root.KeyManager) *root.Candidate {
	t.Helper()
	role, ok := r.Role("key_mgr")
	if !ok {
		t.Fatal("the root delegates to no key manager")
	}
	c := &root.Candidate{KeyManager: keyManager(t, raw), Quorums: []root.Quorum{{Name: root.QuorumDelegation, Role: role}}}
	if before != nil {
		c.Before = &before.Body
	}
	return c
}

func keyManager(t testing.TB, raw []byte) *root.KeyManager {
	t.Helper()
	m, err := root.ParseKeyManager(raw)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// unsignedKeyManager delegates to these package signers.
func unsignedKeyManager(version string, signers ...signer) []byte {
	var keys []string
	for _, s := range signers {
		keys = append(keys, `"`+hex.EncodeToString(s.Raw())+`"`)
	}
	return []byte(`{"signatures": {}, "signed": {"type": "key_mgr", "version": ` + version + `, "metadata_spec_version": "0.6.0",
		"timestamp": "2026-12-02T12:00:00Z", "expiration": "2026-12-30T12:00:00Z",
		"delegations": {"pkg_mgr": {"pubkeys": [` + strings.Join(keys, ", ") + `], "threshold": 1}}}}`)
}

// trustedRoot is a conda root as a ceremony leaves it, and as a verifier
// trusts it.
func trustedRoot(t testing.TB, holder signer, managers []signer, threshold int) verify.Trusted {
	t.Helper()
	spec := condaGenesis(publics([]signer{holder}), 1, managers[0].PublicKey)
	spec.Roles[1].Keys, spec.Roles[1].Threshold = publics(managers), threshold
	c := draft(t, nil, spec)
	raw, err := c.Assemble(signAll(t, c, holder))
	if err != nil {
		t.Fatal(err)
	}
	trusted, rep := verify.TrustFile(raw, verify.Options{At: day(3)})
	if trusted.IsZero() {
		t.Fatalf("the root is not trusted: %v", rep.Failures())
	}
	return trusted
}

// A key manager document is signed as a root is: message, finish, assemble. Its
// signatures are raw (conda-content-trust verify_delegation), its one quorum is
// the root's delegation, and a verifier takes the file once that is met.
func TestKeyManagerCandidate(t *testing.T) {
	holder, managers, packages := newSigner(t, root.Ed25519), newSigners(t, root.Ed25519, 3), newSigners(t, root.Ed25519, 2)
	trusted := trustedRoot(t, holder, managers, 2)
	c := managed(t, trusted.Root(), unsignedKeyManager("1", packages...), nil)
	if c.FileName() != "key_mgr.json" || c.Digest() != c.KeyManager.Digest || len(c.Keys()) != 3 {
		t.Errorf("%s, digest %v, %d keys", c.FileName(), c.Digest(), len(c.Keys()))
	}
	m, err := c.Message(managers[0].Fingerprint(), nil)
	if err != nil || !bytes.Equal(m.Bytes(), c.KeyManager.Signed()) {
		t.Fatalf("the message is not the canonical signed part: %q, %v", m.Bytes(), err)
	}
	for _, tc := range []struct {
		name    string
		signers []signer
		met     bool
		want    verify.Verdict
	}{
		{"nobody", nil, false, verify.Refused},
		{"one of two", managers[:1], false, verify.Refused},
		{"one twice", []signer{managers[1], managers[1]}, false, verify.Refused},
		{"two of two", managers[1:], true, verify.Accepted},
		{"all three", managers, true, verify.Accepted},
	} {
		t.Run(tc.name, func(t *testing.T) {
			sigs := signAll(t, c, tc.signers...)
			for _, s := range sigs {
				if err := c.Check(s); err != nil || s.Header != nil {
					t.Errorf("signature with header %x: %v", s.Header, err)
				}
			}
			tallies, err := c.Tallies(sigs)
			if err != nil || len(tallies) != 1 || tallies[0].Met() != tc.met {
				t.Fatalf("%+v, %v", tallies, err)
			}
			raw, err := c.Assemble(sigs)
			if err != nil {
				t.Fatal(err)
			}
			got, rep := verify.KeyManager(trusted, raw, verify.Options{At: day(3)})
			if rep.Verdict() != tc.want {
				t.Fatalf("%v: %v", rep.Verdict(), rep.Failures())
			}
			if got != nil && got.Digest != c.Digest() {
				t.Errorf("the file is of another digest: %v, want %v", got.Digest, c.Digest())
			}
		})
	}
}

// Nobody signs a key manager document but the keys that the root delegates to,
// and nothing but the raw form counts.
func TestKeyManagerCandidateRefuses(t *testing.T) {
	holder, managers, packages := newSigner(t, root.Ed25519), newSigners(t, root.Ed25519, 1), newSigners(t, root.Ed25519, 1)
	trusted := trustedRoot(t, holder, managers, 1)
	c := managed(t, trusted.Root(), unsignedKeyManager("1", packages...), nil)
	other := managed(t, trusted.Root(), unsignedKeyManager("2", packages...), nil)
	for name, k := range map[string]signer{"a root key": holder, "a package signer": packages[0]} {
		if _, err := c.Message(k.Fingerprint(), nil); err == nil || !strings.Contains(err.Error(), "in no quorum") {
			t.Errorf("%s signs: %v", name, err)
		}
	}
	header, err := root.NewHeader(managers[0].PublicKey, day(2))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Message(managers[0].Fingerprint(), header); err == nil {
		t.Error("signed in the OpenPGP form")
	}
	for _, s := range signAll(t, other, managers...) {
		if _, err := c.Assemble([]root.Signature{s}); !errors.Is(err, root.ErrSignature) {
			t.Errorf("a signature over version 2 in version 1: %v", err)
		}
	}
}

// The signature of conda's own key manager document goes through a candidate
// and comes out in the same file, byte for byte.
func TestKeyManagerReassembled(t *testing.T) {
	files := documents(t)
	const dir = "../testdata/conda-test-chain/"
	raw := files[dir+"key_mgr.json"]
	m := keyManager(t, raw)
	at := verify.Options{At: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, name := range []string{"1.root.json", "2.root.json", "3.root.json"} {
		trusted, rep := verify.TrustFile(files[dir+name], at)
		if trusted.IsZero() {
			t.Fatalf("%s: %v", name, rep.Failures())
		}
		c := managed(t, trusted.Root(), raw, nil)
		var sigs []root.Signature
		for _, e := range m.Envelope.Entries {
			sigs = append(sigs, root.Signature{Key: c.Keys()[0].Fingerprint(), Sig: e.Sig})
		}
		tallies, err := c.Tallies(sigs)
		if err != nil || len(tallies) != 1 || tallies[0].Good != 1 || !tallies[0].Met() {
			t.Errorf("%s: %+v, %v", name, tallies, err)
		}
		got, err := c.Assemble(sigs)
		if err != nil || !bytes.Equal(bytes.TrimSpace(got), bytes.TrimSpace(raw)) || keyManager(t, got).Digest != m.Digest {
			t.Errorf("%s: another file: %v\n%s", name, err, got)
		}
		if _, rep := verify.KeyManager(trusted, got, at); rep.Verdict() != verify.Accepted {
			t.Errorf("%s: %v", name, rep.Failures())
		}
	}
}

// The name of a root's file is the one by which a chain finds it.
func TestFileNameOfRoot(t *testing.T) {
	k := newSigner(t, root.P256)
	for _, c := range []*root.Candidate{candidate(t, k), draft(t, sigstore(t, 9), root.Spec{Format: root.TUF, Expires: day(30)})} {
		if got := c.FileName(); got != chain.Name(c.Root.Version) {
			t.Errorf("version %d is named %s", c.Root.Version, got)
		}
	}
}

// A candidate tells what it changes in the document that it follows, of either
// kind.
func TestCandidateDiff(t *testing.T) {
	packages := newSigners(t, root.Ed25519, 2)
	trusted := trustedRoot(t, newSigner(t, root.Ed25519), newSigners(t, root.Ed25519, 1), 1).Root()
	first := managed(t, trusted, unsignedKeyManager("1", packages[0]), nil)
	for _, c := range []struct {
		name           string
		candidate      *root.Candidate
		role           string
		joined, stayed int
		version        root.MemberChange
	}{
		{"genesis", candidate(t, newSigner(t, root.P256)), "root", 1, 0, root.MemberChange{New: "1"}},
		{"successor", draft(t, sigstore(t, 15), root.Spec{Format: root.TUF, Expires: day(30)}), "root", 0, 5, root.MemberChange{Old: "15", New: "16"}},
		{"first key manager", first, "pkg_mgr", 1, 0, root.MemberChange{New: "1"}},
		{"next key manager", managed(t, trusted, unsignedKeyManager("2", packages...), first.KeyManager), "pkg_mgr", 1, 1, root.MemberChange{Old: "1", New: "2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := c.candidate.Diff()
			r := d.Roles[0]
			if r.Name != c.role || len(r.Joined) != c.joined || len(r.Stayed) != c.stayed || r.Added != (c.version.Old == "") {
				t.Errorf("%+v", r)
			}
			c.version.Pointer = "/version"
			if !slices.Contains(d.Members, c.version) {
				t.Errorf("want %+v in %+v", c.version, d.Members)
			}
		})
	}
}

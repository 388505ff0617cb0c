package root_test

import (
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/root"
)

// delegatesTo is a conda root whose key_mgr role has these keys, and its root key.
func delegatesTo(t testing.TB, threshold int, keys ...root.PublicKey) (*root.Root, root.PublicKey) {
	t.Helper()
	holder := newSigner(t, root.Ed25519).PublicKey
	c := draft(t, nil, root.Spec{
		Format: root.Conda, Expires: day(300), SigningTime: day(1),
		Roles: []root.RoleSpec{
			{Name: "root", Threshold: 1, Keys: []root.PublicKey{holder}},
			{Name: "key_mgr", Threshold: threshold, Keys: keys},
		},
	})
	return c.Root, holder
}

func packages(version int64, threshold int, keys ...root.PublicKey) root.ManagerSpec {
	return root.ManagerSpec{Version: version, Expires: day(90), SigningTime: day(2), Threshold: threshold, Keys: keys}
}

func managerDraft(t testing.TB, r *root.Root, before *root.KeyManager, s root.ManagerSpec) *root.Candidate {
	t.Helper()
	c, err := root.DraftKeyManager(r, before, s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The bytes are those that Python's json.dumps would write of the same document.
func TestDraftKeyManagerBytes(t *testing.T) {
	manager, signer := newSigner(t, root.Ed25519), newSigner(t, root.Ed25519).PublicKey
	r, _ := delegatesTo(t, 1, manager.PublicKey)
	c := managerDraft(t, r, nil, packages(7, 1, signer))
	want := fmt.Sprintf(`{
  "delegations": {
    "pkg_mgr": {
      "pubkeys": [
        "%s"
      ],
      "threshold": 1
    }
  },
  "expiration": "2027-02-28T12:00:00Z",
  "metadata_spec_version": "0.6.0",
  "timestamp": "2026-12-02T12:00:00Z",
  "type": "key_mgr",
  "version": 7
}`, hex.EncodeToString(signer.Raw()))
	if got := string(c.Body().Signed()); got != want {
		t.Errorf("signed\n%s\nwant\n%s", got, want)
	}
	if c.FileName() != "key_mgr.json" || c.Before != nil || len(c.KeyManager.Faults) != 0 {
		t.Errorf("candidate: %+v", c)
	}
	if len(c.Quorums) != 1 || c.Quorums[0].Name != root.QuorumDelegation || len(c.Keys()) != 1 {
		t.Errorf("quorums: %+v", c.Quorums)
	}
	sigs := signAll(t, c, manager)
	if len(sigs[0].Header) != 0 {
		t.Error("a key manager document is signed in the raw form")
	}
	if got := met(t, c, sigs); !slices.Equal(got, []int{1}) {
		t.Errorf("quorum: %v", got)
	}
}

// What follows a document says what changed from it, and keeps what is unknown.
func TestDraftKeyManagerFollows(t *testing.T) {
	raw, err := os.ReadFile("../testdata/conda-test-chain/key_mgr.json")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(raw), `"type": "key_mgr"`, `"type": "key_mgr", "x-note": [1.50]`, 1)
	before, err := root.ParseKeyManager([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	was, _ := before.Role("pkg_mgr")
	old := was.Distinct()[0].Public
	joins := newSigner(t, root.Ed25519).PublicKey
	r, _ := delegatesTo(t, 1, newSigner(t, root.Ed25519).PublicKey)
	s := packages(before.Version+1, 2, joins, newSigner(t, root.Ed25519).PublicKey)
	s.Leaving = []root.PublicKey{old}
	c := managerDraft(t, r, before, s)
	if got := say(c.Diff()); !slices.Contains(got, "pkg_mgr 1->2 -"+old.Fingerprint().String()[:6]+" +"+joins.Fingerprint().String()[:6]+" +"+s.Keys[1].Fingerprint().String()[:6]) {
		t.Errorf("%q", got)
	}
	if !strings.Contains(string(c.Body().Signed()), `"x-note": [`) {
		t.Errorf("an unknown member is gone: %s", c.Body().Signed())
	}
	s.Remove = []string{"x-note"}
	if c = managerDraft(t, r, before, s); strings.Contains(string(c.Body().Signed()), "x-note") {
		t.Error("a member that was to be removed is there")
	}
}

// delegating is a document that delegates to another role too.
func delegating(t testing.TB, m *root.KeyManager) *root.KeyManager {
	t.Helper()
	raw := []byte(`{"signatures": {}, "signed": ` + strings.Replace(string(m.Signed()), `"delegations": {`, `"delegations": {"other": {"pubkeys": [], "threshold": 1},`, 1) + `}`)
	out, err := root.ParseKeyManager(raw)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDraftKeyManagerRefuses(t *testing.T) {
	manager, one, two := newSigner(t, root.Ed25519).PublicKey, newSigner(t, root.Ed25519).PublicKey, newSigner(t, root.Ed25519).PublicKey
	good, holder := delegatesTo(t, 1, manager)
	before := managerDraft(t, good, nil, packages(3, 1, one)).KeyManager
	mark := func() *root.Root {
		c := draft(t, nil, root.Spec{
			Format: root.Conda, Expires: day(300), SigningTime: day(1), Rehearsal: true,
			Roles: []root.RoleSpec{{Name: "root", Threshold: 1, Keys: []root.PublicKey{holder}}, {Name: "key_mgr", Threshold: 1, Keys: []root.PublicKey{manager}}},
		})
		return c.Root
	}
	small, err := root.NewEd25519(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name        string
		trusted     *root.Root
		before      *root.KeyManager
		edit        func(*root.ManagerSpec)
		field, want string
	}{
		{"no root", nil, nil, nil, "continues", "needs the conda root"},
		{"a TUF root", sigstore(t, 15), nil, nil, "continues", "needs the conda root"},
		{"a rehearsal's root", mark(), nil, nil, "mode", "a rehearsal continues rehearsal roots only"},
		{"no version", good, nil, func(s *root.ManagerSpec) { s.Version = 0 }, "key_mgr.version", "versions begin at 1"},
		{"no expiry", good, nil, func(s *root.ManagerSpec) { s.Expires = time.Time{} }, "key_mgr.expires", "from 1970 to 9999"},
		{"expires before it is signed", good, nil, func(s *root.ManagerSpec) { s.Expires = day(2) }, "key_mgr.expires", "is not after the signing time"},
		{"no keys", good, nil, func(s *root.ManagerSpec) { s.Keys = nil }, "roles.pkg_mgr.threshold", "1 of 0 keys"},
		{"threshold 2 of 1", good, nil, func(s *root.ManagerSpec) { s.Threshold = 2 }, "roles.pkg_mgr.threshold", "2 of 1 keys"},
		{"a key twice", good, nil, func(s *root.ManagerSpec) { s.Keys = []root.PublicKey{one, one} }, "roles.pkg_mgr.keys", "stands there twice"},
		{"a small-order key", good, nil, func(s *root.ManagerSpec) { s.Keys = []root.PublicKey{small} }, "roles.pkg_mgr.keys", "small order"},
		{"an ECDSA key", good, nil, func(s *root.ManagerSpec) { s.Keys = []root.PublicKey{newSigner(t, root.P256).PublicKey} }, "roles.pkg_mgr.keys", "Ed25519 keys only"},
		{"a key of the root", good, nil, func(s *root.ManagerSpec) { s.Keys = []root.PublicKey{holder} }, "roles.pkg_mgr.keys", "stands in the root's role root"},
		{"a key manager's own key", good, nil, func(s *root.ManagerSpec) { s.Keys = []root.PublicKey{manager} }, "roles.pkg_mgr.keys", "stands in the root's role key_mgr"},
		{"the same version", good, before, nil, "key_mgr.version", "3 does not follow version 3"},
		{"an older version", good, before, func(s *root.ManagerSpec) { s.Version = 2 }, "key_mgr.version", "it only rises"},
		{"an older time", good, before, func(s *root.ManagerSpec) { s.Version, s.SigningTime = 4, day(1) }, "signing_time", "lies before"},
		{"a key vanishes", good, before, func(s *root.ManagerSpec) { s.Version, s.Keys = 4, []root.PublicKey{two} }, "leaving", "name it under leaving"},
		{"delegates more than packages", good, delegating(t, before), func(s *root.ManagerSpec) { s.Version = 4 }, "key_mgr.follows", "delegates to other too"},
		{"leaves and stays", good, before, func(s *root.ManagerSpec) { s.Version, s.Leaving = 4, []root.PublicKey{one} }, "leaving", "is still a package signer"},
		{"leaves, never there", good, before, func(s *root.ManagerSpec) { s.Version, s.Leaving = 4, []root.PublicKey{two} }, "leaving", "is no package signer"},
		{"leaves a first one", good, nil, func(s *root.ManagerSpec) { s.Leaving = []root.PublicKey{two} }, "leaving", "there is no document before"},
		{"removes from a first one", good, nil, func(s *root.ManagerSpec) { s.Remove = []string{"x"} }, "remove", "there is no document before"},
		{"removes what is not there", good, before, func(s *root.ManagerSpec) { s.Version, s.Remove = 4, []string{"x"} }, "remove", "has no member x"},
		{"removes what the format has", good, before, func(s *root.ManagerSpec) { s.Version, s.Remove = 4, []string{"delegations"} }, "remove", "is a member of the format"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := packages(3, 1, one)
			if c.edit != nil {
				c.edit(&s)
			}
			_, err := root.DraftKeyManager(c.trusted, c.before, s)
			wantSpecError(t, err, c.field, c.want)
		})
	}
}

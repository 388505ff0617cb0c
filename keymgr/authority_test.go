package keymgr_test

import (
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/keymgr"
	"github.com/rootmoot/rootmoot/keymgr/keymgrtest"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// Who may sign packages: nobody who signs documents anywhere in the chain, and
// nobody whom the key manager does not list, unless that is said.
func TestPermit(t *testing.T) {
	// Keys 1 and 3 leave with the second root, 5 and 6 come.
	first := keymgrtest.Root(t, nil, keymgrtest.Keys(1, 2), keymgrtest.Keys(3), false)
	second := keymgrtest.Root(t, first, keymgrtest.Keys(2, 5), keymgrtest.Keys(6), false, keymgrtest.Key(1))
	// The key manager lists all of them: no plan of ours would.
	m := keymgrtest.Manager{Version: 2, Packages: keymgrtest.Keys(1, 2, 3, packages, 5, 6), Signers: keymgrtest.Keys(6)}
	start := trust(t, first)
	newest, rep := verify.Next(start, second, options)
	if newest.IsZero() {
		t.Fatal(rep.Failures())
	}
	a, rep := keymgr.NewAuthority(newest, m.Bytes(t), options)
	if a == nil {
		t.Fatal(rep.Failures())
	}
	a.Add(start)
	for _, c := range []struct {
		name  string
		key   byte
		ahead bool
		want  string
	}{
		{"listed", packages, false, ""},
		{"listed, and said to be ahead", packages, true, ""},
		{"of the newest root", 5, false, "role root of root version 2"},
		{"of the newest key manager role", 6, false, "role key_mgr of root version 2"},
		{"of an earlier root", 1, false, "role root of root version 1"},
		{"of an earlier key manager role", 3, false, "role key_mgr of root version 1"},
		{"of the root, ahead", 2, true, "role root of root version 2"},
		{"not listed", 7, false, "not in role pkg_mgr of the key manager (version 2)"},
		{"not listed, ahead", 7, true, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := a.Permit(keymgrtest.Public(t, keymgrtest.Key(c.key)), c.ahead)
			if (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, want %q", err, c.want)
			}
			var role *keymgr.RoleError
			var unlisted *keymgr.UnlistedError
			if err != nil && errors.As(err, &role) == errors.As(err, &unlisted) {
				t.Errorf("%T", err)
			}
			if err == nil && p.Ahead() != (c.key == 7) {
				t.Errorf("ahead %v", p.Ahead())
			}
		})
	}
}

func TestPermitRefusesOdd(t *testing.T) {
	a := authority(t)
	identity, err := root.NewEd25519(append([]byte{1}, make([]byte, 31)...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Permit(identity, true); err == nil || !strings.Contains(err.Error(), "small order") {
		t.Errorf("a key that anybody has: %v", err)
	}
	if _, err := a.Permit(root.PublicKey{}, true); err == nil {
		t.Error("takes no key")
	}
	if _, err := keymgr.NewSigner(keymgr.Permit{}, keymgr.InMemory(inMemory(packages))); err == nil {
		t.Error("takes no permit")
	}
	p, err := a.Permit(keymgrtest.Public(t, keymgrtest.Key(packages)), false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keymgr.NewSigner(p, keymgr.InMemory(inMemory(9))); err == nil {
		t.Error("takes another key than that of the permit")
	}
}

// What does not hold gives no authority.
func TestNoAuthority(t *testing.T) {
	newest := trust(t, keymgrtest.Root(t, nil, keymgrtest.Keys(1, 2), keymgrtest.Keys(3), false))
	good := keymgrtest.Manager{Version: 1, Packages: keymgrtest.Keys(packages), Signers: keymgrtest.Keys(3)}
	for _, c := range []struct {
		name string
		with func(m *keymgrtest.Manager)
		rule string
	}{
		{"expired", func(m *keymgrtest.Manager) { m.Expires = keymgrtest.At }, "FRESH-"},
		{"signed by nobody", func(m *keymgrtest.Manager) { m.Signers = nil }, "QUORUM-"},
		{"signed by the root", func(m *keymgrtest.Manager) { m.Signers = keymgrtest.Keys(1, 2) }, "QUORUM-"},
		{"signed by its own signers", func(m *keymgrtest.Manager) { m.Signers = m.Packages }, "QUORUM-"},
		{"of a rehearsal", func(m *keymgrtest.Manager) { m.Rehearsal = true }, "REHEARSAL-"},
	} {
		m := good
		c.with(&m)
		a, rep := keymgr.NewAuthority(newest, m.Bytes(t), options)
		if a != nil || len(rep.Failures()) == 0 || !strings.HasPrefix(rep.Failures()[0].Rule, c.rule) {
			t.Errorf("%s: %v", c.name, rep.Failures())
		}
	}
	if a, _ := keymgr.NewAuthority(verify.Trusted{}, good.Bytes(t), options); a != nil {
		t.Error("an authority without a root")
	}
	raw := []byte(strings.Replace(string(good.Bytes(t)), `"version": 1}`, `"version": 2}`, 1))
	if a, _ := keymgr.NewAuthority(newest, raw, options); a != nil {
		t.Error("an authority that was changed")
	}
	if a, _ := keymgr.NewAuthority(newest, keymgrtest.Root(t, nil, keymgrtest.Keys(1), keymgrtest.Keys(3), false, []ed25519.PrivateKey{}...), options); a != nil {
		t.Error("takes a root for a key manager")
	}
}

package verify_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

func TestKeyManager(t *testing.T) {
	trusted := trust(t, forge.Root(root.Conda, 1, 2, people(root.Conda)...).Bytes(), options())
	for _, c := range []struct {
		name string
		edit func(*forge.Doc)
		want []string
	}{
		{"good", func(*forge.Doc) {}, nil},
		{"another's signature", func(d *forge.Doc) { d.Signers = []forge.Key{mallory} }, []string{"QUORUM-DELEGATION"}},
		{"root keys do not count", func(d *forge.Doc) { d.Signers = people(root.Conda) }, []string{"QUORUM-DELEGATION"}},
		{"OpenPGP form does not count", func(d *forge.Doc) { d.Raw = false }, []string{"QUORUM-DELEGATION"}},
		{"a package signer's document", set("type", "pkg_mgr"), []string{"ROOT-TYPE"}},
		{"no expiry", func(d *forge.Doc) { delete(d.Signed, "expiration") }, []string{"ROOT-FORM"}},
		{"expired", set("expiration", "2026-10-31T00:00:00Z"), []string{"FRESH-EXPIRED"}},
		{"no version", func(d *forge.Doc) { delete(d.Signed, "version") }, nil},
		{"version zero", set("version", 0), []string{"ROOT-VERSION"}},
		{"a rehearsal's", set(root.RehearsalMember, true), []string{"REHEARSAL-MARK"}},
		{"no package signers", func(d *forge.Doc) { d.Signed["delegations"] = map[string]any{} }, []string{"ROLE-SET"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := forge.KeyManager(1, forge.Ed25519("packages"), forge.Ed25519("online"))
			c.edit(d)
			m, rep := verify.KeyManager(trusted, d.Bytes(), options())
			if diff := cmp.Diff(c.want, failing(rep)); diff != "" || (m == nil) != (c.want != nil) {
				t.Errorf("document %v, failures (-want +got):\n%s", m != nil, diff)
			}
			validate(t, rep)
		})
	}
	tuf := trust(t, load(t, "sigstore/15.root.json"), options())
	if m, rep := verify.KeyManager(tuf, forge.KeyManager(1, alice, bob).Bytes(), options()); m != nil || !has(rep, "CHAIN-FORMAT", verify.Fail) {
		t.Error("a TUF root has no key manager")
	}
}

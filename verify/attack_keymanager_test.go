package verify_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// managerAttacks change a good key manager, which is signed after the change.
func managerAttacks() []attack {
	online, packages := forge.Ed25519("online"), forge.Ed25519("packages")
	confused := func(name, source string, edit func(*forge.Doc)) attack {
		return attack{name: name, source: source, rule: "ROOT-TYPE", edit: edit}
	}
	unmet := func(name, source string, edit func(*forge.Doc)) attack {
		return attack{name: name, source: source, rule: "QUORUM-DELEGATION", edit: edit}
	}
	out := []attack{
		unmet("another's signature", "", signedBy(mallory)),
		unmet("nobody's signature", "", signedBy()),
		unmet("the root's signatures", "conda weakness 16", signedBy(alice, bob, carol)),
		unmet("the package signer's signature", "conda weakness 16", signedBy(packages)),
		unmet("a key that the root does not name any more", "conda weakness 4", signedBy(forge.Ed25519("the key manager before"))),
		unmet("OpenPGP form", "conda weakness 14", func(d *forge.Doc) { d.Raw = false }),
		unmet("a raw signature with junk for a header", "conda weakness 14", each(func(v map[string]any) { v["other_headers"] = "00" })),
		unmet("a raw signature with see_also", "conda weakness 14", each(func(v map[string]any) { v["see_also"] = strings.Repeat("0", 40) })),
		unmet("S + L", "conda weakness 14", mangled(forge.PlusOrder)),
		unmet("an upper-case key", "conda weakness 13", func(d *forge.Doc) {
			d.Entries = func(good []forge.Entry) []forge.Entry { good[0].ID = strings.ToUpper(good[0].ID); return good }
		}),
		unmet("changed after it was signed", "conda weakness 29", text(`"version":1`, `"version":2`)),

		confused("a root", "conda weakness 9", func(d *forge.Doc) {
			*d = *forge.Root(root.Conda, 2, 2, people(root.Conda)...)
			d.Raw, d.Signers = true, []forge.Key{online}
		}),
		confused("the trusted root itself", "conda weakness 10", func(d *forge.Doc) { *d = *forge.Root(root.Conda, 1, 2, people(root.Conda)...) }),
		confused("a TUF root", "", func(d *forge.Doc) { *d = *forge.Root(root.TUF, 2, 2, people(root.TUF)...) }),
		confused("a package signers' document", "conda weakness 9", set("type", "pkg_mgr")),
		confused("a package's record", "conda weakness 9", replaced(record())),
		confused("a type in another case", "", set("type", "Key_Mgr")),
		confused("the type of 2020", "conda weakness 11", set("type", "intermediate")),
		confused("the type of TUF only", "", both(unset("type"), set("_type", "key_mgr"))),

		{name: "expired", source: "conda weakness 1", rule: "FRESH-EXPIRED", edit: set("expiration", "2026-10-31T00:00:00Z")},
		{name: "expired this second", source: "conda weakness 1", rule: "FRESH-EXPIRED", edit: set("expiration", "2026-11-01T00:00:00Z")},
		{name: "no expiry", source: "conda weakness 9", rule: "ROOT-FORM", edit: unset("expiration")},
		{name: "expires before it was made", source: "conda weakness 2", rule: "ROOT-DATE-ORDER", edit: set("timestamp", "2027-06-01T00:00:00Z")},
		{name: "made in the future", source: "conda weakness 2", rule: "FRESH-FUTURE", warning: true, edit: set("timestamp", "2026-11-01T00:00:01Z")},
		{name: "a date with one digit", source: "conda weakness 25", rule: "ROOT-DATE", edit: set("expiration", "2027-1-1T0:0:0Z")},
		{name: "no version", source: "conda weakness 3", rule: "ROOT-VERSION", warning: true, edit: unset("version")},
		{name: "neither version nor timestamp", source: "conda weakness 3", rule: "ROOT-FORM", edit: both(unset("version"), unset("timestamp"))},
		{name: "version zero", source: "conda weakness 3", rule: "ROOT-VERSION", edit: set("version", 0)},
		{name: "version null", rule: "ROOT-FORM", edit: set("version", nil)},
		{name: "version a float", source: "conda weakness 22", rule: "ROOT-FORM", edit: set("version", json.Number("2.0"))},

		{name: "no package signers", source: "conda weakness 17", rule: "ROLE-SET", edit: unsetRole("pkg_mgr")},
		{name: "no list of package signers", source: "conda weakness 17", rule: "ROOT-FORM", edit: unset("delegations")},
		{name: "a package signer's threshold of zero", source: "CVE-2026-23992", rule: "ROLE-THRESHOLD", edit: setRole("pkg_mgr", "threshold", 0)},
		{name: "a package signer's threshold true", source: "conda weakness 22", rule: "ROOT-FORM", edit: setRole("pkg_mgr", "threshold", true)},
		{name: "a package signer's threshold out of reach", source: "conda weakness 10", rule: "ROLE-REACH", warning: true, edit: setRole("pkg_mgr", "threshold", 99)},
		{name: "a package signer twice", source: "conda weakness 13", rule: "ROLE-KEYID-TWICE", edit: setIDs("pkg_mgr", []any{packages.ID, packages.ID})},
		{name: "a package signer in upper case", source: "conda weakness 13", rule: "ROOT-FORM", edit: setIDs("pkg_mgr", []any{strings.ToUpper(packages.ID)})},
		{name: "a package signer of small order", source: "conda weakness 12", rule: "KEY-WEAK", also: []string{"ROLE-REACH"}, warning: true, strictly: true, edit: func(d *forge.Doc) { d.SetRole("pkg_mgr", 1, forge.SmallOrder()) }},
		{name: "a root key for packages", source: "conda weakness 10", rule: "ROLE-ONLINE", warning: true, edit: func(d *forge.Doc) { d.SetRole("pkg_mgr", 1, packages, alice) }},
		{name: "the key manager's own key for packages", source: "conda weakness 10", rule: "ROLE-ONLINE", warning: true, edit: func(d *forge.Doc) { d.SetRole("pkg_mgr", 1, online) }},
		{name: "a role of roots", source: "conda weakness 9", rule: "ROLE-UNKNOWN", warning: true, strictly: true, edit: func(d *forge.Doc) { d.SetRole("root", 2, people(d.Format)...) }},

		{name: "an unknown specification", source: "conda weakness 11", rule: "ROOT-SPEC", edit: set("metadata_spec_version", "999.0.0")},
		{name: "an empty specification", source: "conda weakness 11", rule: "ROOT-SPEC", edit: set("metadata_spec_version", "")},
		{name: "a third member", rule: "ROOT-ENVELOPE", edit: outer("more", 1)},
		{name: "signatures in a list", source: "conda weakness 17", rule: "ROOT-ENVELOPE", edit: outer("signatures", []any{})},
		{name: "a malformed signature", source: "conda weakness 17", rule: "SIG-FORM", also: []string{"SIG-LISTED"}, warning: true, strictly: true, edit: added(mallory.ID, map[string]any{"signature": "XYZ"})},
		{name: "a stranger's signature", source: "conda weakness 13", rule: "SIG-LISTED", warning: true, edit: signedBy(online, mallory)},
		{name: "a wrong signature", rule: "QUORUM-DELEGATION", edit: mangled(func(sig []byte) []byte { sig[5] ^= 1; return sig })},
		{name: "a rehearsal's", rule: "REHEARSAL-MARK", edit: set(root.RehearsalMember, true)},
		{name: "signed twice", source: "conda weakness 19", rule: "ROOT-JSON", edit: text(`"signed":{`, `"signed":{},"signed":{`)},
		{name: "a byte order mark", source: "conda weakness 20", rule: "ROOT-JSON", edit: before("\xef\xbb\xbf")},
		{name: "NaN", source: "conda weakness 21", rule: "ROOT-JSON", edit: beside(`"x":NaN`)},
		{name: "1e400", source: "conda weakness 23", rule: "ROOT-CANONICAL", edit: beside(`"x":1e400`)},
		{name: "half a surrogate pair", source: "conda weakness 23", rule: "ROOT-JSON", edit: beside(`"x":"\ud800"`)},
		{name: "nested deeply", source: "conda weakness 24", rule: "ROOT-JSON", edit: beside(`"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000))},
		{name: "two megabytes", source: "conda weakness 24", rule: "ROOT-SIZE", edit: after(strings.Repeat(" ", 2<<20))},
		{name: "no file", rule: "ROOT-JSON", edit: rewrite(func([]byte) []byte { return nil })},
	}
	for i := range out {
		out[i].only = root.Conda
	}
	return twice(out)
}

// manager is the attack as a file.
func (a attack) manager() []byte {
	d := forge.KeyManager(1, forge.Ed25519("packages"), forge.Ed25519("online"))
	a.edit(d)
	return d.Bytes()
}

func TestAttacksOnTheKeyManager(t *testing.T) {
	trusted := trust(t, forge.Root(root.Conda, 1, 2, people(root.Conda)...).Bytes(), options())
	for _, a := range managerAttacks() {
		t.Run(a.name, func(t *testing.T) {
			raw := a.manager()
			a.try(t, func(o verify.Options) verify.Report {
				m, rep := verify.KeyManager(trusted, raw, o)
				if (m == nil) == (rep.Verdict() == verify.Accepted) {
					t.Errorf("document %v, verdict %v", m != nil, rep.Verdict())
				}
				if parsed, err := root.ParseKeyManager(raw); err == nil {
					pinpointed(t, raw, &parsed.Body, rep)
				} else {
					pinpointed(t, raw, nil, rep)
				}
				return rep
			})
		})
	}
}

// What the key manager's own quorum is: two of two, of whom one is nobody.
func TestKeyManagerOfTwo(t *testing.T) {
	d := forge.Root(root.Conda, 1, 2, people(root.Conda)...)
	d.SetRole("key_mgr", 2, forge.Ed25519("online"), forge.SmallOrder(), mallory)
	trusted := trust(t, d.Bytes(), options())
	for _, c := range []struct {
		name    string
		signers []forge.Key
		good    bool
	}{
		{"both", []forge.Key{forge.Ed25519("online"), mallory}, true},
		{"one, and a point of small order", []forge.Key{forge.Ed25519("online"), forge.SmallOrder()}, false},
		{"one, and a root key", []forge.Key{forge.Ed25519("online"), alice}, false},
	} {
		d := forge.KeyManager(1, forge.Ed25519("packages"), mallory)
		d.Signers = c.signers
		if m, rep := verify.KeyManager(trusted, d.Bytes(), options()); (m != nil) != c.good {
			t.Errorf("%s: document %v, failures %v", c.name, m != nil, rep.Failures())
		}
	}
}

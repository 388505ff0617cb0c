package verify_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// other is a role of the format that no root key has.
func other(f root.Format) string {
	if f == root.Conda {
		return "key_mgr"
	}
	return "targets"
}

func setOther(name string, value any) func(*forge.Doc) {
	return func(d *forge.Doc) { d.Role(other(d.Format))[name] = value }
}

// setIDs sets the list of a role's keys, whatever it is called.
func setIDs(role string, ids any) func(*forge.Doc) {
	return func(d *forge.Doc) {
		if role == "" {
			d.Role(other(d.Format))[d.IDs()] = ids
			return
		}
		d.Role(role)[d.IDs()] = ids
	}
}

func roleAttacks() []attack {
	return slices.Concat(thresholdAttacks(), roleSetAttacks(), roleKeyAttacks())
}

func thresholdAttacks() []attack {
	threshold := func(literal string) func(*forge.Doc) { return setRole("root", "threshold", json.Number(literal)) }
	quorum := []string{"QUORUM-NEW"}
	return []attack{
		{name: "threshold zero", source: "CVE-2026-23992", rule: "ROLE-THRESHOLD", also: quorum, edit: threshold("0")},
		{name: "threshold zero, and nobody signed", source: "CVE-2026-23992", rule: "ROLE-THRESHOLD", also: []string{"QUORUM-NEW", "QUORUM-OLD"}, edit: both(threshold("0"), signedBy())},
		{name: "threshold negative", source: "CVE-2026-23992", rule: "ROLE-THRESHOLD", also: quorum, edit: threshold("-1")},
		{name: "threshold of -2^31", source: "CVE-2026-23992", rule: "ROLE-THRESHOLD", also: quorum, edit: threshold("-2147483648")},
		{name: "threshold zero of another role", source: "CVE-2026-23992; conda weakness 10", rule: "ROLE-THRESHOLD", edit: setOther("threshold", 0)},
		{name: "threshold zero of timestamp", source: "seen: threshold 0 on timestamp", rule: "ROLE-THRESHOLD", only: root.TUF, edit: setRole("timestamp", "threshold", 0)},
		{name: "threshold negative of another role", source: "CVE-2026-23992", rule: "ROLE-THRESHOLD", edit: setOther("threshold", -1)},
		{name: "threshold zero of an unknown role", source: "CVE-2026-23992", rule: "ROLE-THRESHOLD", edit: func(d *forge.Doc) { d.SetRole("bonus", 0, key(d.Format, mallory)) }},
		{name: "threshold true", source: "conda weakness 22", rule: "ROOT-FORM", edit: setRole("root", "threshold", true)},
		{name: "threshold a string", rule: "ROOT-FORM", edit: setRole("root", "threshold", "2")},
		{name: "threshold null", rule: "ROOT-FORM", edit: setRole("root", "threshold", nil)},
		{name: "no threshold", rule: "ROOT-FORM", edit: func(d *forge.Doc) { delete(d.Role("root"), "threshold") }},
		{name: "threshold a float", rule: "ROOT-CANONICAL", only: root.TUF, edit: threshold("2.0")},
		{name: "threshold a float in conda", source: "conda weakness 22", rule: "ROOT-FORM", only: root.Conda, edit: threshold("2.0")},
		{name: "threshold of 0.5", rule: "ROOT-CANONICAL", only: root.TUF, edit: threshold("0.5")},
		{name: "threshold of 0.5 in conda", rule: "ROOT-FORM", only: root.Conda, edit: threshold("0.5")},
		{name: "threshold with an exponent", rule: "ROOT-CANONICAL", only: root.TUF, edit: threshold("2e0")},
		{name: "threshold huge", rule: "QUORUM-NEW", edit: threshold("2147483647")},
		{name: "threshold of 2^31", rule: "ROOT-FORM", edit: threshold("2147483648")},
		{name: "threshold of 2^32 + 2", rule: "ROOT-FORM", edit: threshold("4294967298")},
		{name: "threshold of 400 digits", rule: "ROOT-FORM", edit: threshold(strings.Repeat("9", 400))},
		{name: "more keys asked for than there are", source: "conda weakness 10", rule: "ROLE-REACH", warning: true, edit: setOther("threshold", 99)},
		{name: "more keys asked for than count", rule: "ROLE-REACH", also: []string{"KEY-UNKNOWN"}, only: root.TUF, warning: true, edit: func(d *forge.Doc) {
			d.SetRole("targets", 2, mallory.TUF(), mallory.As("sigstore-oidc", "Fulcio", "me@example.com"))
		}},
	}
}

func roleSetAttacks() []attack {
	bonus := func(name string) func(*forge.Doc) {
		return func(d *forge.Doc) { d.SetRole(name, 1, key(d.Format, mallory)) }
	}
	out := []attack{
		{name: "no root role", source: "conda weakness 10", rule: "ROLE-SET", also: []string{"QUORUM-NEW"}, edit: unsetRole("root")},
		{name: "no roles", rule: "ROLE-SET", also: []string{"QUORUM-NEW"}, edit: func(d *forge.Doc) { clear(d.Roles()) }},
		{name: "no timestamp role", source: "seen: panic without a timestamp role; seen: no timestamp role; go-tuf#652", rule: "ROLE-SET", only: root.TUF, edit: unsetRole("timestamp")},
		{name: "no snapshot role", source: "go-tuf#652", rule: "ROLE-SET", only: root.TUF, edit: unsetRole("snapshot")},
		{name: "no targets role", rule: "ROLE-SET", only: root.TUF, edit: unsetRole("targets")},
		{name: "no key manager's role", source: "conda weakness 10", rule: "ROLE-SET", only: root.Conda, edit: unsetRole("key_mgr")},
		{name: "a role in another case", rule: "ROLE-SET", edit: func(d *forge.Doc) {
			d.Roles()[strings.ToUpper(other(d.Format))] = d.Role(other(d.Format))
			unsetRole(other(d.Format))(d)
		}},
		{name: "a role with .json, as conda had them in 2020", source: "conda weakness 11", rule: "ROLE-SET", only: root.Conda, edit: func(d *forge.Doc) {
			d.Roles()["key_mgr.json"] = d.Role("key_mgr")
			unsetRole("key_mgr")(d)
		}},
		{name: "64 unknown roles too many", rule: "ROOT-COUNT", edit: func(d *forge.Doc) {
			for i := range 64 {
				bonus(fmt.Sprint("bonus", i))(d)
			}
		}},
		{name: "a role with a name of 300 bytes", source: "CVE-2020-6173", rule: "ROOT-COUNT", edit: bonus(strings.Repeat("x", 300))},
	}
	for name, role := range inOrder(map[string]string{
		"unknown role": "bonus", "unknown role without a name": "", "a path for a role": "../../../../etc/passwd",
		"a role of the other format": "mirror", "a role that looks like root": "rооt", "a role with a slash and a tilde": "a/b~c", "a role of pkg_mgr in a root": "pkg_mgr",
	}) {
		out = append(out, attack{name: name, source: "CVE-2021-41131", rule: "ROLE-UNKNOWN", warning: true, strictly: true, edit: bonus(role)})
	}
	return out
}

func roleKeyAttacks() []attack {
	return []attack{
		{name: "the keyid of a key twice in a role", source: "CVE-2020-6174; CVE-2020-15093", rule: "ROLE-KEYID-TWICE", edit: func(d *forge.Doc) {
			ids := d.Role("root")[d.IDs()].([]any)
			d.Role("root")[d.IDs()] = append(ids, ids[0])
		}},
		{name: "the keyid of a key nine times in a role", source: "CVE-2020-6174", rule: "ROLE-KEYID-TWICE", also: []string{"QUORUM-NEW"}, edit: func(d *forge.Doc) {
			id := key(d.Format, alice).ID
			d.SetRole("root", 3, key(d.Format, alice))
			d.Role("root")[d.IDs()] = []any{id, id, id, id, id, id, id, id, id}
		}},
		{name: "a keyid without a key", rule: "ROLE-KEYID-UNKNOWN", also: []string{"ROLE-REACH"}, only: root.TUF, warning: true, strictly: true, edit: setIDs("", []any{"nobody"})},
		{name: "a keyid without a key among the root's", rule: "ROLE-KEYID-UNKNOWN", only: root.TUF, warning: true, strictly: true, edit: func(d *forge.Doc) {
			d.Role("root")["keyids"] = append(d.Role("root")["keyids"].([]any), "nobody")
		}},
		{name: "a keyid without a key makes up the number", rule: "QUORUM-NEW", only: root.TUF, edit: func(d *forge.Doc) {
			needed(mallory)(d)
			delete(d.Signed["keys"].(map[string]any), mallory.TUF().ID)
		}},
		{name: "no keys for another role", rule: "ROLE-REACH", warning: true, edit: setIDs("", []any{})},
		{name: "no keys for the root role", rule: "QUORUM-NEW", edit: setIDs("root", []any{})},
		{name: "keyids an object", source: "CVE-2026-23991", rule: "ROOT-FORM", edit: setIDs("root", map[string]any{"0": "x"})},
		{name: "keyids a string", source: "CVE-2026-23991", rule: "ROOT-FORM", edit: setIDs("root", "x")},
		{name: "keyids null", source: "CVE-2026-23991", rule: "ROOT-FORM", edit: setIDs("", nil)},
		{name: "keyids of null", source: "CVE-2026-23991", rule: "ROOT-FORM", edit: setIDs("root", []any{nil})},
		{name: "keyids of numbers", rule: "ROOT-FORM", edit: setIDs("root", []any{1, 2})},
		{name: "keyids of lists", rule: "ROOT-FORM", edit: setIDs("root", []any{[]any{}})},
		{name: "a role null", source: "CVE-2026-23991", rule: "ROOT-FORM", edit: func(d *forge.Doc) { d.Roles()[other(d.Format)] = nil }},
		{name: "a role a list", source: "CVE-2026-23991", rule: "ROOT-FORM", edit: func(d *forge.Doc) { d.Roles()[other(d.Format)] = []any{} }},
		{name: "a role with a third member in conda", rule: "ROOT-FORM", only: root.Conda, edit: setRole("root", "x", 1)},
		{name: "a root key that machines use", source: "seen: root key reused for an online role", rule: "ROLE-ONLINE", only: root.TUF, warning: true, edit: func(d *forge.Doc) { d.SetRole("timestamp", 1, alice.TUF()) }},
		{name: "a root key that machines use under another keyid", source: "seen: root key reused for an online role", rule: "ROLE-ONLINE", only: root.TUF, warning: true, edit: func(d *forge.Doc) { d.SetRole("snapshot", 1, alice.With("x", "y")) }},
		{name: "a root key for the key manager", source: "conda weakness 10", rule: "ROLE-ONLINE", only: root.Conda, warning: true, edit: func(d *forge.Doc) { d.SetRole("key_mgr", 1, alice) }},
	}
}

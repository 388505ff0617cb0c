package verify_test

import (
	"fmt"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// replaced puts another signed part in place of the root's; the root's quorum
// signs it.
func replaced(signed map[string]any) func(*forge.Doc) {
	return func(d *forge.Doc) { d.Signed = signed }
}

// record is a package's entry in repodata, which has neither type nor version
// of metadata.
func record() map[string]any {
	return map[string]any{"name": "left-pad", "version": "1.0", "build": "0", "depends": []any{}, "size": 1}
}

// Documents of another kind, and of versions that are not known.
func confusionAttacks() []attack {
	out := []attack{
		{name: "targets for a root", rule: "ROOT-TYPE", only: root.TUF, edit: replaced(map[string]any{
			"_type": "targets", "spec_version": "1.0.34", "version": 2, "expires": root.FormatTime(forge.Expires), "targets": map[string]any{},
		})},
		{name: "a root that says it is another", rule: "ROOT-TYPE", only: root.TUF, edit: set("_type", "timestamp")},
		{name: "the type in another case", rule: "ROOT-TYPE", only: root.TUF, edit: set("_type", "Root")},
		{name: "the type in another case in conda", rule: "ROOT-TYPE", only: root.Conda, edit: set("type", "Root")},
		{name: "the type null", rule: "ROOT-TYPE", only: root.TUF, edit: set("_type", nil)},
		{name: "the type a list", rule: "ROOT-TYPE", only: root.Conda, edit: set("type", []any{"root"})},
		{name: "a key manager for a root", source: "conda weakness 16", rule: "ROOT-TYPE", only: root.Conda, edit: set("type", "key_mgr")},
		{name: "a package signers' document for a root", source: "conda weakness 9", rule: "ROOT-TYPE", only: root.Conda, edit: set("type", "pkg_mgr")},
		{name: "a package's record for a root", source: "conda weakness 16", rule: "ROOT-TYPE", edit: replaced(record())},
		{name: "nothing for a root", rule: "ROOT-TYPE", edit: replaced(map[string]any{})},
		{name: "a conda root with the type of TUF too", rule: "ROOT-FORM", only: root.Conda, edit: set("_type", "root")},
		{name: "a conda root after a TUF root", rule: "CHAIN-FORMAT", also: []string{"QUORUM-OLD"}, only: root.TUF, edit: func(d *forge.Doc) {
			*d = *forge.Root(root.Conda, 2, 2, people(root.Conda)...)
		}},
		{name: "a TUF root after a conda root", rule: "CHAIN-FORMAT", also: []string{"QUORUM-OLD"}, only: root.Conda, edit: func(d *forge.Doc) {
			*d = *forge.Root(root.TUF, 2, 2, people(root.TUF)...)
		}},
		{name: "specification a number", rule: "ROOT-FORM", only: root.TUF, edit: set("spec_version", 1)},
		{name: "no specification", rule: "ROOT-FORM", only: root.TUF, edit: unset("spec_version")},
		{name: "no specification in conda", rule: "ROOT-FORM", only: root.Conda, edit: unset("metadata_spec_version")},
	}
	for _, v := range []string{"2.0.0", "0.9", "10.0", "1", "1.0.0.0", "1.x", "01.0", "1.00", "v1.0", "1.0-rc", "-1.0", "١.0", "", "garbage"} {
		out = append(out, attack{name: fmt.Sprintf("specification %q", v), source: "seen: spec_version 2.0.0 or garbage", rule: "ROOT-SPEC", only: root.TUF, edit: set("spec_version", v)})
	}
	for _, v := range []string{"999.0.0", "0.0.5", "0.1.0", "0.7.0", "0.6", "0.6.", "0.6.x", "0.60.0", "", "text"} {
		out = append(out, attack{name: fmt.Sprintf("conda's specification %q", v), source: "conda weakness 11", rule: "ROOT-SPEC", only: root.Conda, edit: set("metadata_spec_version", v)})
	}
	for _, v := range []any{"yes", "true", 1, nil, []any{}} {
		out = append(out, attack{name: fmt.Sprintf("a snapshot mode of %v", v), source: "seen: consistent_snapshot that is no boolean", rule: "ROOT-SNAPSHOT", only: root.TUF, edit: set("consistent_snapshot", v)})
	}
	return out
}

// Valid JSON of the wrong shape, which panicked go-tuf (CVE-2026-23991).
func shapeAttacks() []attack {
	const source = "CVE-2026-23991"
	var out []attack
	for _, file := range []string{
		"[]", `""`, "null", "true", "5", "{}", `{"signed":{}}`, `{"signatures":[]}`, `{"signed":[],"signatures":[]}`,
		`{"signed":null,"signatures":[]}`, `{"signed":"","signatures":[]}`,
	} {
		out = append(out, attack{name: "a file of " + file, source: source, rule: "ROOT-ENVELOPE", edit: rewrite(func([]byte) []byte { return []byte(file) })})
	}
	for _, v := range []any{nil, "x", 5, true, map[string]any{"x": 1}} {
		out = append(out, attack{name: fmt.Sprintf("TUF signatures of %v", v), source: source, rule: "ROOT-ENVELOPE", only: root.TUF, edit: outer("signatures", v)})
	}
	for _, v := range []any{nil, "x", 5, true, []any{}} {
		out = append(out, attack{name: fmt.Sprintf("conda signatures of %v", v), source: "conda weakness 17", rule: "ROOT-ENVELOPE", only: root.Conda, edit: outer("signatures", v)})
	}
	for _, v := range []any{nil, "x", 5, []any{}} {
		out = append(out,
			attack{name: fmt.Sprintf("keys of %v", v), source: source, rule: "ROOT-FORM", only: root.TUF, edit: set("keys", v)},
			attack{name: fmt.Sprintf("roles of %v", v), source: source, rule: "ROOT-FORM", only: root.TUF, edit: set("roles", v)},
			attack{name: fmt.Sprintf("delegations of %v", v), source: source, rule: "ROOT-FORM", only: root.Conda, edit: set("delegations", v)},
			attack{name: fmt.Sprintf("a key of %v", v), source: source, rule: "ROOT-FORM", only: root.TUF, edit: func(d *forge.Doc) { d.Signed["keys"].(map[string]any)["x"] = v }},
			attack{name: fmt.Sprintf("a keyval of %v", v), source: source, rule: "ROOT-FORM", only: root.TUF, edit: func(d *forge.Doc) {
				d.Signed["keys"].(map[string]any)["x"] = map[string]any{"keytype": "ed25519", "scheme": "ed25519", "keyval": v}
			}},
			attack{name: fmt.Sprintf("a keytype of %v, which is no text", v), source: source, rule: "ROOT-FORM", only: root.TUF, edit: func(d *forge.Doc) {
				keytype := v
				if v == "x" {
					keytype = map[string]any{}
				}
				d.Signed["keys"].(map[string]any)["x"] = map[string]any{"keytype": keytype, "scheme": "ed25519", "keyval": map[string]any{}}
			}},
		)
	}
	return append(out,
		attack{name: "no keys", source: source, rule: "ROOT-FORM", only: root.TUF, edit: unset("keys")},
		attack{name: "no list of roles", source: source, rule: "ROOT-FORM", only: root.TUF, edit: unset("roles")},
		attack{name: "no delegations", source: source, rule: "ROOT-FORM", only: root.Conda, edit: unset("delegations")},
		attack{name: "a third member", rule: "ROOT-ENVELOPE", only: root.Conda, edit: outer("more", 1)},
	)
}

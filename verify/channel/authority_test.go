package channel_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/channel"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// A memory has seen one root and one key manager.
type memory struct{ verify.Files }

func (memory) Newest(context.Context) (int64, error) { return 1, nil }

// TestAuthority: key managers under which nothing is judged, by the numbers of the
// weaknesses known of conda's content trust: the reference judges packages under
// each of them.
func TestAuthority(t *testing.T) {
	listed := forge.Ed25519("one")
	good := func() *forge.Doc { return document(2, 1, listed) }
	set := func(name string, value any) *forge.Doc {
		d := good()
		d.Signed[name] = value
		return d
	}
	without := func(name string) *forge.Doc {
		d := good()
		delete(d.Signed, name)
		return d
	}
	threshold := func(value any) *forge.Doc {
		d := good()
		d.Role(root.RolePackages)["threshold"] = value
		return d
	}
	signedBy := func(label string) *forge.Doc {
		d := good()
		d.Signers = []forge.Key{forge.Ed25519(label)}
		return d
	}
	nobody := good()
	delete(nobody.Roles(), root.RolePackages)
	for _, c := range []struct {
		name string
		doc  *forge.Doc // nil: there is none
		seen *forge.Doc // nil: nothing was
		rule string     // "" if it is accepted
	}{
		{"good", good(), good(), ""},
		{"good, and nothing was seen", good(), nil, ""},
		{"1: expired", set("expiration", "2026-10-31T23:59:59Z"), nil, "FRESH-EXPIRED"},
		{"2: expires before it was made", set("expiration", "2020-01-01T00:00:00Z"), nil, "ROOT-DATE-ORDER"},
		{"3: older than what was seen", document(1, 1, listed), good(), "STATE-ROLLBACK"},
		{"3: another of its version", good(), document(2, 1, forge.Ed25519("two")), "STATE-EQUIVOCATION"},
		{"4: withheld", nil, good(), "STATE-WITHHELD"},
		{"4: by a revoked key", signedBy("former"), nil, "QUORUM-DELEGATION"},
		{"9: of type pkg_mgr", set("type", "pkg_mgr"), nil, "ROOT-TYPE"},
		{"9: without an expiration", without("expiration"), nil, "ROOT-FORM"},
		{"11: of an unknown specification", set("metadata_spec_version", "999.0.0"), nil, "ROOT-SPEC"},
		{"16: by a key that signs packages", signedBy("one"), nil, "QUORUM-DELEGATION"},
		{"17: that lists nobody", nobody, nil, "ROLE-SET"},
		{"22: version 2.0", set("version", json.RawMessage("2.0")), nil, "ROOT-FORM"},
		{"22: a threshold that is true", threshold(true), nil, "ROOT-FORM"},
		{"22: a threshold of nobody", threshold(0), nil, "ROLE-THRESHOLD"},
		{"25: a date in short", set("expiration", "2027-1-1T0:0:0Z"), nil, "ROOT-DATE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, files := options(), verify.Files{}
			if c.doc != nil {
				files[verify.KeyManagerFile] = c.doc.Bytes()
			}
			if c.seen != nil {
				o.Seen = memory{verify.Files{"1.root.json": firstRoot(), verify.KeyManagerFile: c.seen.Bytes()}}
			}
			m, _, rep, err := verify.Delegated(t.Context(), first(t), files, o)
			if err != nil || (m != nil) != (c.rule == "") {
				t.Fatalf("accepted %v, %v: %v", m != nil, err, rep.Failures())
			}
			if got := channel.Authority(m).Result == verify.Pass; got != (c.rule == "") {
				t.Errorf("an authority: %v", got)
			}
			for _, f := range rep.Failures() {
				if f.Rule == c.rule {
					return
				}
			}
			if c.rule != "" {
				t.Errorf("want %s, have %v", c.rule, rep.Failures())
			}
		})
	}
}

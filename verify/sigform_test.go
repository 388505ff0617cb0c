package verify_test

import (
	"testing"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// A conda signature in the form that does not count, beside enough good ones: raw
// on a root, in OpenPGP form on a key manager. It is well made and by a key that
// is asked for, so that nothing but its form is wrong.
func TestUnneededSignatureOfTheOtherForm(t *testing.T) {
	online := forge.Ed25519("online")
	one := forge.Root(root.Conda, 1, 2, people(root.Conda)...)
	one.SetRole("key_mgr", 1, online, carol)
	trusted := trust(t, one.Bytes(), options())
	keyManager := forge.KeyManager(1, forge.Ed25519("packages"), online)
	keyManager.Signers = []forge.Key{online, carol}
	for _, c := range []struct {
		name  string
		doc   *forge.Doc
		judge func(raw []byte, o verify.Options) verify.Report
	}{
		{"root", forge.Root(root.Conda, 2, 2, people(root.Conda)...), func(raw []byte, o verify.Options) verify.Report {
			_, rep := verify.Next(trusted, raw, o)
			return rep
		}},
		{"key manager", keyManager, func(raw []byte, o verify.Options) verify.Report {
			_, rep := verify.KeyManager(trusted, raw, o)
			return rep
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			raw := lastInTheOtherForm(c.doc)
			for strict, result := range map[bool]verify.Result{false: verify.Warn, true: verify.Fail} {
				o := options()
				o.Strict = strict
				rep := c.judge(raw, o)
				if !has(rep, "SIG-FORM", result) || (rep.Verdict() == verify.Accepted) == strict {
					t.Errorf("strict %v: %v, no %v of SIG-FORM\n%s", strict, rep.Verdict(), result, rep.AppendJSON(nil))
				}
			}
		})
	}
}

// lastInTheOtherForm is the document, its last signature in the form that does
// not count for it.
func lastInTheOtherForm(d *forge.Doc) []byte {
	var other []forge.Entry
	twin := *d
	twin.Raw = !d.Raw
	twin.Entries = func(good []forge.Entry) []forge.Entry { other = good; return good }
	twin.Bytes()
	d.Entries = func(good []forge.Entry) []forge.Entry {
		good[len(good)-1] = other[len(other)-1]
		return good
	}
	return d.Bytes()
}

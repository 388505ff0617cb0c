package verify_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// The people of the attacks: a root of two out of three, and a stranger.
var alice, bob, carol, mallory = forge.Ed25519("alice"), forge.Ed25519("bob"), forge.Ed25519("carol"), forge.Ed25519("mallory")

// key is a key as the format names it.
func key(f root.Format, k forge.Key) forge.Key {
	if f == root.TUF {
		return k.TUF()
	}
	return k
}

func people(f root.Format) []forge.Key {
	return []forge.Key{key(f, alice), key(f, bob), key(f, carol)}
}

// An attack changes a good next root, which the old and the new quorum have
// signed after the change, and names the rule that it must break. A warning
// is a rule that must be broken without a refusal.
type attack struct {
	name    string
	rule    string
	only    root.Format // 0: both
	warning bool
	strict  bool // judge under --strict
	edit    func(d *forge.Doc)
}

func set(name string, value any) func(*forge.Doc) {
	return func(d *forge.Doc) { d.Signed[name] = value }
}

func setRole(role, name string, value any) func(*forge.Doc) {
	return func(d *forge.Doc) { d.Role(role)[name] = value }
}

func text(old, new string) func(*forge.Doc) {
	return func(d *forge.Doc) {
		d.Text = func(file []byte) []byte {
			if !bytes.Contains(file, []byte(old)) {
				panic("the file has no " + old)
			}
			return bytes.Replace(file, []byte(old), []byte(new), 1)
		}
	}
}

func signedBy(keys ...forge.Key) func(*forge.Doc) {
	return func(d *forge.Doc) {
		d.Signers = nil
		for _, k := range keys {
			d.Signers = append(d.Signers, key(d.Format, k))
		}
	}
}

func attacks() []attack {
	return append(append(keyAttacks(), chainAttacks()...), textAttacks()...)
}

func chainAttacks() []attack {
	return []attack{
		{name: "version skipped", rule: "CHAIN-NEXT", edit: set("version", 3)},
		{name: "version repeated", rule: "CHAIN-NEXT", edit: set("version", 1)},
		{name: "version zero", rule: "ROOT-VERSION", edit: set("version", 0)},
		{name: "version negative", rule: "ROOT-VERSION", edit: set("version", -1)},
		{name: "version huge", rule: "CHAIN-NEXT", edit: set("version", int64(1<<63-1))},
		{name: "version a string", rule: "ROOT-FORM", edit: set("version", "2")},
		{name: "one of the old quorum missing", rule: "QUORUM-OLD", edit: signedBy(alice)},
		{name: "nobody signed", rule: "QUORUM-NEW", edit: signedBy()},
		{name: "old quorum missing", rule: "QUORUM-OLD", edit: func(d *forge.Doc) {
			d.SetRole("root", 1, key(d.Format, mallory))
			signedBy(mallory)(d)
		}},
		{name: "new quorum missing", rule: "QUORUM-NEW", edit: func(d *forge.Doc) {
			d.SetRole("root", 1, key(d.Format, mallory))
		}},
		{name: "threshold zero", rule: "ROLE-THRESHOLD", edit: setRole("root", "threshold", 0)},
		{name: "threshold negative", rule: "ROLE-THRESHOLD", edit: setRole("root", "threshold", -1)},
		{name: "threshold zero of a delegated role", rule: "ROLE-THRESHOLD", only: root.TUF, edit: setRole("timestamp", "threshold", 0)},
		{name: "threshold zero of the key manager", rule: "ROLE-THRESHOLD", only: root.Conda, edit: setRole("key_mgr", "threshold", 0)},
		{name: "threshold a boolean", rule: "ROOT-FORM", edit: setRole("root", "threshold", true)},
		{name: "threshold a float", rule: "ROOT-FORM", edit: func(d *forge.Doc) {
			text(`"threshold":2`, `"threshold":2.0`)(d)
		}, only: root.Conda},
		{name: "threshold out of reach", rule: "QUORUM-NEW", edit: setRole("root", "threshold", 4)},
		{name: "no root role", rule: "ROLE-SET", edit: func(d *forge.Doc) {
			for _, roles := range []string{"roles", "delegations"} {
				if m, ok := d.Signed[roles].(map[string]any); ok {
					delete(m, "root")
				}
			}
		}},
		{name: "no timestamp role", rule: "ROLE-SET", only: root.TUF, edit: func(d *forge.Doc) { delete(d.Signed["roles"].(map[string]any), "timestamp") }},
		{name: "unknown role", rule: "ROLE-UNKNOWN", warning: true, edit: func(d *forge.Doc) { d.SetRole("bonus", 1, key(d.Format, mallory)) }},
		{name: "unknown role, strict", rule: "ROLE-UNKNOWN", strict: true, edit: func(d *forge.Doc) { d.SetRole("bonus", 1, key(d.Format, mallory)) }},
		{name: "specification 2", rule: "ROOT-SPEC", only: root.TUF, edit: set("spec_version", "2.0.0")},
		{name: "specification 999", rule: "ROOT-SPEC", only: root.Conda, edit: set("metadata_spec_version", "999.0.0")},
		{name: "another type", rule: "ROOT-TYPE", only: root.TUF, edit: set("_type", "targets")},
		{name: "a key manager for a root", rule: "ROOT-TYPE", only: root.Conda, edit: set("type", "key_mgr")},
		{name: "expires before it was made", rule: "ROOT-DATE-ORDER", only: root.Conda, edit: set("expiration", "2025-01-01T00:00:00Z")},
		{name: "a date that is none", rule: "ROOT-DATE", only: root.TUF, edit: set("expires", "2027-1-1T0:0:0Z")},
		{name: "a date with an offset", rule: "ROOT-DATE-FORM", only: root.TUF, warning: true, edit: set("expires", "2027-01-01T00:00:00+00:00")},
		{name: "a snapshot mode that is none", rule: "ROOT-SNAPSHOT", only: root.TUF, edit: set("consistent_snapshot", "yes")},
		{name: "a rehearsal's root", rule: "REHEARSAL-MARK", edit: set(root.RehearsalMember, true)},
	}
}

func keyAttacks() []attack {
	return []attack{
		{name: "one key under two keyids", rule: "QUORUM-NEW", only: root.TUF, edit: func(d *forge.Doc) {
			twin := alice.With("x-name", "twin")
			d.SetRole("root", 3, alice.TUF(), twin, bob.TUF())
			d.Signers = []forge.Key{alice.TUF(), twin, bob.TUF()}
		}},
		{name: "the keyid of a key twice in a role", rule: "ROLE-KEYID-TWICE", edit: func(d *forge.Doc) {
			ids := d.Role("root")[d.IDs()].([]any)
			d.Role("root")[d.IDs()] = append(ids, ids[0])
		}},
		{name: "the keyid of a key twice among the signatures", rule: "SIG-TWICE", only: root.TUF, edit: func(d *forge.Doc) {
			d.Entries = func(good []forge.Entry) []forge.Entry { return append(good, good[0]) }
		}},
		{name: "a keyid bound to another key", rule: "KEY-REBOUND", only: root.TUF, edit: func(d *forge.Doc) {
			d.SetRole("root", 2, mallory.Called(alice.TUF().ID), bob.TUF(), carol.TUF())
			d.Signers = append(d.Signers, mallory.TUF())
		}},
		{name: "a key of small order makes up the number", rule: "QUORUM-NEW", edit: func(d *forge.Doc) {
			weak := key(d.Format, forge.SmallOrder())
			d.SetRole("root", 2, key(d.Format, alice), weak)
			d.Signers = []forge.Key{key(d.Format, alice), key(d.Format, bob), weak}
		}},
		{name: "a key of small order, not needed", rule: "KEY-WEAK", warning: true, edit: withWeak},
		{name: "a key of small order, not needed, strict", rule: "KEY-WEAK", strict: true, edit: withWeak},
		{name: "a short key", rule: "KEY-FORM", only: root.TUF, warning: true, edit: withKey("ed25519", "ed25519", "00ff")},
		{name: "a short key in conda", rule: "ROOT-FORM", only: root.Conda, edit: func(d *forge.Doc) { d.Role("key_mgr")["pubkeys"] = []any{"00ff"} }},
		{name: "a key of a kind that is not known", rule: "KEY-UNKNOWN", only: root.TUF, warning: true, edit: withKey("sigstore-oidc", "Fulcio", "me@example.com")},
		{name: "a key for another scheme", rule: "KEY-FORM", only: root.TUF, warning: true, edit: withKey("ecdsa", "ecdsa-sha2-nistp384", forge.ECDSA(root.P256, "p").Public.PEM())},
		{name: "a key on P-384", rule: "KEY-UNCOMMON", only: root.TUF, warning: true, edit: func(d *forge.Doc) {
			k := forge.ECDSA(root.P384, "p")
			d.SetRole("root", 3, alice.TUF(), bob.TUF(), k)
			d.Signers = append(d.Signers, k)
		}},
		{name: "a key as a hex point", rule: "KEY-LEGACY", only: root.TUF, warning: true, edit: withKey("ecdsa", "ecdsa-sha2-nistp256", fmt.Sprintf("%x", forge.ECDSA(root.P256, "p").Public.Raw()))},
		{name: "a keyid that is no hash", rule: "KEY-ID", only: root.TUF, warning: true, edit: func(d *forge.Doc) { d.SetRole("targets", 1, mallory.Called("mallory")) }},
		{name: "a keyid that is no hash, strict", rule: "KEY-ID", only: root.TUF, strict: true, edit: func(d *forge.Doc) { d.SetRole("targets", 1, mallory.Called("mallory")) }},
		{name: "a keyid without a key", rule: "ROLE-KEYID-UNKNOWN", only: root.TUF, warning: true, edit: setRole("targets", "keyids", []any{"nobody"})},
		{name: "more keys asked for than there are", rule: "ROLE-REACH", only: root.TUF, warning: true, edit: setRole("targets", "threshold", 2)},
		{name: "a root key that machines use", rule: "ROLE-ONLINE", only: root.TUF, warning: true, edit: func(d *forge.Doc) { d.SetRole("timestamp", 1, alice.TUF()) }},
		{name: "a root key for the key manager", rule: "ROLE-ONLINE", only: root.Conda, warning: true, edit: func(d *forge.Doc) { d.SetRole("key_mgr", 1, alice) }},
		{name: "a key listed under two keyids, counted once", rule: "ROLE-KEY-TWICE", only: root.TUF, warning: true, edit: func(d *forge.Doc) {
			d.SetRole("root", 2, alice.TUF(), alice.With("x-name", "twin"), bob.TUF())
		}},
		{name: "raw signatures on a conda root", rule: "QUORUM-OLD", only: root.Conda, edit: func(d *forge.Doc) { d.Raw = true }},
		{name: "a signature that does not verify", rule: "SIG-VALID", warning: true, edit: func(d *forge.Doc) {
			d.Entries = func(good []forge.Entry) []forge.Entry { good[2].Value = good[1].Value; return good }
		}},
		{name: "a signature that is none", rule: "SIG-FORM", warning: true, edit: malformed},
		{name: "a signature that is none, strict", rule: "SIG-FORM", strict: true, edit: malformed},
		{name: "an empty signature", rule: "SIG-EMPTY", only: root.TUF, warning: true, edit: func(d *forge.Doc) {
			d.Entries = func(good []forge.Entry) []forge.Entry { good[2].Value["sig"] = ""; return good }
		}},
		{name: "a stranger's signature", rule: "SIG-LISTED", warning: true, edit: signedBy(alice, bob, mallory)},
	}
}

func malformed(d *forge.Doc) {
	d.Entries = func(good []forge.Entry) []forge.Entry {
		good[2].Value["sig"], good[2].Value["signature"] = "XYZ", "XYZ"
		return good
	}
}

func withWeak(d *forge.Doc) {
	d.SetRole("root", 2, append(people(d.Format), key(d.Format, forge.SmallOrder()))...)
}

// withKey gives the role targets a key that is written like this.
func withKey(keytype, scheme, public string) func(*forge.Doc) {
	return func(d *forge.Doc) {
		k := mallory
		k.Object = map[string]any{"keytype": keytype, "scheme": scheme, "keyval": map[string]any{"public": public}}
		d.SetRole("targets", 1, k.TUF())
	}
}

func textAttacks() []attack {
	after := func(tail string) func(*forge.Doc) {
		return func(d *forge.Doc) { d.Text = func(file []byte) []byte { return append(file, tail...) } }
	}
	return []attack{
		{name: "data after the document", rule: "ROOT-JSON", edit: after(" {}")},
		{name: "a member twice", rule: "ROOT-JSON", edit: text(`"version":2`, `"version":2,"version":2`)},
		{name: "a byte order mark", rule: "ROOT-JSON", edit: func(d *forge.Doc) {
			d.Text = func(file []byte) []byte { return append([]byte("\xef\xbb\xbf"), file...) }
		}},
		{name: "no UTF-8", rule: "ROOT-JSON", edit: text(`"version"`, "\"\xff\":1,\"version\"")},
		{name: "NaN", rule: "ROOT-JSON", edit: text(`"version":2`, `"version":NaN`)},
		{name: "nested deeply", rule: "ROOT-JSON", edit: text(`"version":2`, `"version":2,"x":`+strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000))},
		{name: "a float in TUF", rule: "ROOT-CANONICAL", only: root.TUF, edit: text(`"version":2`, `"version":2,"x":1.5`)},
		{name: "cut short", rule: "ROOT-JSON", edit: func(d *forge.Doc) { d.Text = func(file []byte) []byte { return file[:len(file)-1] } }},
		{name: "no file", rule: "ROOT-JSON", edit: func(d *forge.Doc) { d.Text = func([]byte) []byte { return nil } }},
		{name: "no object", rule: "ROOT-ENVELOPE", edit: func(d *forge.Doc) { d.Text = func([]byte) []byte { return []byte("[]") } }},
		{name: "a third member", rule: "ROOT-ENVELOPE", only: root.Conda, edit: func(d *forge.Doc) { d.Outer = func(e map[string]any) { e["more"] = 1 } }},
		{name: "two megabytes", rule: "ROOT-SIZE", edit: after(strings.Repeat(" ", 2<<20))},
		{name: "20,000 signatures", rule: "ROOT-SIZE", edit: junk(20_000)},
		{name: "2,000 signatures", rule: "ROOT-COUNT", edit: junk(2_000)},
	}
}

// junk adds n signatures by keyids that nobody has, as short as they can be.
func junk(n int) func(*forge.Doc) {
	return func(d *forge.Doc) {
		d.Entries = func(good []forge.Entry) []forge.Entry {
			for i := range n {
				good = append(good, forge.Entry{ID: fmt.Sprint(i), Value: map[string]any{"sig": "00", "signature": "00"}})
			}
			return good
		}
	}
}

// forged is the attack as a file, for the format that it is for.
func (a attack) forged() []byte {
	d := forge.Root(max(a.only, root.TUF), 2, 2, people(max(a.only, root.TUF))...)
	a.edit(d)
	return d.Bytes()
}

func TestAttacks(t *testing.T) {
	for _, f := range []root.Format{root.TUF, root.Conda} {
		trusted := trust(t, forge.Root(f, 1, 2, people(f)...).Bytes(), options())
		for _, a := range attacks() {
			if a.only != 0 && a.only != f {
				continue
			}
			t.Run(fmt.Sprint(f, "/", a.name), func(t *testing.T) { a.try(t, f, trusted) })
		}
	}
}

func (a attack) try(t *testing.T, f root.Format, trusted verify.Trusted) {
	d := forge.Root(f, 2, 2, people(f)...)
	a.edit(d)
	o := options()
	o.Strict = a.strict
	next, rep := verify.Next(trusted, d.Bytes(), o)
	validate(t, rep)
	want, result := verify.Refused, verify.Fail
	if a.warning {
		want, result = verify.Accepted, verify.Warn
	}
	if rep.Verdict() != want || next.IsZero() == a.warning {
		t.Errorf("verdict %v, trusted %v, want %v\n%s", rep.Verdict(), !next.IsZero(), want, rep.AppendJSON(nil))
	}
	if !has(rep, a.rule, result) {
		t.Errorf("no %v of %s in the report\n%s", result, a.rule, rep.AppendJSON(nil))
	}
}

func TestForgedRootsAreGood(t *testing.T) {
	for _, f := range []root.Format{root.TUF, root.Conda} {
		trusted := trust(t, forge.Root(f, 1, 2, people(f)...).Bytes(), options())
		o := options()
		o.Strict = true
		next, rep := verify.Candidate(trusted, forge.Root(f, 2, 2, people(f)...).Bytes(), o)
		if rep.Verdict() != verify.Accepted || next.Version() != 2 {
			t.Errorf("%v: a good root is refused: %v", f, rep.Failures())
		}
		for _, c := range rep.Checks {
			if c.Result != verify.Pass {
				t.Errorf("%v: %v", f, c)
			}
		}
	}
}

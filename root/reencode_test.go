package root_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/root"
)

// aged is a root with other keyids: what a root looks like after years with
// other tools, whose keyids are no hashes by our rule. Key i is called old-i.
func aged(t *testing.T, r *root.Candidate, keys ...signer) *root.Root {
	t.Helper()
	raw, err := r.Assemble(nil)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for i, k := range keys {
		id := idOf(t, r.Root, k)
		text = strings.ReplaceAll(text, id, "old-"+string(rune('0'+i)))
	}
	return parse(t, []byte(text))
}

func idOf(t *testing.T, r *root.Root, k signer) string {
	t.Helper()
	found, ok := r.KeyOf(k.Fingerprint())
	if !ok {
		t.Fatalf("key %v is not there", k.Fingerprint())
	}
	return found.ID
}

// What the facts about sigstore call a re-encoding: new keyids for keys that
// stay, and nothing else.
func TestReencodeSigstore(t *testing.T) {
	old := sigstore(t, 15)
	keys := keysOf(t, old, "root")
	c := draft(t, old, root.Spec{Format: root.TUF, Expires: day(30), Reencode: keys})
	d := root.Diff(old, c.Root)
	if len(d.Reencoded) != 5 || len(c.Keys()) != 5 {
		t.Fatalf("%d keys re-encoded, %d can sign", len(d.Reencoded), len(c.Keys()))
	}
	for _, r := range d.Roles {
		if r.Changed() {
			t.Errorf("role %s: %+v", r.Name, r)
		}
	}
	for _, k := range keys {
		is, _ := c.Root.KeyOf(k.Fingerprint())
		was, _ := old.KeyOf(k.Fingerprint())
		if is.ID == was.ID || is.IDRule != root.IDWholeObject || strings.Contains(string(is.Object()), "x-tuf") {
			t.Errorf("key %v: %s, was %s", k.Fingerprint(), is.Object(), was.ID)
		}
	}
	for _, role := range []string{"root", "targets"} {
		r, _ := c.Root.Role(role)
		if len(r.Distinct()) != 5 {
			t.Errorf("role %s has %d keys", role, len(r.Distinct()))
		}
	}
}

// One signature is entered under the old keyid and the new one, and meets both
// quorums (tuf-on-ci#338).
func TestReencodedKeySignsUnderBothKeyids(t *testing.T) {
	keys := newSigners(t, root.P256, 2)
	online := newSigner(t, root.Ed25519)
	old := aged(t, draft(t, nil, tufGenesis(publics(keys), 2, online.PublicKey)), keys...)
	c := draft(t, old, root.Spec{Format: root.TUF, Expires: day(31), Reencode: publics(keys[:1])})
	sigs := signAll(t, c, keys...)
	if got := met(t, c, sigs); !slices.Equal(got, []int{2, 2}) {
		t.Errorf("old and new quorum: %v, want 2 and 2", got)
	}
	raw, err := c.Assemble(sigs)
	if err != nil {
		t.Fatal(err)
	}
	entries := make(map[string]string)
	next := parse(t, raw)
	for _, e := range next.Envelope.Entries {
		entries[e.KeyID] = string(e.Sig)
	}
	anew := idOf(t, next, keys[0])
	if len(entries) != 3 || anew == "old-0" || entries["old-0"] != entries[anew] || entries["old-1"] == "" || entries["old-1"] == entries[anew] {
		t.Errorf("signatures under %d keyids: %q", len(entries), entries)
	}
}

// Roles that the plan does not name list the re-encoded key by its new keyid,
// and once, also where they listed it under two.
func TestReencodeInInheritedRoles(t *testing.T) {
	keys := newSigners(t, root.P256, 1)
	online := newSigner(t, root.Ed25519)
	c := draft(t, nil, tufGenesis(publics(keys), 1, online.PublicKey))
	raw, err := c.Assemble(nil)
	if err != nil {
		t.Fatal(err)
	}
	id := idOf(t, c.Root, online)
	old := parse(t, rewrite(t, raw, func(signed map[string]any) {
		objects := signed["keys"].(map[string]any)
		objects["older"], objects["oldest"] = objects[id], objects[id]
		delete(objects, id)
		for _, r := range signed["roles"].(map[string]any) {
			if ids := r.(map[string]any)["keyids"].([]any); ids[0] == id {
				r.(map[string]any)["keyids"] = []any{"older", "oldest"}
			}
		}
	}))
	next := draft(t, old, root.Spec{Format: root.TUF, Expires: day(31), Reencode: []root.PublicKey{online.PublicKey}}).Root
	for _, role := range []string{"timestamp", "snapshot", "targets"} {
		if r, _ := next.Role(role); !slices.Equal(r.KeyIDs, []string{id}) {
			t.Errorf("%s: %v, want %s", role, r.KeyIDs, id)
		}
	}
	if len(next.Keys) != 2 || len(next.Faults) != 0 {
		t.Errorf("keys %d, faults %v", len(next.Keys), next.Faults)
	}
}

// rewrite changes the signed part of a document that the test made, through a
// decoder that is not ours.
func rewrite(t testing.TB, raw []byte, change func(signed map[string]any)) []byte {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	change(doc["signed"].(map[string]any))
	out, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// keyless is a root whose timestamp role also has a key of a kind that we do
// not know, as tuf-on-ci writes them.
func keyless(t *testing.T, keys []signer, online signer) *root.Root {
	t.Helper()
	raw, err := draft(t, nil, tufGenesis(publics(keys), 1, online.PublicKey)).Assemble(nil)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, rewrite(t, raw, func(signed map[string]any) {
		signed["keys"].(map[string]any)["oidc"] = map[string]any{
			"keytype": "sigstore-oidc", "scheme": "Fulcio",
			"keyval": map[string]any{"identity": "a@example.org", "issuer": "https://example.org"},
		}
		timestamp := signed["roles"].(map[string]any)["timestamp"].(map[string]any)
		timestamp["keyids"] = append(timestamp["keyids"].([]any), "oidc")
	}))
}

func TestKeysOfUnknownKind(t *testing.T) {
	keys := newSigners(t, root.P256, 1)
	online := newSigner(t, root.Ed25519)
	old := keyless(t, keys, online)
	timestamp := root.RoleSpec{Name: "timestamp", Threshold: 1, Keys: []root.PublicKey{online.PublicKey}}
	for _, c := range []struct {
		name   string
		roles  []root.RoleSpec
		remove []string
		want   string // of a refusal
		keys   int
	}{
		{"inherited", nil, nil, "", 3},
		{"vanishes", []root.RoleSpec{timestamp}, nil, "key oidc of the trusted root", 0},
		{"removed", []root.RoleSpec{timestamp}, []string{"keys/oidc"}, "", 2},
		{"removed and still there", nil, []string{"keys/oidc"}, "still in a role", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := root.Draft(old, root.Spec{Format: root.TUF, Expires: day(31), Roles: c.roles, Remove: c.remove})
			if c.want != "" {
				wantSpecError(t, err, "remove", c.want)
				return
			}
			if err != nil || len(got.Root.Keys) != c.keys {
				t.Fatalf("%v, %v", got, err)
			}
			for _, k := range got.Root.Keys {
				if was, ok := keyNamed(old, k.ID); !ok || string(was.Object()) != string(k.Object()) {
					t.Errorf("key %s changed", k.ID)
				}
			}
		})
	}
}

func keyNamed(r *root.Root, id string) (root.Key, bool) {
	for _, k := range r.Keys {
		if k.ID == id {
			return k, true
		}
	}
	return root.Key{}, false
}

// A keyid that is no hash may be the hash of another key: nothing may then be
// drafted in which one keyid has two meanings.
func TestKeyidOfAnotherKey(t *testing.T) {
	keys := newSigners(t, root.P256, 2)
	online := newSigner(t, root.Ed25519)
	taken := idOf(t, draft(t, nil, tufGenesis(publics(keys), 1, online.PublicKey)).Root, keys[1])
	c := draft(t, nil, tufGenesis(publics(keys[:1]), 1, online.PublicKey))
	raw, err := c.Assemble(nil)
	if err != nil {
		t.Fatal(err)
	}
	old := parse(t, []byte(strings.ReplaceAll(string(raw), idOf(t, c.Root, keys[0]), taken)))
	spec := func(keys []root.PublicKey) root.Spec {
		return root.Spec{Format: root.TUF, Expires: day(31), Roles: []root.RoleSpec{{Name: "root", Threshold: 1, Keys: keys}}}
	}
	_, err = root.Draft(old, spec(publics(keys)))
	wantSpecError(t, err, "root.keyholders", "two keys would have one keyid")
	leaves := spec(publics(keys[1:]))
	leaves.Leaving = publics(keys[:1])
	_, err = root.Draft(old, leaves)
	wantSpecError(t, err, "keys", "names another key in the trusted root")
}

// Of a key under two keyids, a role that the plan names keeps the object that
// the root role lists first.
func TestKeyUnderTwoKeyidsKeepsTheFirst(t *testing.T) {
	keys := newSigners(t, root.P256, 1)
	c := draft(t, nil, tufGenesis(publics(keys), 1, newSigner(t, root.Ed25519).PublicKey))
	id := idOf(t, c.Root, keys[0])
	for _, list := range [][]any{{id, "a-second"}, {"a-second", id}} {
		old := parse(t, rewrite(t, unsigned(t, c), func(signed map[string]any) {
			objects := signed["keys"].(map[string]any)
			objects["a-second"] = objects[id]
			signed["roles"].(map[string]any)["root"].(map[string]any)["keyids"] = list
		}))
		next := draft(t, old, root.Spec{
			Format: root.TUF, Expires: day(31), Roles: []root.RoleSpec{{Name: "root", Threshold: 1, Keys: publics(keys)}},
		})
		if got := next.Root.RootRole().KeyIDs; !slices.Equal(got, []string{list[0].(string)}) {
			t.Errorf("%v became %v", list, got)
		}
	}
}

// Five rules of keyids are in published roots; the first that fits is told.
func TestKeyidRules(t *testing.T) {
	k := newSigner(t, root.P256)
	c := draft(t, nil, tufGenesis(publics([]signer{k}), 1, newSigner(t, root.Ed25519).PublicKey))
	id := idOf(t, c.Root, k)
	owned := parse(t, rewrite(t, unsigned(t, c), set("@a", "keys", id, "x-owner")))
	whole, _ := keyNamed(owned, id)
	for _, tc := range []struct {
		name, id string
		change   []edit
		want     root.IDRule
	}{
		{"whole object", id, nil, root.IDWholeObject},
		{"whole object with a member", root.DigestOf(whole.Object()).String(), []edit{set("@a", "keys", id, "x-owner")}, root.IDWholeObject},
		{"core members", id, []edit{set("@a", "keys", id, "x-owner")}, root.IDCoreMembers},
		{"no hash list", root.DigestOf(whole.Object()).String(), []edit{
			set("@a", "keys", id, "x-owner"), set([]string{"sha256"}, "keys", id, "keyid_hash_algorithms"),
		}, root.IDNoHashList},
		{"none", strings.Repeat("0", 64), nil, root.IDNone},
	} {
		t.Run(tc.name, func(t *testing.T) {
			raw := rewrite(t, unsigned(t, c), func(signed map[string]any) {
				for _, change := range tc.change {
					change(signed)
				}
			})
			r := parse(t, []byte(strings.ReplaceAll(string(raw), id, tc.id)))
			if got, ok := keyNamed(r, tc.id); !ok || got.IDRule != tc.want {
				t.Errorf("%v, want %v", got.IDRule, tc.want)
			}
		})
	}
}

// The rules of keyids in published roots (testdata/ORIGIN.md).
func TestPublishedKeyidRules(t *testing.T) {
	for name, want := range map[string][]root.IDRule{
		"sigstore-staging/15.root.json": {root.IDWholeObject},
		"github/3.root.json":            {root.IDCoreMembers},
		"python-tuf/1.root.json":        {root.IDHashListAdded},
		"go-tuf/1.root.json":            {root.IDWholeObject, root.IDTypeAndValue},
	} {
		var got []root.IDRule
		for _, k := range load(t, "real/"+name).Keys {
			got = append(got, k.IDRule)
		}
		slices.Sort(got)
		if got = slices.Compact(got); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

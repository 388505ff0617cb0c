package root_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/hex"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/root"
)

// keysOf are the keys of a role, as a plan would name them.
func keysOf(t testing.TB, r *root.Root, role string) []root.PublicKey {
	t.Helper()
	found, ok := r.Role(role)
	if !ok {
		t.Fatalf("no role %s", role)
	}
	var out []root.PublicKey
	for _, k := range found.Distinct() {
		out = append(out, k.Public)
	}
	return out
}

// edited is a real root with one text in it changed: what a document that we
// did not make may look like.
func edited(t testing.TB, name string, pairs ...string) *root.Root {
	t.Helper()
	raw, err := os.ReadFile("../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw)
	for i := 0; i < len(pairs); i += 2 {
		if strings.Count(text, pairs[i]) < 1 {
			t.Fatalf("%q is not in %s", pairs[i], name)
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return parse(t, []byte(text))
}

func TestDraftGenesis(t *testing.T) {
	keys := newSigners(t, root.P256, 3)
	online := newSigner(t, root.Ed25519)
	c := draft(t, nil, tufGenesis(publics(keys), 2, online.PublicKey))
	if c.Root.Version != 1 || c.Root.SpecVersion != "1.0.34" || !*c.Root.ConsistentSnapshot || c.Root.Rehearsal ||
		c.Root.Expires.Text != "2026-12-30T12:00:00Z" || len(c.Root.Faults) != 0 {
		t.Errorf("genesis: %+v", c.Root.Body)
	}
	if len(c.Quorums) != 1 || c.Quorums[0].Name != root.QuorumGenesis || len(c.Keys()) != 3 {
		t.Errorf("quorums: %+v", c.Quorums)
	}
	for _, k := range c.Root.Keys {
		if k.IDRule != root.IDWholeObject || strings.Contains(string(k.Object()), "hash_algorithms") {
			t.Errorf("key object %s", k.Object())
		}
	}
	if got := met(t, c, signAll(t, c, keys[0], keys[2])); !slices.Equal(got, []int{2}) {
		t.Errorf("quorum: %v", got)
	}
}

func TestDraftCondaGenesisBytes(t *testing.T) {
	keys := newSigners(t, root.Ed25519, 3)
	c := draft(t, nil, condaGenesis(publics(keys[:2]), 2, keys[2].PublicKey))
	want := strings.NewReplacer("$1", hex.EncodeToString(keys[0].Raw()), "$2", hex.EncodeToString(keys[1].Raw()), "$3", hex.EncodeToString(keys[2].Raw())).Replace(`{
  "delegations": {
    "key_mgr": {
      "pubkeys": [
        "$3"
      ],
      "threshold": 1
    },
    "root": {
      "pubkeys": [
        "$1",
        "$2"
      ],
      "threshold": 2
    }
  },
  "expiration": "2026-12-30T12:00:00Z",
  "metadata_spec_version": "0.6.0",
  "timestamp": "2026-12-01T12:00:00Z",
  "type": "root",
  "version": 1
}`)
	if diff := cmp.Diff(want, string(c.Root.Signed())); diff != "" {
		t.Error(diff)
	}
}

// The candidate is a function of its inputs: same bytes each time, whatever
// the order of what has none, and other bytes for another order of keys.
func TestDraftIsPure(t *testing.T) {
	v15 := sigstore(t, 15)
	keys := keysOf(t, v15, "root")
	joins := newSigner(t, root.P384).PublicKey
	spec := func() root.Spec {
		return root.Spec{
			Format: root.TUF, Expires: day(30),
			Roles: []root.RoleSpec{
				{Name: "root", Threshold: 3, Keys: []root.PublicKey{keys[0], keys[1], keys[2], joins}},
				{Name: "targets", Threshold: 3, Keys: keys[:3]},
			},
			Leaving:  keys[3:5],
			Reencode: keys[:2],
			Remove:   []string{"x-tuf-on-ci-expiry-period", "timestamp/x-tuf-on-ci-signing-period"},
		}
	}
	before := string(v15.Signed())
	want := draft(t, v15, spec())
	for _, c := range []struct {
		name string
		edit func(*root.Spec)
		same bool
	}{
		{"again", func(*root.Spec) {}, true},
		{"order of roles", func(s *root.Spec) { slices.Reverse(s.Roles) }, true},
		{"order of leaving", func(s *root.Spec) { slices.Reverse(s.Leaving) }, true},
		{"order of reencode", func(s *root.Spec) { slices.Reverse(s.Reencode) }, true},
		{"order of remove", func(s *root.Spec) { slices.Reverse(s.Remove) }, true},
		{"zone of the date", func(s *root.Spec) { s.Expires = s.Expires.In(time.FixedZone("x", 3600)) }, true},
		{"order of keys", func(s *root.Spec) { slices.Reverse(s.Roles[0].Keys) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := spec()
			s.Roles[0].Keys, s.Reencode, s.Leaving = slices.Clone(s.Roles[0].Keys), slices.Clone(s.Reencode), slices.Clone(s.Leaving)
			c.edit(&s)
			if got := draft(t, sigstore(t, 15), s); bytes.Equal(got.Root.Signed(), want.Root.Signed()) != c.same {
				t.Errorf("same bytes: want %v\n%s\n%s", c.same, got.Root.Signed(), want.Root.Signed())
			}
		})
	}
	if string(v15.Signed()) != before {
		t.Error("drafting changed the trusted root")
	}
}

// A successor that asks for nothing but a date inherits everything else, every
// key object to the byte: one edited custom field broke sigstore v11.
func TestDraftInherits(t *testing.T) {
	for n := 1; n <= 15; n++ {
		old := sigstore(t, n)
		for _, s := range []root.Spec{
			{Format: root.TUF, Expires: day(30)},
			{Format: root.TUF, Expires: day(30), Roles: []root.RoleSpec{{Name: "root", Threshold: 3, Keys: keysOf(t, old, "root")}}},
		} {
			c := draft(t, old, s)
			d := root.Diff(old, c.Root)
			var members []string
			for _, m := range d.Members {
				members = append(members, m.Pointer)
			}
			if len(d.Reencoded) != 0 || !slices.Equal(members, []string{"/expires", "/version"}) {
				t.Errorf("v%d: besides date and version: %+v", n, d)
			}
			if c.Root.Version != int64(n+1) || c.Root.SpecVersion != old.SpecVersion || *c.Root.ConsistentSnapshot != *old.ConsistentSnapshot {
				t.Errorf("v%d: %d, %s", n, c.Root.Version, c.Root.SpecVersion)
			}
			objects := make(map[string]string)
			for _, k := range old.Keys {
				objects[k.ID] = string(k.Object())
			}
			for _, k := range c.Root.Keys {
				if objects[k.ID] != string(k.Object()) {
					t.Errorf("v%d: key object %s changed:\n%s\n%s", n, k.ID, objects[k.ID], k.Object())
				}
			}
		}
	}
	if k := draft(t, sigstore(t, 15), root.Spec{Format: root.TUF, Expires: day(30)}).Root.Keys[0]; !strings.Contains(string(k.Object()), "x-tuf-on-ci-") {
		t.Errorf("the proof is hollow, %s has no member of its own", k.Object())
	}
}

func TestDraftCondaSuccessor(t *testing.T) {
	old := load(t, "anaconda/1.root.json")
	keys := keysOf(t, old, "root")
	joins := newSigner(t, root.Ed25519)
	c := draft(t, old, root.Spec{
		Format: root.Conda, Expires: day(30), SigningTime: day(1),
		Roles:   []root.RoleSpec{{Name: "root", Threshold: 3, Keys: []root.PublicKey{keys[1], keys[2], keys[3], joins.PublicKey}}},
		Leaving: keys[:1],
	})
	if c.Quorums[0].Name != root.QuorumOld || c.Quorums[0].Role.Threshold != 2 || c.Quorums[1].Name != root.QuorumNew || c.Quorums[1].Role.Threshold != 3 {
		t.Errorf("quorums: %+v", c.Quorums)
	}
	if got := len(c.Keys()); got != 5 {
		t.Errorf("%d keys can sign, want the four old and the new one", got)
	}
	if got := say(root.Diff(old, c.Root)); !slices.Equal(got, []string{
		"root 2->3 -" + keys[0].Fingerprint().String()[:6] + " +" + joins.Fingerprint().String()[:6],
		`/expiration "2022-10-31T18:00:00Z"=>"2026-12-30T12:00:00Z"`, `/timestamp "2021-03-26T00:00:00Z"=>"2026-12-01T12:00:00Z"`,
	}) {
		t.Errorf("%q", got)
	}
	if got := met(t, c, signAll(t, c, joins)); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("the joining key counts for the new quorum alone, got %v", got)
	}
}

// A conda document may have any member: all but ours stay.
func TestDraftCondaKeepsUnknown(t *testing.T) {
	old := edited(t, "anaconda/1.root.json", `"type": "root"`, `"type": "root", "x-note": {"é": [1.50, null]}`)
	c := draft(t, old, root.Spec{Format: root.Conda, Expires: day(30), SigningTime: day(1)})
	if !strings.Contains(string(c.Root.Signed()), "\"x-note\": {\n    \"\\u00e9\": [\n      1.5,\n      null\n    ]\n  }") {
		t.Errorf("%s", c.Root.Signed())
	}
}

func TestRemove(t *testing.T) {
	old := sigstore(t, 15)
	c := draft(t, old, root.Spec{Format: root.TUF, Expires: day(30), Remove: []string{"x-tuf-on-ci-expiry-period", "timestamp/x-tuf-on-ci-expiry-period"}})
	var gone []string
	for _, m := range root.Diff(old, c.Root).Members {
		if m.New == "" {
			gone = append(gone, m.Pointer)
		}
	}
	if want := []string{"/roles/timestamp/x-tuf-on-ci-expiry-period", "/x-tuf-on-ci-expiry-period"}; !slices.Equal(gone, want) {
		t.Errorf("gone: %v, want %v", gone, want)
	}
	for _, c := range []struct{ path, want string }{
		{"version", "remove: version is a member of the format"},
		{"consistent_snapshot", "remove: consistent_snapshot is a member of the format"},
		{"root/threshold", "remove: threshold is a member of the format"},
		{root.RehearsalMember, "remove: x-rootmoot-rehearsal is a member of the format"},
		{"x-none", "remove: the trusted root has no member x-none"},
		{"timestamp/x-none", "remove: the trusted root's role timestamp has no member x-none"},
		{"x-none/x-none", "remove: the trusted root's role x-none has no member x-none"},
		{"", "remove: the trusted root has no member "},
		{"keys/x-none", "remove: the trusted root has no key x-none"},
		{"keys/" + old.Keys[0].ID, "remove: key " + old.Keys[0].ID + " can be named under leaving"},
	} {
		t.Run(c.path, func(t *testing.T) {
			_, err := root.Draft(old, root.Spec{Format: root.TUF, Expires: day(30), Remove: []string{c.path}})
			wantSpecError(t, err, "remove", c.want)
		})
	}
	if _, err := root.Draft(nil, withRemove(tufGenesis(publics(newSigners(t, root.P256, 1)), 1, newSigner(t, root.Ed25519).PublicKey))); err == nil {
		t.Error("a genesis has nothing to remove")
	}
}

func withRemove(s root.Spec) root.Spec {
	s.Remove = []string{"x-name"}
	return s
}

func wantSpecError(t *testing.T, err error, field, want string) {
	t.Helper()
	var e *root.SpecError
	if !errors.As(err, &e) || e.Field != field || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want one on %s with %q", err, field, want)
	}
}

// What cannot be carried out names the field of the plan.
func TestSpecErrors(t *testing.T) {
	old := sigstore(t, 15)
	keys := keysOf(t, old, "root")
	stranger := newSigner(t, root.P256).PublicKey
	small, err := root.NewEd25519(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	weak := publicOf(t, rsaKey.Public())
	mark := edited(t, "sigstore/15.root.json", `"_type": "root"`, `"_type": "root", "x-rootmoot-rehearsal": true`)
	rootRole := func(threshold int, keys ...root.PublicKey) func(*root.Spec) {
		return func(s *root.Spec) { s.Roles = []root.RoleSpec{{Name: "root", Threshold: threshold, Keys: keys}} }
	}
	for _, c := range []struct {
		name        string
		old         *root.Root
		edit        func(*root.Spec)
		field, want string
	}{
		{"format none", old, func(s *root.Spec) { s.Format = 0 }, "format", "want tuf or conda"},
		{"format other", load(t, "anaconda/1.root.json"), func(*root.Spec) {}, "format", "the trusted root is of conda"},
		{"expires missing", old, func(s *root.Spec) { s.Expires = time.Time{} }, "root.expires", "from 1970 to 9999"},
		{"expires late", old, func(s *root.Spec) { s.Expires = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }, "root.expires", "from 1970 to 9999"},
		{"expires fraction", old, func(s *root.Spec) { s.Expires = day(3).Add(1) }, "root.expires", "whole seconds, have 2026-12-03T12:00:00.000000001Z"},
		{"rehearsal after production", old, func(s *root.Spec) { s.Rehearsal = true }, "mode", "rehearsal"},
		{"production after rehearsal", mark, func(*root.Spec) {}, "mode", "rehearsal"},
		{"role unknown", old, func(s *root.Spec) { s.Roles = []root.RoleSpec{{Name: "key_mgr"}} }, "roles.key_mgr", "tuf roots have no such role"},
		{"role twice", old, func(s *root.Spec) {
			r := root.RoleSpec{Name: "snapshot", Threshold: 1, Keys: keys[:1]}
			s.Roles = []root.RoleSpec{r, r}
		}, "roles.snapshot", "stands there twice"},
		{"threshold 0", old, rootRole(0, keys...), "root.threshold", "0 of 5 keys"},
		{"threshold 6 of 5", old, rootRole(6, keys...), "root.threshold", "6 of 5 keys"},
		{"no keys", old, rootRole(1), "root.threshold", "1 of 0 keys"},
		{"key twice", old, rootRole(3, append(slices.Clone(keys), keys[0])...), "root.keyholders", "stands there twice"},
		{"no key", old, rootRole(1, root.PublicKey{}), "root.keyholders", "no key"},
		{"small order", old, rootRole(1, small), "root.keyholders", "small order"},
		{"RSA of 1024 bits", old, func(s *root.Spec) {
			s.Roles = []root.RoleSpec{{Name: "timestamp", Threshold: 1, Keys: []root.PublicKey{weak}}}
		}, "roles.timestamp.keys", "RSA of 1024 bits"},
		{"joins and leaves", old, func(s *root.Spec) { s.Leaving = keys[:1] }, "leaving", "is still in a role"},
		{"leaves, never there", old, func(s *root.Spec) { s.Leaving = []root.PublicKey{stranger} }, "leaving", "is not in the trusted root"},
		{"vanishes", old, func(s *root.Spec) {
			s.Roles = []root.RoleSpec{{Name: "root", Threshold: 3, Keys: keys[1:]}, {Name: "targets", Threshold: 3, Keys: keys[1:]}}
		}, "leaving", "is in no role of the new one"},
		{"still in targets", old, func(s *root.Spec) {
			rootRole(3, keys[1:]...)(s)
			s.Leaving = keys[:1]
		}, "leaving", "is still in a role"},
		{"re-encodes a stranger", old, func(s *root.Spec) { s.Reencode = []root.PublicKey{stranger} }, "reencode", "is not in both"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := root.Spec{Format: root.TUF, Expires: day(30)}
			c.edit(&s)
			_, err := root.Draft(c.old, s)
			wantSpecError(t, err, c.field, c.want)
		})
	}
}

func TestGenesisNamesEverything(t *testing.T) {
	keys := publics(newSigners(t, root.Ed25519, 2))
	for _, c := range []struct {
		name  string
		spec  root.Spec
		edit  func(*root.Spec)
		field string
	}{
		{"root", tufGenesis(keys[:1], 1, keys[1]), func(s *root.Spec) { s.Roles = s.Roles[1:] }, "root"},
		{"targets", tufGenesis(keys[:1], 1, keys[1]), func(s *root.Spec) { s.Roles = s.Roles[:3] }, "roles.targets"},
		{"snapshots", tufGenesis(keys[:1], 1, keys[1]), func(s *root.Spec) { s.ConsistentSnapshot = nil }, "consistent_snapshot"},
		{"leaving", tufGenesis(keys[:1], 1, keys[1]), func(s *root.Spec) { s.Leaving = keys }, "leaving"},
		{"reencode", tufGenesis(keys[:1], 1, keys[1]), func(s *root.Spec) { s.Reencode = keys }, "reencode"},
		{"key manager", condaGenesis(keys[:1], 1, keys[1]), func(s *root.Spec) { s.Roles = s.Roles[:1] }, "roles.key_mgr"},
		{"conda snapshots", condaGenesis(keys[:1], 1, keys[1]), func(s *root.Spec) { s.ConsistentSnapshot = new(bool) }, "consistent_snapshot"},
		{"conda reencode", condaGenesis(keys[:1], 1, keys[1]), func(s *root.Spec) { s.Reencode = keys }, "reencode"},
		{"conda signing time", condaGenesis(keys[:1], 1, keys[1]), func(s *root.Spec) { s.SigningTime = time.Time{} }, "signing_time"},
		{"conda after 2106", condaGenesis(keys[:1], 1, keys[1]), func(s *root.Spec) { s.SigningTime = time.Date(2107, 1, 1, 0, 0, 0, 0, time.UTC) }, "signing_time"},
		{"conda expired at birth", condaGenesis(keys[:1], 1, keys[1]), func(s *root.Spec) { s.SigningTime = s.Expires }, "root.expires"},
		{"conda P-256", condaGenesis([]root.PublicKey{newSigner(t, root.P256).PublicKey}, 1, keys[1]), func(*root.Spec) {}, "root.keyholders"},
		{"conda role", condaGenesis(keys[:1], 1, keys[1]), func(s *root.Spec) { s.Roles[1].Name = "timestamp" }, "roles.timestamp"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.edit(&c.spec)
			_, err := root.Draft(nil, c.spec)
			wantSpecError(t, err, c.field, "")
		})
	}
}

// The rehearsal mark stands in the signed part, from the first root on.
func TestRehearsalMark(t *testing.T) {
	keys := newSigners(t, root.Ed25519, 2)
	for _, s := range []root.Spec{
		tufGenesis(publics(keys[:1]), 1, keys[1].PublicKey), condaGenesis(publics(keys[:1]), 1, keys[1].PublicKey),
	} {
		plain := draft(t, nil, s)
		s.Rehearsal = true
		first := draft(t, nil, s)
		if plain.Root.Rehearsal || !first.Root.Rehearsal || plain.Digest() == first.Digest() {
			t.Errorf("%v: mark %v and %v", s.Format, plain.Root.Rehearsal, first.Root.Rehearsal)
		}
		next := root.Spec{Format: s.Format, Expires: day(31), SigningTime: day(2), Rehearsal: true}
		if c := draft(t, first.Root, next); !c.Root.Rehearsal {
			t.Errorf("%v: the mark is lost", s.Format)
		}
		next.Rehearsal = false
		_, err := root.Draft(first.Root, next)
		wantSpecError(t, err, "mode", "")
	}
}

// Whatever the value of the member, its presence marks the document.
func TestRehearsalMarkOfAnyValue(t *testing.T) {
	for _, value := range []string{"false", "null", "0", `"no"`} {
		r := edited(t, "sigstore/15.root.json", `"_type": "root"`, `"_type": "root", "x-rootmoot-rehearsal": `+value)
		if !r.Rehearsal {
			t.Errorf("%s: not marked", value)
		}
		_, err := root.Draft(r, root.Spec{Format: root.TUF, Expires: day(30)})
		wantSpecError(t, err, "mode", "")
	}
}

func TestDraftRefusesTrustedRoot(t *testing.T) {
	for name, pair := range map[string][2]string{
		"no version after": {`"version": 15`, `"version": 9223372036854775807`},
		"version 0":        {`"version": 15`, `"version": 0`},
		"no root role":     {`"threshold": 3`, `"threshold": 0`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := root.Draft(edited(t, "sigstore/15.root.json", pair[0], pair[1]), root.Spec{Format: root.TUF, Expires: day(30)})
			wantSpecError(t, err, "continues", "")
		})
	}
}

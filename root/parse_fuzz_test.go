package root_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/root"
)

// documents are the real documents, by name.
func documents(t testing.TB) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob("../testdata/*/*.json")
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string][]byte)
	for _, name := range names {
		if strings.Contains(name, "repodata") {
			continue
		}
		if out[name], err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	if len(out) < 20 {
		t.Fatalf("only %d documents", len(out))
	}
	return out
}

// hold checks what holds for every root, however odd: it reads the same twice,
// differs from nothing but other roots, and everything that is made from it is
// either refused or read back.
func hold(t testing.TB, raw []byte, bases []*root.Root) {
	t.Helper()
	_, _ = root.ParseKeyManager(raw)
	r, err := root.Parse(raw)
	if err != nil {
		if r != nil || err.Error() == "" {
			t.Fatalf("%q: a root beside the error %q", raw, err)
		}
		return
	}
	again, err := root.Parse(raw)
	if err != nil || again.Digest != r.Digest || !slices.Equal(again.Faults, r.Faults) {
		t.Fatalf("%q: read twice, %v and %v (%v)", raw, r.Digest, again.Digest, err)
	}
	for _, k := range r.Keys {
		if k.Usable() && k.Public.Weakness() != "" {
			t.Fatalf("%q: weak key %s can be used", raw, k.ID)
		}
	}
	for _, role := range r.Roles {
		if tally := role.Tally(r.Envelope); tally.Good > len(role.Distinct()) {
			t.Fatalf("%q: role %s counts %d of %d keys", raw, role.Name, tally.Good, len(role.Distinct()))
		}
	}
	for _, base := range append(bases, r) {
		told(t, base, r)
	}
	follow(t, r)
}

// told checks that a difference is empty exactly if the signed bytes are the
// same.
func told(t testing.TB, a, b *root.Root) {
	t.Helper()
	if a.Format != b.Format {
		root.Diff(a, b).Lines(nil)
		return
	}
	for _, pair := range [][2]*root.Root{{a, b}, {b, a}} {
		d := root.Diff(pair[0], pair[1])
		if d.IsEmpty() != bytes.Equal(a.Signed(), b.Signed()) {
			t.Fatalf("empty: %v, of\n%s\n%s", d.IsEmpty(), pair[0].Signed(), pair[1].Signed())
		}
		if lines := d.Lines(nil); len(lines) == 0 {
			t.Fatal("a difference without a line")
		}
	}
}

// follow drafts the successor that changes nothing.
func follow(t testing.TB, r *root.Root) {
	t.Helper()
	c, err := root.Draft(r, root.Spec{Format: r.Format, Rehearsal: r.Rehearsal, Expires: day(30), SigningTime: day(1)})
	if err != nil {
		return
	}
	if c.Root.Version != r.Version+1 || c.Root.SpecVersion != r.SpecVersion {
		t.Fatalf("after version %d comes %d", r.Version, c.Root.Version)
	}
	for i, role := range r.Roles {
		if next, ok := c.Root.Role(role.Name); !ok || !slices.Equal(next.KeyIDs, r.Roles[i].KeyIDs) || next.Threshold != role.Threshold {
			t.Fatalf("role %s is not inherited", role.Name)
		}
	}
	raw, err := c.Assemble(nil)
	if err != nil {
		t.Fatalf("the candidate has no file: %v", err)
	}
	if back, err := root.Parse(raw); err != nil || back.Digest != c.Digest() {
		t.Fatalf("read back: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, raw := range documents(f) {
		f.Add(raw)
	}
	bases := []*root.Root{sigstore(f, 4), sigstore(f, 15), load(f, "anaconda/1.root.json")}
	f.Fuzz(func(t *testing.T, raw []byte) { hold(t, raw, bases) })
}

// Real roots with one byte changed, at every place: what is still a root
// differs from the real one exactly if its signed bytes do.
func TestMangledRoots(t *testing.T) {
	for _, name := range []string{"sigstore/15.root.json", "anaconda/1.root.json"} {
		raw, base := documents(t)["../testdata/"+name], load(t, name)
		taken := 0
		for i := range raw {
			bad := slices.Clone(raw)
			bad[i] ^= 0x01
			if r, err := root.Parse(bad); err == nil {
				taken++
				told(t, base, r)
			}
		}
		if taken == 0 {
			t.Errorf("%s: no change leaves a root: the proof is hollow", name)
		}
	}
}

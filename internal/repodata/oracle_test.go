package repodata_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/canonical"
	"github.com/rootmoot/rootmoot/internal/repodata"
)

// formed tells whether a tree has the form of repodata.
func formed(v *canonical.Value) bool {
	object := func(v *canonical.Value) bool { return v.Kind() == canonical.Object }
	if !object(v) || v.Get("packages") == nil && v.Get("packages.conda") == nil {
		return false
	}
	for _, m := range v.Members() {
		for _, known := range []string{"info", "packages", "packages.conda", "signatures"} {
			if m.Name != known && strings.EqualFold(m.Name, known) || m.Name == known && !object(m.Value) {
				return false
			}
		}
		if m.Name == "info" {
			for _, m := range m.Value.Members() {
				if _, text := m.Value.Text(canonical.String); strings.EqualFold(m.Name, "subdir") && (m.Name != "subdir" || !text) {
					return false
				}
			}
			continue
		}
		if m.Name == "packages" || m.Name == "packages.conda" || m.Name == "signatures" {
			for _, m := range m.Value.Members() {
				if !object(m.Value) {
					return false
				}
			}
		}
	}
	for _, m := range v.Get("packages").Members() {
		if v.Get("packages.conda").Get(m.Name) != nil {
			return false
		}
	}
	return true
}

// agrees wants an index where there is a tree that has the form of repodata, and
// only there, and the same in both. It returns the index.
func agrees(t testing.TB, text []byte) *repodata.Index {
	t.Helper()
	tree, treeErr := canonical.Parse(text, canonical.Limits{Bytes: 1 << 30, Values: 1 << 30})
	x, err := repodata.Parse(text)
	if good := treeErr == nil && formed(tree); good != (err == nil) {
		t.Fatalf("%q: %v; of the tree: %v, formed as repodata %v", text, err, treeErr, good)
	}
	if err != nil {
		if e, is := err.(*repodata.Error); !is || e.Offset < 0 || e.Offset > len(text) || e.Line != 1+bytes.Count(text[:e.Offset], []byte("\n")) {
			t.Fatalf("%q: %#v", text, err)
		}
		return nil
	}
	if got, want := listed(t, x), listedTree(t, tree); !slices.Equal(got, want) {
		t.Fatalf("%q: %q; of the tree: %q", text, got, want)
	}
	return x
}

// listed says what an index has, listedTree what a tree has.
func listed(t testing.TB, x *repodata.Index) (out []string) {
	var c repodata.Canon
	subdir, has := x.Subdir()
	out = append(out, fmt.Sprint("subdir ", subdir, has))
	for _, l := range []repodata.List{repodata.Packages, repodata.PackagesConda} {
		from, to := x.In(l)
		for i := from; i < to; i++ {
			r := x.Record(i)
			if n, ok := x.Find(string(r.File)); !ok || n != i || r.List != l {
				t.Fatalf("record %d, %q of %s, is found at %d, %v", i, r.File, r.List, n, ok)
			}
			text, err := c.Append(nil, r.Text)
			out = append(out, fmt.Sprintf("%s %q %q %v", l, r.File, text, err == nil))
			for name, value := range r.Members() {
				text, err := c.Append(nil, value)
				out = append(out, fmt.Sprintf("member %q %q %v", name, text, err == nil))
			}
			if r.Signed() {
				out = append(out, "signed")
			}
			for s := range r.Signatures() {
				value, err := c.Append(nil, s.Value)
				out = append(out, fmt.Sprintf("%q %q %v", s.Key, value, err == nil))
			}
		}
	}
	for file, entry := range x.Strays() {
		value, err := c.Append(nil, entry)
		out = append(out, fmt.Sprintf("stray %q %q %v", file, value, err == nil))
	}
	for _, name := range x.Others() {
		value, err := c.Append(nil, x.Member(name).Value)
		out = append(out, fmt.Sprintf("other %q %q %v", name, value, err == nil))
	}
	return out
}

func listedTree(t testing.TB, tree *canonical.Value) (out []string) {
	form := func(v *canonical.Value) string {
		text, err := canonical.AppendConda(nil, v)
		return fmt.Sprintf("%q %v", text, err == nil)
	}
	subdir, has := tree.Get("info").Get("subdir").Text(canonical.String)
	out = append(out, fmt.Sprint("subdir ", subdir, has))
	for _, list := range []string{"packages", "packages.conda"} {
		for _, m := range tree.Get(list).Members() {
			out = append(out, fmt.Sprintf("%s %q %s", list, m.Name, form(m.Value)))
			for _, m := range m.Value.Members() {
				out = append(out, fmt.Sprintf("member %q %s", m.Name, form(m.Value)))
			}
			if tree.Get("signatures").Get(m.Name) != nil {
				out = append(out, "signed")
			}
			for _, s := range tree.Get("signatures").Get(m.Name).Members() {
				out = append(out, fmt.Sprintf("%q %s", s.Name, form(s.Value)))
			}
		}
	}
	for _, m := range tree.Get("signatures").Members() {
		if tree.Get("packages").Get(m.Name) == nil && tree.Get("packages.conda").Get(m.Name) == nil {
			out = append(out, fmt.Sprintf("stray %q %s", m.Name, form(m.Value)))
		}
	}
	for _, m := range tree.Members() {
		if !slices.Contains([]string{"info", "packages", "packages.conda", "signatures"}, m.Name) {
			out = append(out, fmt.Sprintf("other %q %s", m.Name, form(m.Value)))
		}
	}
	return out
}

// real is a channel that conda is tested with.
func real(t testing.TB) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/repodata.json")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// The signatures that conda's tests came with are good over the canonical forms,
// but for that of the record whose build says that it was changed afterwards.
func TestReal(t *testing.T) {
	x := agrees(t, real(t))
	var c repodata.Canon
	var got []string
	for i := range x.Len() {
		r := x.Record(i)
		message, err := c.Append(nil, r.Text)
		if err != nil {
			t.Fatal(err)
		}
		for s := range r.Signatures() {
			key, _ := hex.DecodeString(string(s.Key))
			sig, ok := s.Raw()
			got = append(got, fmt.Sprintf("%s %v", r.File, ok && ed25519.Verify(key, message, sig[:])))
		}
	}
	want := []string{"broken-0.0.1-broken.tar.bz2 false", "first.tar.bz2 true", "second.conda true", "third.conda true"}
	if !slices.Equal(got, want) || x.Len() != 5 {
		t.Errorf("of %d records: %q", x.Len(), got)
	}
}

// Whatever is done to one byte, index and tree agree.
func TestMangle(t *testing.T) {
	step := 1
	if repodata.RaceEnabled {
		step = 13
	}
	for name, text := range map[string][]byte{"real": real(t), "small": []byte(small)} {
		accepted, tried := 0, 0
		for i := 0; i < len(text); i += step {
			flipped := bytes.Clone(text)
			flipped[i] ^= 1 << (i % 8)
			for _, mangled := range [][]byte{
				flipped,
				slices.Concat(text[:i], text[i+1:]),
				slices.Concat(text[:i], text[i:i+1], text[i:]),
				text[:i],
			} {
				tried++
				if agrees(t, mangled) != nil {
					accepted++
				}
			}
		}
		if accepted == 0 || accepted == tried {
			t.Errorf("%s: %d of %d changes accepted: the test tests nothing", name, accepted, tried)
		}
	}
}

// FuzzIndex: whatever the text, index and tree agree.
func FuzzIndex(f *testing.F) {
	for _, s := range []string{
		small, `{"packages":{}}`, `{"packages.conda":{"a":{"b":[{}]}},"signatures":{"a":{"k":{"signature":""}},"b":{}}}`,
		`{"packages":{"a":{}},"packages.conda":{"a":{}}}`, `{"packages":{"\u0061":{}},"signatures":{"a":{}}}`, `{"Packages":{}}`,
		`{"info":{"subdir":"\ud83d\ude00"},"packages":{}}`, `{"signatures":{"a":{},"a":{}},"packages":{"a":{}}}`, `{"packages":{"a":{"x":1e999}}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) < 1<<16 {
			agrees(t, text)
		}
	})
}

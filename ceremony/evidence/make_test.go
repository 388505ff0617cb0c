package evidence

import (
	"bytes"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/verify"
)

// TestMake: the same files give the same bytes, and what is missing or changed
// is told, left out, and found when the evidence is checked.
func TestMake(t *testing.T) {
	p := finished(t)
	if !bytes.Equal(p.hands(), p.hands()) {
		t.Error("made twice, it differs")
	}
	names := slices.Sorted(func(yield func(string) bool) {
		for name := range p.kept {
			if !yield(name) {
				return
			}
		}
	})
	raw, lacks, err := Make(p.state, p.got, Held{Chain: p.chain(), Journal: p.journal(), Kept: func(name string) ([]byte, error) {
		switch name {
		case names[0]:
			return nil, fs.ErrNotExist
		case names[1]:
			return []byte("something else"), nil
		}
		return p.kept[name], nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lacks)
	if diff := cmp.Diff([]string{names[0] + " is missing", names[1] + " was changed"}, lacks); diff != "" {
		t.Error(diff)
	}
	if report, _ := Check(raw, p.w.options()); !slices.Equal(broken(report, verify.Fail), []string{"ARRIVED"}) {
		t.Errorf("%v", report.Failures())
	}
	if _, _, err := Make(p.state, p.got, Held{Journal: p.journal(), Kept: func(string) ([]byte, error) { return nil, errors.New("no medium") }}); err == nil || !strings.Contains(err.Error(), "no medium") {
		t.Errorf("a file that cannot be read: %v", err)
	}
	if _, _, err := Make(p.state, p.got, Held{Chain: [][]byte{[]byte("{}")}}); err == nil {
		t.Error("a chain of no roots")
	}
}

// TestManifest: only what Encode writes is read.
func TestManifest(t *testing.T) {
	good := opened(t, finished(t).hands())[ManifestFile]
	m, err := ParseManifest(good)
	if err != nil || !bytes.Equal(m.Encode(), good) {
		t.Fatalf("%v:\n%s", err, m.Encode())
	}
	for name, raw := range map[string]string{
		"a member twice":       strings.Replace(string(good), `"profile"`, `"schema": "rootmoot/evidence/v1", "profile"`, 1),
		"an unknown member":    strings.Replace(string(good), `"profile"`, `"more": 1, "profile"`, 1),
		"another order":        strings.Replace(string(good), `"profile": "full",`, "", 1),
		"more behind it":       string(good) + "{}",
		"compact":              strings.ReplaceAll(string(good), "\n  ", ""),
		"nothing":              "",
		"a text with no UTF-8": strings.Replace(string(good), "1.0.0", "\xff", 1),
	} {
		if _, err := ParseManifest([]byte(raw)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
	if _, err := ParseManifest(bytes.Repeat([]byte(" "), MaxManifest+1)); err == nil || !strings.Contains(err.Error(), "of at most") {
		t.Errorf("%v", err)
	}
}

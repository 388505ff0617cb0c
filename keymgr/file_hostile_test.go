package keymgr_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/keymgr"
)

// What is no repodata is refused, named, and stays as it is.
func TestFileHostile(t *testing.T) {
	small := `{"packages":{"a.tar.bz2":{"n":1}}`
	for name, c := range map[string]struct {
		file string
		raw  []byte
		want string
	}{
		"cut short":             {"repodata.json", few()[:3000], "repodata.json: line 1"},
		"empty":                 {"repodata.json", nil, "repodata.json: line 1"},
		"deep":                  {"repodata.json", []byte(`{"packages":{"a":{"x":` + strings.Repeat("[", 100000)), "repodata.json"},
		"a member twice":        {"repodata.json", []byte(small + `,"packages":{}}`), "repodata.json: line 1, byte 34: /packages"},
		"a package twice":       {"repodata.json", []byte(`{"packages":{"a":{},"\u0061":{}}}`), "/packages/a"},
		"not an object":         {"repodata.json", []byte(`{"packages":{"a":[]}}`), "a record must be an object"},
		"signatures as a list":  {"repodata.json", []byte(small + `,"signatures":[]}`), "signatures must be an object"},
		"lone surrogate":        {"repodata.json", []byte(`{"packages":{"a":{"x":"\ud800"}}}`), "surrogate"},
		"NaN":                   {"repodata.json", []byte(`{"packages":{"a":{"x":NaN}}}`), "repodata.json"},
		"larger than a float":   {"repodata.json", []byte(`{"packages":{"a":{"x":1e400}}}`), `record of "a"`},
		"a key manager":         {"repodata.json", []byte(`{"packages":{"a":{"type":"key_mgr","\u0064elegations":{}}}}`), "roots and key managers have such a member"},
		"zstd under plain name": {"repodata.json", compressed(t, few()), "this is zstd"},
		"plain under zstd name": {"repodata.json.zst", few(), "this is not zstd"},
		"zstd cut short":        {"repodata.json.zst", compressed(t, few())[:500], "ends too early"},
		"another name":          {"repodata.json.bz2", []byte("BZh"), "neither .json nor .json.zst"},
	} {
		root, dir := folder(t, map[string][]byte{c.file: c.raw})
		rep, err := memorySigner(t).File(t.Context(), keymgr.Files{In: keymgr.Place{Dir: dir, Name: c.file}})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), c.file) || rep.Written != nil {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
		var form *repodata.Error
		var bad *keymgr.MalformedError
		if !errors.As(err, &form) && !errors.As(err, &bad) && name != "another name" {
			t.Errorf("%s: a %T does not say whose fault it is", name, err)
		}
		if names(t, root) != c.file || !bytes.Equal(read(t, root, c.file), c.raw) {
			t.Errorf("%s: something was written: %s", name, names(t, root))
		}
	}
	for name, make := range map[string]func(*os.Root) error{
		"a link":   func(r *os.Root) error { return r.Symlink("other.json", "repodata.json") },
		"a folder": func(r *os.Root) error { return r.Mkdir("repodata.json", 0o755) },
		"nothing":  func(*os.Root) error { return nil },
	} {
		root, dir := folder(t, map[string][]byte{"other.json": few()})
		if err := make(root); err != nil {
			t.Fatal(err)
		}
		if _, err := memorySigner(t).File(t.Context(), keymgr.Files{In: keymgr.Place{Dir: dir, Name: "repodata.json"}}); err == nil || !strings.Contains(err.Error(), "repodata.json") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A zstd bomb is never held.
func TestFileBomb(t *testing.T) {
	if race {
		return // three gigabytes take half a minute then
	}
	bomb := compressed(t, bytes.Repeat([]byte(" "), 3<<20))
	frames := bytes.Repeat(bomb, 1000) // three gigabytes of white space
	root, dir := folder(t, map[string][]byte{"repodata.json.zst": frames})
	_, err := memorySigner(t).File(t.Context(), keymgr.Files{In: keymgr.Place{Dir: dir, Name: "repodata.json.zst"}})
	if err == nil || !strings.Contains(err.Error(), "more than 2147483647 bytes") {
		t.Errorf("%v", err)
	}
	if !bytes.Equal(read(t, root, "repodata.json.zst"), frames) {
		t.Error("it was changed")
	}
}

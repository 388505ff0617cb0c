package keymgr_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/repodata/repodatatest"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/keymgr"
)

// folder is a folder of the system with these files.
func folder(t testing.TB, files map[string][]byte) (*os.Root, safefile.Dir) {
	t.Helper()
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	for name, raw := range files {
		if err := root.WriteFile(name, raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root, safefile.In(root)
}

func read(t testing.TB, root *os.Root, name string) []byte {
	t.Helper()
	raw, err := root.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// names lists what lies in a folder.
func names(t testing.TB, root *os.Root) string {
	t.Helper()
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func compressed(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := repodata.Compress(&b)
	if err == nil {
		_, err = z.Write(text)
		err = errors.Join(err, z.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func expanded(t testing.TB, raw []byte) []byte {
	t.Helper()
	text, err := repodata.Read(bytes.NewReader(raw), int64(len(raw)), repodata.Zstd, 0)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func few() []byte { return repodatatest.Channel{Records: 40, Seed: 3}.Bytes() }

func memorySigner(t testing.TB) *keymgr.Signer {
	t.Helper()
	return signer(t, keymgr.InMemory(inMemory(packages)))
}

func TestFile(t *testing.T) {
	text := few()
	root, dir := folder(t, map[string][]byte{"repodata.json": text, "repodata.json.bz2": nil, "current_repodata.json": nil, "index.html": nil})
	in := keymgr.Files{In: keymgr.Place{Dir: dir, Name: "repodata.json"}}
	if err := root.Chmod("repodata.json", 0o640); err != nil {
		t.Fatal(err)
	}
	s := memorySigner(t)
	rep, err := s.File(t.Context(), in)
	want := keymgr.Report{
		Count: keymgr.Count{Signed: 40}, Bytes: int64(len(text)), Written: []string{"repodata.json"},
		Behind: []string{"repodata.json.bz2", "current_repodata.json"},
	}
	if diff := cmp.Diff(want, rep); diff != "" || err != nil {
		t.Fatalf("%v\n%s", err, diff)
	}
	once, _ := sign(t, s, text)
	if got := read(t, root, "repodata.json"); !bytes.Equal(got, once) {
		t.Errorf("%d bytes, want %d", len(got), len(once))
	}
	before, err := root.Stat("repodata.json")
	if err != nil || before.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v", before.Mode(), err)
	}
	rep, err = s.File(t.Context(), in)
	if err != nil || rep.Written != nil || rep.Behind != nil || rep.Kept != 40 {
		t.Errorf("again: %+v, %v", rep, err)
	}
	if after, err := root.Stat("repodata.json"); err != nil || !os.SameFile(before, after) || !after.ModTime().Equal(before.ModTime()) {
		t.Error("with nothing to do the file was touched")
	}
	if got := names(t, root); got != "current_repodata.json index.html repodata.json repodata.json.bz2" {
		t.Errorf("there is %s", got)
	}
}

func TestFileZstd(t *testing.T) {
	text := few()
	once, _ := sign(t, memorySigner(t), text)
	root, dir := folder(t, map[string][]byte{"repodata.json": text, "repodata.json.zst": compressed(t, text)})
	in := keymgr.Files{In: keymgr.Place{Dir: dir, Name: "repodata.json.zst"}}

	rep, err := memorySigner(t).File(t.Context(), in)
	if diff := cmp.Diff([]string{"repodata.json"}, rep.Behind); err != nil || diff != "" {
		t.Fatalf("%v\n%s", err, diff)
	}
	if got := expanded(t, read(t, root, "repodata.json.zst")); !bytes.Equal(got, once) || !bytes.Equal(read(t, root, "repodata.json"), text) {
		t.Errorf("zstd becomes %d bytes", len(got))
	}
	if _, err := memorySigner(t).File(t.Context(), keymgr.Files{In: in.In, Zstd: true}); err == nil {
		t.Error("zstd of zstd")
	}

	// Both at once, and each once more if it lags behind.
	both := keymgr.Files{In: keymgr.Place{Dir: dir, Name: "repodata.json"}, Zstd: true}
	for i, want := range [][]string{{"repodata.json", "repodata.json.zst"}, nil, {"repodata.json.zst"}, {"repodata.json.zst"}} {
		switch i {
		case 2:
			err = root.Remove("repodata.json.zst")
		case 3:
			err = root.WriteFile("repodata.json.zst", compressed(t, text)[:50], 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		rep, err := memorySigner(t).File(t.Context(), both)
		if diff := cmp.Diff(want, rep.Written); err != nil || diff != "" || rep.Behind != nil {
			t.Errorf("%d: %v, behind %v\n%s", i, err, rep.Behind, diff)
		}
		if !bytes.Equal(read(t, root, "repodata.json"), once) || !bytes.Equal(expanded(t, read(t, root, "repodata.json.zst")), once) {
			t.Errorf("%d: other files than wanted", i)
		}
	}
}

func TestFileOut(t *testing.T) {
	text := few()
	once, _ := sign(t, memorySigner(t), text)
	root, dir := folder(t, map[string][]byte{"repodata.json": text, "signed.json": once, "taken.json": []byte("{}")})
	out, outDir := folder(t, nil)
	for _, c := range []struct {
		in, out string
		dir     safefile.Dir
		to      *os.Root
		want    string // of the error
	}{
		{"repodata.json", "repodata.json", outDir, out, ""},
		{"repodata.json", "repodata.json", outDir, out, ""}, // the same bytes again
		{"repodata.json", "repodata.json.zst", outDir, out, ""},
		{"signed.json", "nothing-to-do.json", outDir, out, ""},
		{"repodata.json", "taken.json", dir, root, "never overwritten"},
		{"repodata.json", "repodata.txt", outDir, out, "neither .json nor .json.zst"},
	} {
		rep, err := memorySigner(t).File(t.Context(), keymgr.Files{In: keymgr.Place{Dir: dir, Name: c.in}, Out: &keymgr.Place{Dir: c.dir, Name: c.out}})
		if c.want != "" {
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %q", c.out, err, c.want)
			}
			continue
		}
		if diff := cmp.Diff([]string{c.out}, rep.Written); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", c.out, err, diff)
			continue
		}
		got := read(t, c.to, c.out)
		if strings.HasSuffix(c.out, ".zst") {
			got = expanded(t, got)
		}
		if !bytes.Equal(got, once) {
			t.Errorf("%s has %d bytes", c.out, len(got))
		}
	}
	if !bytes.Equal(read(t, root, "repodata.json"), text) || names(t, root) != "repodata.json signed.json taken.json" {
		t.Errorf("the old folder was changed: %s", names(t, root))
	}
}

package chain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

// file is a production root of sigstore, or for conda one of the test chain.
func file(t *testing.T, name string) ([]byte, *root.Root) {
	t.Helper()
	raw, err := os.ReadFile("../../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := root.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return raw, r
}

func sigstore(t *testing.T, n int) ([]byte, *root.Root) {
	return file(t, fmt.Sprintf("sigstore/%d.root.json", n))
}

func folder(t *testing.T) *os.Root {
	t.Helper()
	dir, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dir.Close() })
	return dir
}

// lay writes roots of sigstore as files: a name, or a name and the version that
// it holds.
func lay(t *testing.T, dir *os.Root, files string) {
	t.Helper()
	for _, f := range strings.Fields(files) {
		name, holds, given := strings.Cut(f, "=")
		if !given {
			holds, _, _ = strings.Cut(name, ".")
		}
		raw, _ := file(t, "sigstore/"+holds+".root.json")
		if err := dir.WriteFile(name, raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// lies is what lay would write to get what is in the folder.
func lies(t *testing.T, dir *os.Root) string {
	t.Helper()
	entries, err := fs.ReadDir(dir.FS(), ".")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		name := e.Name()
		raw, err := dir.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := root.Parse(raw)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if Name(r.Version) != name {
			name += fmt.Sprintf("=%d", r.Version)
		}
		out = append(out, name)
	}
	return strings.Join(out, " ")
}

func TestVersion(t *testing.T) {
	for name, want := range map[string]int64{
		"1.root.json": 1, "15.root.json": 15, "9223372036854775807.root.json": 1<<63 - 1,
		"01.root.json": 0, "0.root.json": 0, "-1.root.json": 0, "+1.root.json": 0, " 1.root.json": 0, "1_0.root.json": 0,
		"9.root.json.bak": 0, "9.Root.json": 0, "root.json": 0, ".root.json": 0, "1.2.root.json": 0, "٣.root.json": 0,
		"9223372036854775808.root.json": 0, "0x1.root.json": 0, "1.root.json ": 0, "x1.root.json": 0, "": 0,
	} {
		got, ok := Version(name)
		if got != want || ok != (want > 0) {
			t.Errorf("%q: got %d, %v; want %d", name, got, ok, want)
		}
	}
}

func TestNewest(t *testing.T) {
	tests := []struct {
		name  string
		files string
		want  int64
		err   string
	}{
		{"empty", "", 0, ""},
		{"one", "1.root.json", 1, ""},
		{"ten is more than nine", "8.root.json 9.root.json 10.root.json", 10, ""},
		{"other names are passed over", "1.root.json 02.root.json=2 9.root.json.bak=9 root.json=3", 1, ""},
		{"a hole", "1.root.json 2.root.json 4.root.json", 0, "3.root.json: missing, though 4.root.json is there"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := folder(t)
			lay(t, dir, tt.files)
			n, raw, err := Open(dir).Newest()
			if n != tt.want || (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Fatalf("got %d, %v; want %d, %q", n, err, tt.want, tt.err)
			}
			var want []byte
			if n > 0 {
				want, _ = sigstore(t, int(n))
			}
			if !slices.Equal(raw, want) {
				t.Error("the bytes are not those of the file")
			}
		})
	}
}

func TestNewestOddFiles(t *testing.T) {
	dir := folder(t)
	lay(t, dir, "1.root.json")
	if err := dir.Symlink("1.root.json", "2.root.json"); err != nil {
		t.Skip("no links here:", err)
	}
	if _, _, err := Open(dir).Newest(); !errors.Is(err, safefile.ErrNotRegular) {
		t.Errorf("a link: got %v", err)
	}
	if err := errors.Join(dir.Remove("2.root.json"), dir.WriteFile("2.root.json", make([]byte, root.MaxSize+1), 0o644)); err != nil {
		t.Fatal(err)
	}
	var large *safefile.TooLargeError
	if _, _, err := Open(dir).Newest(); !errors.As(err, &large) {
		t.Errorf("too large: got %v", err)
	}
}

func TestRead(t *testing.T) {
	dir := folder(t)
	lay(t, dir, "1.root.json")
	c := Open(dir)
	want, _ := sigstore(t, 1)
	if got, err := c.Read(context.Background(), "1.root.json", root.MaxSize); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %d bytes, %v", len(got), err)
	}
	if _, err := c.Read(context.Background(), "2.root.json", root.MaxSize); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent: got %v", err)
	}
	if _, err := c.Read(context.Background(), "1.root.json", 100); !errors.Is(err, root.ErrTooLarge) {
		t.Errorf("too large: got %v", err)
	}
	if _, err := c.Read(context.Background(), "../1.root.json", root.MaxSize); !errors.Is(err, safefile.ErrName) {
		t.Errorf("a path: got %v", err)
	}
	done, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Read(done, "1.root.json", root.MaxSize); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
}

// Append, from every state that a killed writer can leave behind, and from
// some that it cannot.
func TestAppend(t *testing.T) {
	tests := []struct {
		name    string
		before  string
		append  int
		after   string // same as before, if there is an error
		written string
		err     string
	}{
		{"genesis", "", 1, "1.root.json root.json=1", "1.root.json root.json", ""},
		{"successor", "1.root.json root.json=1", 2, "1.root.json 2.root.json root.json=2", "2.root.json root.json", ""},
		{"again", "1.root.json 2.root.json root.json=2", 2, "1.root.json 2.root.json root.json=2", "", ""},
		{"again, an older one", "1.root.json 2.root.json root.json=2", 1, "1.root.json 2.root.json root.json=2", "", ""},
		{"killed before root.json", "1.root.json 2.root.json root.json=1", 2, "1.root.json 2.root.json root.json=2", "root.json", ""},
		{"killed before the first root.json", "1.root.json", 1, "1.root.json root.json=1", "root.json", ""},
		{"killed, and an older one again", "1.root.json 2.root.json root.json=1", 1, "1.root.json 2.root.json root.json=2", "root.json", ""},
		{"ten comes after nine", "8.root.json 9.root.json root.json=9", 10, "10.root.json 8.root.json 9.root.json root.json=10", "10.root.json root.json", ""},
		{"not the first", "", 2, "", "", "2.root.json: the folder has no roots yet: append 1.root.json first"},
		{"a gap", "1.root.json root.json=1", 3, "", "", "3.root.json: the folder has versions 1 to 1: append 2.root.json first"},
		{"below the oldest", "3.root.json root.json=3", 2, "", "", "2.root.json: the folder has versions 3 to 3: nothing is put below them"},
		{"into a hole", "1.root.json 3.root.json root.json=3", 2, "", "", "2.root.json: missing"},
		{"over another root", "1.root.json 2.root.json=3 root.json=1", 2, "", "", "2.root.json: exists with other bytes"},
		{"root.json ahead", "1.root.json root.json=3", 2, "", "", "root.json: holds version 3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := folder(t)
			lay(t, dir, tt.before)
			before := lies(t, dir)
			raw, r := sigstore(t, tt.append)
			written, err := Open(dir).Append(raw, r)
			want := tt.after
			if tt.err != "" {
				want = before
			}
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("got %v, want %q", err, tt.err)
			}
			if got := strings.Join(written, " "); got != tt.written {
				t.Errorf("wrote %q, want %q", got, tt.written)
			}
			if got := lies(t, dir); got != want {
				t.Errorf("in the folder is %q, want %q", got, want)
			}
		})
	}
}

func TestAppendConda(t *testing.T) {
	dir := folder(t)
	for n := 1; n <= 3; n++ {
		raw, r := file(t, fmt.Sprintf("conda-test-chain/%d.root.json", n))
		written, err := Open(dir).Append(raw, r)
		if err != nil || !slices.Equal(written, []string{Name(int64(n))}) {
			t.Errorf("%d: wrote %q, %v", n, written, err)
		}
	}
	if got := lies(t, dir); got != "1.root.json 2.root.json 3.root.json" {
		t.Errorf("in the folder is %q", got)
	}
}

// The whole production chain, root after root.
func TestAppendChain(t *testing.T) {
	dir := folder(t)
	for n := 1; n <= 15; n++ {
		raw, r := sigstore(t, n)
		if _, err := Open(dir).Append(raw, r); err != nil {
			t.Fatal(err)
		}
		newest, got, err := Open(dir).Newest()
		if err != nil || newest != int64(n) || !slices.Equal(got, raw) {
			t.Fatalf("newest is %d, %v", newest, err)
		}
	}
	current, err := dir.ReadFile(Current)
	want, _ := sigstore(t, 15)
	if err != nil || !slices.Equal(current, want) {
		t.Errorf("root.json is not the newest: %v", err)
	}
}

// What is refused leaves everything as it was.
func TestAppendRefuses(t *testing.T) {
	raw1, r1 := sigstore(t, 1)
	raw2, r2 := sigstore(t, 2)
	rival := bytes.Replace(raw1, []byte(`"expires": "20`), []byte(`"expires": "21`), 1)
	tests := []struct {
		name string
		lay  func(dir *os.Root) error
		raw  []byte
		r    *root.Root
		as   any
		is   error
	}{
		{"bytes of another root", nil, raw1, r2, nil, nil},
		{"bytes of no root", nil, []byte("{}"), r1, new(*root.ParseError), nil},
		{"too large", nil, append(slices.Clone(raw1), make([]byte, root.MaxSize)...), r1, nil, nil},
		{"other bytes of the same root", func(d *os.Root) error { return d.WriteFile("1.root.json", append(slices.Clone(raw1), '\n'), 0o644) }, raw1, r1, new(*safefile.ExistsError), nil},
		{"root.json is a folder", func(d *os.Root) error { return d.Mkdir(Current, 0o755) }, raw1, r1, nil, safefile.ErrNotRegular},
		{"root.json is no root", func(d *os.Root) error { return d.WriteFile(Current, []byte("{}"), 0o644) }, raw1, r1, new(*root.ParseError), nil},
		{"root.json is another root", func(d *os.Root) error { return d.WriteFile(Current, rival, 0o644) }, raw1, r1, new(*CurrentError), nil},
		{"root.json is ahead", func(d *os.Root) error { return d.WriteFile(Current, raw2, 0o644) }, raw1, r1, new(*CurrentError), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := folder(t)
			if tt.lay != nil {
				if err := tt.lay(dir); err != nil {
					t.Fatal(err)
				}
			}
			before := snapshot(t, dir)
			written, err := Open(dir).Append(tt.raw, tt.r)
			if err == nil || len(written) > 0 {
				t.Fatalf("wrote %q, %v", written, err)
			}
			if tt.as != nil && !errors.As(err, tt.as) || tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("got %v (%T)", err, err)
			}
			if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
				t.Errorf("changed:\n%s", diff)
			}
		})
	}
}

func snapshot(t *testing.T, dir *os.Root) map[string]string {
	t.Helper()
	out := make(map[string]string)
	entries, err := fs.ReadDir(dir.FS(), ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		raw, _ := dir.ReadFile(e.Name()) // none of a folder
		out[e.Name()] = string(raw)
	}
	return out
}

// Several writers at once: whatever each is told, one more call of each version leaves
// the chain whole.
func TestAppendTogether(t *testing.T) {
	dir := folder(t)
	lay(t, dir, "1.root.json root.json=1")
	var raws [7][]byte
	var roots [7]*root.Root
	for n := 2; n <= 6; n++ {
		raws[n], roots[n] = sigstore(t, n)
	}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for n := 2; n <= 6; n++ {
				_, _ = Open(dir).Append(raws[n], roots[n]) // may be told to come again
			}
		})
	}
	all.Wait()
	for n := 2; n <= 6; n++ {
		if _, err := Open(dir).Append(raws[n], roots[n]); err != nil {
			t.Errorf("once more: %v", err)
		}
	}
	if got := lies(t, dir); got != "1.root.json 2.root.json 3.root.json 4.root.json 5.root.json 6.root.json root.json=6" {
		t.Errorf("in the folder is %q", got)
	}
}

package safefile

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// folder opens a fresh folder.
func folder(t *testing.T) *os.Root {
	t.Helper()
	dir, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { dir.Close() })
	return dir
}

// names lists what lies in dir.
func names(t *testing.T, dir *os.Root) []string {
	t.Helper()
	entries, err := fs.ReadDir(dir.FS(), ".")
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// placers are the ways to give a file its name; all keep the same promises.
var placers = map[string]func(Dir, string, string) (bool, error){
	"as the system does": place,
	"rename without replacing": func(dir Dir, temp, name string) (bool, error) {
		return false, placeUnlinked(dir, temp, name)
	},
	"empty file taken first": func(dir Dir, temp, name string) (bool, error) {
		return false, placeUnlinked(plain{dir}, temp, name)
	},
}

// plain is a folder whose file system cannot rename without replacing.
type plain struct{ Dir }

func (plain) RenameNew(string, string) error { return errors.ErrUnsupported }

func TestCreate(t *testing.T) {
	for name, placer := range placers {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			w := writer{dir: In(dir), done: nothing, place: placer}
			if err := w.create("1.root.json", []byte("one"), 0o640); err != nil {
				t.Fatal(err)
			}
			if err := w.create("1.root.json", []byte("one"), 0o640); err != nil {
				t.Errorf("the same bytes again: %v", err)
			}
			err := w.create("1.root.json", []byte("two"), 0o640)
			want := &ExistsError{Name: "1.root.json", Have: sha256.Sum256([]byte("one")), Want: sha256.Sum256([]byte("two"))}
			var got *ExistsError
			if !errors.As(err, &got) || *got != *want {
				t.Errorf("other bytes: got %v, want %v", err, want)
			}
			if raw, err := Read(In(dir), "1.root.json", 3); err != nil || string(raw) != "one" {
				t.Errorf("read %q, %v", raw, err)
			}
			if diff := cmp.Diff([]string{"1.root.json"}, names(t, dir)); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
		})
	}
}

// Somebody else takes the name after we looked and before we place.
func TestCreateRace(t *testing.T) {
	for name, placer := range placers {
		t.Run(name, func(t *testing.T) {
			for theirs, wantErr := range map[string]bool{"mine": false, "theirs": true} {
				dir := folder(t)
				w := writer{dir: In(dir), place: placer, done: func(s step) error {
					if s == stepClose {
						return dir.WriteFile("f", []byte(theirs), 0o644)
					}
					return nil
				}}
				err := w.create("f", []byte("mine"), 0o644)
				var exists *ExistsError
				if errors.As(err, &exists) != wantErr {
					t.Errorf("%s: got %v", theirs, err)
				}
				if raw, _ := dir.ReadFile("f"); string(raw) != theirs {
					t.Errorf("%s: overwritten with %q", theirs, raw)
				}
				if got := names(t, dir); len(got) != 1 {
					t.Errorf("%s: left over: %v", theirs, got)
				}
			}
		})
	}
}

// Many write different bytes under one name: exactly one wins, and whole.
func TestCreateTogether(t *testing.T) {
	for name, placer := range placers {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			var wg sync.WaitGroup
			won := make([]bool, 16)
			for i := range won {
				wg.Go(func() {
					w := writer{dir: In(dir), done: nothing, place: placer}
					won[i] = w.create("f", bytes.Repeat([]byte{byte(i)}, 5000), 0o644) == nil
				})
			}
			wg.Wait()
			raw, err := dir.ReadFile("f")
			if err != nil || len(raw) != 5000 {
				t.Fatalf("%d bytes, %v", len(raw), err)
			}
			for i, ok := range won {
				if ok != (raw[0] == byte(i)) {
					t.Errorf("writer %d: success is %v, the file is of writer %d", i, ok, raw[0])
				}
			}
		})
	}
}

func TestReplace(t *testing.T) {
	dir := folder(t)
	for _, data := range []string{"one", "", "three"} {
		if err := Replace(In(dir), "root.json", []byte(data)); err != nil {
			t.Fatal(err)
		}
		if raw, err := Read(In(dir), "root.json", 5); err != nil || string(raw) != data {
			t.Errorf("read %q, %v; want %q", raw, err, data)
		}
	}
	if err := dir.Chmod("root.json", 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Replace(In(dir), "root.json", []byte("four")); err != nil {
		t.Fatal(err)
	}
	if info, _ := dir.Lstat("root.json"); info.Mode().Perm() != 0o600 {
		t.Errorf("permissions became %v", info.Mode())
	}
	if got := names(t, dir); len(got) != 1 {
		t.Errorf("left over: %v", got)
	}
}

// Each step fails once: what stood before still stands, and a second try works.
func TestFailure(t *testing.T) {
	full := errors.New("no space left on device")
	for _, at := range []step{stepCreate, stepWrite, stepSync, stepClose, stepPlace, stepTidy, stepSyncFolder, stepReadBack} {
		t.Run(string(at), func(t *testing.T) {
			dir := folder(t)
			w := writer{dir: In(dir), place: place, done: func(s step) error {
				if s == at {
					return full
				}
				return nil
			}}
			if err := w.create("f", []byte("new"), 0o644); !errors.Is(err, full) {
				t.Errorf("got %v, want %v", err, full)
			}
			if raw, err := dir.ReadFile("f"); err == nil && string(raw) != "new" {
				t.Errorf("half a file: %q", raw)
			}
			if err := Create(In(dir), "f", []byte("new"), 0o644); err != nil {
				t.Errorf("second try: %v", err)
			}
			before := at == stepCreate || at == stepWrite || at == stepSync || at == stepClose
			if got := names(t, dir); before && len(got) != 1 {
				t.Errorf("left over: %v", got)
			}
		})
	}
}

func TestNames(t *testing.T) {
	for _, name := range []string{"", ".", "..", "a/b", "../a", "/a", `a\b`, "a\x00", ".tmp-a"} {
		dir := folder(t)
		if err := Create(In(dir), name, nil, 0o644); !errors.Is(err, ErrName) {
			t.Errorf("create %q: %v", name, err)
		}
		if err := Replace(In(dir), name, nil); !errors.Is(err, ErrName) {
			t.Errorf("replace %q: %v", name, err)
		}
		if _, err := Read(In(dir), name, 1); !errors.Is(err, ErrName) {
			t.Errorf("read %q: %v", name, err)
		}
	}
}

func TestRead(t *testing.T) {
	dir := folder(t)
	if err := dir.WriteFile("f", []byte("12345"), 0o644); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		file string
		max  int64
		want string // of the error
	}{
		{"fits exactly", "f", 5, ""},
		{"no limit to speak of", "f", 1<<63 - 1, ""},
		{"one too many", "f", 4, "f: larger than the 4 bytes accepted here"},
		{"missing", "g", 4, "g: no such file or directory"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			raw, err := Read(In(dir), tt.file, tt.max)
			checkRead(t, raw, err, tt.want)
			path := filepath.Join(dir.Name(), tt.file)
			raw, err = ReadPath(path, tt.max)
			if tt.want != "" {
				tt.want = filepath.Join(dir.Name(), "") + "/" + tt.want
			}
			checkRead(t, raw, err, tt.want)
		})
	}
	var large *TooLargeError
	if _, err := Read(In(dir), "f", 0); !errors.As(err, &large) || large.Max != 0 {
		t.Errorf("got %v, want a TooLargeError", err)
	}
	if _, err := Read(In(dir), "g", 0); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, want it to be ErrNotExist", err)
	}
}

func checkRead(t *testing.T, raw []byte, err error, want string) {
	t.Helper()
	if want == "" && (err != nil || string(raw) != "12345") {
		t.Errorf("read %q, %v", raw, err)
	}
	if want != "" && (err == nil || err.Error() != want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestSweep(t *testing.T) {
	dir := folder(t)
	for _, name := range []string{".tmp-ABC", ".tmpx", "f"} {
		if err := dir.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	swept, err := Sweep(In(dir))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{".tmp-ABC"}, swept); diff != "" {
		t.Errorf("swept (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{".tmpx", "f"}, names(t, dir)); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func TestOpenDir(t *testing.T) {
	path := t.TempDir()
	if err := os.WriteFile(path+"/f", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	dir, err := OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	if diff := cmp.Diff([]string{"f"}, names(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := OpenDir(path + "/f"); !errors.Is(err, ErrNotFolder) || err.Error() != path+"/f: not a folder but a file" {
		t.Errorf("a file: %v", err)
	}
	if _, err := OpenDir(path + "/absent"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing there: %v", err)
	}
}

func TestExistsErrorText(t *testing.T) {
	err := (&ExistsError{Name: "2.root.json", Have: [32]byte{0xaa}, Want: [32]byte{0xbb}}).Error()
	for _, want := range []string{"2.root.json", "aa0000", "bb0000", "move"} {
		if !strings.Contains(err, want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}

package safefile

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strings"
	"sync/atomic"
	"testing"
)

// pieces writes data a few bytes at a time.
func pieces(t *testing.T, d *Draft, data []byte) {
	t.Helper()
	for len(data) > 0 {
		n, err := d.Write(data[:min(len(data), 777)])
		if err != nil {
			t.Fatal(err)
		}
		data = data[n:]
	}
}

func begin(t *testing.T, dir *os.Root, name string) *Draft {
	t.Helper()
	d, err := Begin(In(dir), name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Discard)
	return d
}

func TestDraft(t *testing.T) {
	dir, data := folder(t), bytes.Repeat([]byte("0123456789"), 50_000)
	d := begin(t, dir, "f")
	pieces(t, d, data)
	if got := names(t, dir); len(got) != 1 || !Temporary(got[0]) {
		t.Errorf("before it is whole there is %q", got)
	}
	if err := d.Create(); err != nil {
		t.Fatal(err)
	}
	d.Discard() // which is nothing any more
	if raw, err := dir.ReadFile("f"); err != nil || !bytes.Equal(raw, data) {
		t.Errorf("%d bytes, %v", len(raw), err)
	}

	again := begin(t, dir, "f")
	pieces(t, again, data)
	if err := again.Create(); err != nil {
		t.Errorf("the same bytes again: %v", err)
	}
	other := begin(t, dir, "f")
	pieces(t, other, data[1:])
	var exists *ExistsError
	if err := other.Create(); !errors.As(err, &exists) || exists.Have == exists.Want {
		t.Errorf("other bytes: %v", err)
	}
	if err := dir.Chmod("f", 0o600); err != nil {
		t.Fatal(err)
	}
	other = begin(t, dir, "f")
	pieces(t, other, data[1:])
	if err := other.Replace(); err != nil {
		t.Fatal(err)
	}
	if info, err := dir.Lstat("f"); err != nil || info.Mode().Perm() != 0o600 || info.Size() != int64(len(data)-1) {
		t.Errorf("%v, %v", info, err)
	}
	begin(t, dir, "f").Discard()
	if got := strings.Join(names(t, dir), " "); got != "f" {
		t.Errorf("left over: %s", got)
	}
}

// A draft whose write failed never gets its name, even if nobody looked.
func TestDraftFailed(t *testing.T) {
	for name, end := range map[string]func(*Draft) error{"replace": (*Draft).Replace, "create": (*Draft).Create} {
		dir := folder(t)
		if err := dir.WriteFile("f", []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
		d, err := Begin(narrow{In(dir)}, "f")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = d.Write(make([]byte, 500))
		_, _ = d.Write(make([]byte, 600)) // fails
		_, _ = d.Write([]byte("fits"))
		if err := end(d); !errors.Is(err, errNarrow) {
			t.Errorf("%s: %v", name, err)
		}
		if raw, err := dir.ReadFile("f"); string(raw) != "old" {
			t.Errorf("%s: %q, %v", name, raw, err)
		}
		if got := strings.Join(names(t, dir), " "); got != "f" {
			t.Errorf("%s: left over: %s", name, got)
		}
	}
}

// A narrow folder has files of 1,000 bytes at most.
type narrow struct{ Dir }

var errNarrow = errors.New("no space left on device")

func (n narrow) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	f, err := n.Dir.OpenFile(name, flag, perm)
	return &narrowFile{File: f}, err
}

type narrowFile struct {
	File
	size int
}

func (f *narrowFile) Write(p []byte) (int, error) {
	if f.size+len(p) > 1000 {
		return 0, errNarrow
	}
	f.size += len(p)
	return f.File.Write(p)
}

// What does not come back as it was written is told.
func TestDraftReadBack(t *testing.T) {
	for what, spoil := range map[string]func(*os.Root) error{
		"changed": func(dir *os.Root) error { return dir.WriteFile("f", []byte("nex"), 0o644) },
		"longer":  func(dir *os.Root) error { return dir.WriteFile("f", []byte("new."), 0o644) },
		"shorter": func(dir *os.Root) error { return dir.WriteFile("f", []byte("ne"), 0o644) },
	} {
		dir := folder(t)
		w := writer{dir: In(dir), place: place, done: func(s step) error {
			if s == stepSyncFolder {
				return spoil(dir)
			}
			return nil
		}}
		if err := w.replace("f", []byte("new")); err == nil || !strings.Contains(err.Error(), "other bytes came back") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestDraftRefuses(t *testing.T) {
	dir := folder(t)
	if err := dir.Mkdir("folder", 0o755); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]error{"folder": ErrNotRegular, "../f": ErrName, ".tmp-f": ErrName} {
		if _, err := Begin(In(dir), name); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is being written is not swept away, by whomever; what was left is.
func TestSweepIdle(t *testing.T) {
	dir := folder(t)
	d := begin(t, dir, "f")
	pieces(t, d, []byte("new"))
	empty := begin(t, dir, "g")
	for name, data := range map[string]string{".tmp-left": "half", ".tmp-empty": "", "h": "kept"} {
		if err := dir.WriteFile(name, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	swept, err := SweepIdle(In(dir))
	if err != nil || len(swept) != 1 || swept[0] != ".tmp-left" {
		t.Errorf("swept %v, %v", swept, err)
	}
	if err := errors.Join(d.Replace(), empty.Replace()); err != nil {
		t.Error(err)
	}
	if got := strings.Join(names(t, dir), " "); got != ".tmp-empty f g h" {
		t.Errorf("there is %s", got)
	}
}

// A large file is brought onto the medium while it is written; an error of that is
// not lost, though the system tells it once only.
func TestDraftFlushes(t *testing.T) {
	for name, fails := range map[string]bool{"well": false, "badly": true} {
		dir := folder(t)
		once := &syncing{Dir: In(dir), fails: fails}
		d, err := Begin(once, "f")
		if err != nil {
			t.Fatal(err)
		}
		piece := make([]byte, 8<<20)
		for range 9 {
			if _, err := d.Write(piece); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.Replace(); errors.Is(err, errSync) != fails {
			t.Errorf("%s: %v", name, err)
		}
		if n := once.syncs.Load(); !fails && n < 2 {
			t.Errorf("%s: synced %d times", name, n)
		}
		if left := strings.Join(names(t, dir), " "); fails && left != "" || !fails && left != "f" {
			t.Errorf("%s: there is %s", name, left)
		}
	}
}

// A syncing folder counts the syncs of its files; the first may fail.
type syncing struct {
	Dir
	fails bool
	syncs atomic.Int64
}

var errSync = errors.New("input/output error")

func (s *syncing) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	f, err := s.Dir.OpenFile(name, flag, perm)
	return syncingFile{f, s}, err
}

type syncingFile struct {
	File
	of *syncing
}

func (f syncingFile) Sync() error {
	if f.of.syncs.Add(1) == 1 && f.of.fails {
		return errSync
	}
	return f.File.Sync()
}

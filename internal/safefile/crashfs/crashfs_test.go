package crashfs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"slices"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/safefile"
)

// outcomes draws many times what a power cut leaves, and counts what look makes
// of it.
func outcomes(m *FS, look func(*FS) string) map[string]int {
	seen := make(map[string]int)
	for seed := range uint64(2000) {
		seen[look(m.Crash(rand.New(rand.NewPCG(seed, 0))))]++
	}
	return seen
}

// content tells a file made of one repeated byte.
func content(name string) func(*FS) string {
	return func(m *FS) string {
		raw := m.Get(name)
		if raw == nil {
			return "absent"
		}
		if len(raw) == 0 {
			return "empty"
		}
		if len(bytes.Trim(raw, string(raw[:1]))) == 0 {
			return fmt.Sprintf("%d of %q", len(raw), raw[0])
		}
		return "mixed"
	}
}

// write makes or opens a file, writes to it, and syncs it or not.
func write(t *testing.T, dir safefile.Dir, name string, b byte, size int, sync bool) {
	t.Helper()
	f, err := dir.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(bytes.Repeat([]byte{b}, size))
	if sync {
		err = errors.Join(err, f.Sync())
	}
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

// Writers that leave a step out lose what they wrote; one that takes all of
// them does not.
func TestWriters(t *testing.T) {
	const old, full = "3000 of 'o'", "3000 of 'n'"
	tests := []struct {
		name  string
		write func(t *testing.T, dir safefile.Dir)
		must  []string // outcomes that have to occur
		only  []string // and none but these, if any
	}{
		{"nothing synced", func(t *testing.T, dir safefile.Dir) {
			write(t, dir, "f", 'n', 3000, false)
		}, []string{old, full, "empty", "mixed"}, nil},
		{"new name, nothing synced", func(t *testing.T, dir safefile.Dir) {
			write(t, dir, "g", 'n', 3000, false)
			must(t, dir.Rename("g", "f"))
		}, []string{old, full, "empty", "mixed"}, nil},
		{"renamed before the bytes are synced, folder synced", func(t *testing.T, dir safefile.Dir) {
			write(t, dir, "g", 'n', 3000, false)
			must(t, dir.Rename("g", "f"), dir.Sync())
		}, []string{full, "empty", "mixed"}, nil},
		{"bytes synced, folder not", func(t *testing.T, dir safefile.Dir) {
			write(t, dir, "g", 'n', 3000, true)
			must(t, dir.Rename("g", "f"))
		}, []string{old, full}, []string{old, full}},
		{"overwritten in place and synced", func(t *testing.T, dir safefile.Dir) {
			write(t, dir, "f", 'n', 3000, true)
		}, []string{full}, []string{full}},
		{"removed, folder not synced", func(t *testing.T, dir safefile.Dir) {
			must(t, dir.Remove("f"))
		}, []string{old, "absent"}, []string{old, "absent"}},
		{"removed", func(t *testing.T, dir safefile.Dir) {
			must(t, dir.Remove("f"), dir.Sync())
		}, []string{"absent"}, []string{"absent"}},
		{"all of it", func(t *testing.T, dir safefile.Dir) {
			write(t, dir, "g", 'n', 3000, true)
			must(t, dir.Rename("g", "f"), dir.Sync())
		}, []string{full}, []string{full}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := New(Links)
			m.Put("f", bytes.Repeat([]byte("o"), 3000))
			tt.write(t, m.Open())
			seen := outcomes(m, content("f"))
			for _, want := range tt.must {
				if seen[want] == 0 {
					t.Errorf("never %s: %v", want, seen)
				}
			}
			for got := range seen {
				if tt.only != nil && !slices.Contains(tt.only, got) {
					t.Errorf("got %s: %v", got, seen)
				}
			}
		})
	}
}

// Of what is not synced any part may be there: any block, any size, any half of
// a rename, a later name without an earlier one.
func TestIndependence(t *testing.T) {
	m := New(Links)
	m.Put("a", nil)
	m.Put("f", bytes.Repeat([]byte("o"), 4*blockSize))
	dir := m.Open()
	f, err := dir.OpenFile("f", os.O_RDWR, 0)
	must(t, err)
	_, err = f.WriteAt(bytes.Repeat([]byte("n"), 3*blockSize), 0)
	must(t, err, f.Truncate(2*blockSize), dir.Rename("a", "b"))
	write(t, dir, "c", 'c', 10, true)
	seen := outcomes(m, func(m *FS) string {
		raw := m.Get("f")
		blocks := ""
		for i := 0; i < len(raw); i += blockSize {
			blocks += string(raw[i])
		}
		return fmt.Sprintf("%s %v %v %v", blocks, m.Get("a") != nil, m.Get("b") != nil, m.Get("c") != nil)
	})
	blocks, names := make(map[string]bool), make(map[string]bool)
	for s := range seen {
		var b, n string
		if _, err := fmt.Sscanf(s, "%s", &b); err != nil {
			t.Fatal(err)
		}
		n = s[len(b):]
		blocks[b], names[n] = true, true
	}
	for _, want := range []string{"oooo", "nnno", "noo" + "o", "onoo", "oono", "oo", "nn", "no", "on"} {
		if !blocks[want] {
			t.Errorf("never %s: %v", want, blocks)
		}
	}
	if len(names) != 8 {
		t.Errorf("%d of 8 ways that names are found: %v", len(names), names)
	}
}

// A size can be there without its bytes: zeros then, or garbage.
func TestSizeWithoutBytes(t *testing.T) {
	m := New(Links)
	m.Put("f", []byte("old"))
	f, err := m.Open().OpenFile("f", os.O_RDWR, 0)
	must(t, err)
	_, err = f.WriteAt(bytes.Repeat([]byte("n"), 2*blockSize), 3)
	must(t, err)
	seen := outcomes(m, func(m *FS) string {
		raw := m.Get("f")
		switch {
		case len(raw) < 3 || string(raw[:3]) != "old":
			return "lost"
		case len(raw) == 3:
			return "old"
		case len(raw) != 3+2*blockSize:
			return "other size"
		case !bytes.Contains(raw[blockSize:], []byte{0}) && bytes.Contains(raw, []byte("\n")):
			return "garbage"
		case bytes.Count(raw[blockSize:], []byte{0}) >= blockSize:
			return "zeros"
		}
		return "more"
	})
	for _, never := range []string{"lost", "other size"} {
		if seen[never] > 0 {
			t.Errorf("%s: %v", never, seen)
		}
	}
	for _, want := range []string{"old", "zeros", "more"} {
		if seen[want] == 0 {
			t.Errorf("never %s: %v", want, seen)
		}
	}
}

// A sync that failed takes the bytes for written: the next one succeeds, and
// only what was written again is there.
func TestFailedSync(t *testing.T) {
	m := New(Links)
	m.Put("f", bytes.Repeat([]byte("o"), 100))
	f, err := m.Open().OpenFile("f", os.O_RDWR, 0)
	must(t, err)
	fresh := bytes.Repeat([]byte("n"), 200)
	_, err = f.WriteAt(fresh, 0)
	must(t, err)
	m.Fail(Once(m.Ops()+1, syscall.EIO))
	if err := f.Sync(); !errors.Is(err, syscall.EIO) {
		t.Fatalf("got %v", err)
	}
	must(t, f.Sync())
	if raw := m.Get("f"); !bytes.Equal(raw, fresh) {
		t.Errorf("programs read %q", raw)
	}
	if seen := outcomes(m, content("f")); seen["100 of 'o'"] == 0 {
		t.Errorf("nothing was lost: %v", seen)
	}
	_, err = f.WriteAt(fresh, 0)
	must(t, err, f.Sync())
	if seen := outcomes(m, content("f")); len(seen) != 1 || seen["200 of 'n'"] == 0 {
		t.Errorf("written again: %v", seen)
	}
}

// The operation in which the power goes may be done or not, a sync among them,
// and all later ones fail.
func TestCutAt(t *testing.T) {
	steps := func(dir safefile.Dir) error {
		f, err := dir.OpenFile("f", os.O_WRONLY|os.O_CREATE, 0o644)
		if err != nil {
			return err
		}
		_, err = f.Write(make([]byte, 2000))
		return errors.Join(err, f.Sync(), dir.Sync(), f.Close())
	}
	for n, want := range [][]string{1: {"absent"}, {"absent"}, {"absent"}, {"absent", "2000 of '\\x00'"}, {"2000 of '\\x00'"}} {
		if n == 0 {
			continue
		}
		m := New(Links)
		m.CutAt(n)
		dir := m.Open()
		err := steps(dir)
		if n < 5 && !errors.Is(err, ErrCut) || n == 5 && err != nil || m.IsCut() != (n < 5) {
			t.Errorf("%d: %v, cut %v", n, err, m.IsCut())
		}
		if _, err := dir.Lstat("f"); n < 5 && !errors.Is(err, ErrCut) {
			t.Errorf("%d: looked afterwards: %v", n, err)
		}
		seen := outcomes(m, content("f"))
		for _, w := range want {
			if seen[w] == 0 {
				t.Errorf("%d: never %s: %v", n, w, seen)
			}
		}
	}
}

// A killed process loses its locks and its open files, not what it wrote.
func TestKill(t *testing.T) {
	m := New(Links)
	dir := m.Open()
	f, err := dir.OpenFile("f", os.O_RDWR|os.O_CREATE, 0o644)
	must(t, err, f.Lock())
	_, err = f.Write([]byte("text"))
	must(t, err)
	again, err := m.Open().OpenFile("f", os.O_RDWR, 0)
	must(t, err)
	if err := again.Lock(); err != safefile.ErrLocked {
		t.Errorf("locked twice: %v", err)
	}
	m.Kill()
	if _, err := f.Write([]byte("x")); !errors.Is(err, ErrCut) {
		t.Errorf("the dead write: %v", err)
	}
	again, err = m.Open().OpenFile("f", os.O_RDWR, 0)
	must(t, err, again.Lock())
	if raw, err := io.ReadAll(again); err != nil || string(raw) != "text" {
		t.Errorf("%q, %v", raw, err)
	}
	if seen := outcomes(m, content("f")); seen["absent"] == 0 {
		t.Errorf("a kill has synced: %v", seen)
	}
}

// The same seed draws the same.
func TestSeed(t *testing.T) {
	m := New(Links)
	write(t, m.Open(), "f", 'x', 5000, false)
	write(t, m.Open(), "g", 'x', 5000, false)
	for seed := range uint64(50) {
		a, b := m.Crash(rand.New(rand.NewPCG(seed, 1))), m.Crash(rand.New(rand.NewPCG(seed, 1)))
		if diff := cmp.Diff(a.Names(), b.Names()); diff != "" || !bytes.Equal(a.Get("f"), b.Get("f")) {
			t.Fatalf("seed %d: %s", seed, diff)
		}
	}
}

// Each fault, as a program sees it, and what is done of the operation.
func TestFaults(t *testing.T) {
	tests := []struct {
		name  string
		fault func(n int) func(Op) *Fault
		want  string // what each operation says
	}{
		{"full", func(n int) func(Op) *Fault { return Full(n, false) }, "write: 0 ENOSPC, sync ok, stat ok, rename ok, create ENOSPC, look ok, sync folder ok"},
		{"short", func(n int) func(Op) *Fault { return Full(n, true) }, "write: 5 ENOSPC, sync ok, stat ok, rename ok, create ENOSPC, look ok, sync folder ok"},
		{"read-only", ReadOnly, "write: 0 EROFS, sync EROFS, stat ok, rename EROFS, create EROFS, look ok, sync folder EROFS"},
		{"gone", Gone, "write: 10 ok, sync ok, stat ok, rename ENOENT, create ENOENT, look ENOENT, sync folder ok"},
		{"pulled", Pulled, "write: 0 EIO, sync EIO, stat EIO, rename EIO, create EIO, look EIO, sync folder EIO"},
		{"once", func(n int) func(Op) *Fault { return Once(n, syscall.EIO) }, "write: 0 EIO, sync ok, stat ok, rename ok, create ok, look ok, sync folder ok"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := New(Links)
			m.Put("f", nil)
			m.Put("g", nil)
			dir := m.Open()
			f, err := dir.OpenFile("f", os.O_RDWR, 0)
			must(t, err)
			m.Fail(tt.fault(m.Ops() + 1))
			n, err := f.Write(make([]byte, 10))
			got := fmt.Sprintf("write: %d %s", n, code(err))
			if len(m.Get("f")) != n {
				t.Errorf("said %d bytes, did %d", n, len(m.Get("f")))
			}
			say := func(what string, err error) { got += ", " + what + " " + code(err) }
			say("sync", f.Sync())
			_, err = f.Stat()
			say("stat", err)
			say("rename", dir.Rename("f", "h"))
			_, err = dir.OpenFile("new", os.O_WRONLY|os.O_CREATE, 0o600)
			say("create", err)
			_, err = dir.Lstat("g")
			say("look", err)
			say("sync folder", dir.Sync())
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// code is an error's number in letters.
func code(err error) string {
	for name, e := range map[string]error{
		"ENOSPC": syscall.ENOSPC, "EROFS": syscall.EROFS, "ENOENT": fs.ErrNotExist, "EEXIST": fs.ErrExist,
		"EIO": syscall.EIO, "EBADF": syscall.EBADF, "unsupported": errors.ErrUnsupported, "closed": fs.ErrClosed,
	} {
		if errors.Is(err, e) {
			return name
		}
	}
	if err != nil {
		return err.Error()
	}
	return "ok"
}

package crashfs

import (
	"bytes"
	"errors"
	"fmt"
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

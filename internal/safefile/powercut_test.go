package safefile_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/safefile/crashfs"
)

// draws is how often each power cut is drawn.
func draws() int { return crashfs.Effort(30, 300, 10_000) }

var abilities = map[string]crashfs.Ability{
	"links": crashfs.Links, "rename without replacing": crashfs.RenameNew, "neither": crashfs.Neither,
}

// Old and new have several blocks, the last of them not full, and share none.
var (
	oldBytes = bytes.Repeat([]byte("old."), 400)
	newBytes = bytes.Repeat([]byte("new "), 700)
)

func create(m *crashfs.FS) error { return safefile.Create(m.Open(), "f", newBytes, 0o644) }

func replace(m *crashfs.FS) error { return safefile.Replace(m.Open(), "f", newBytes) }

// draft writes the same in pieces that are no blocks.
func draft(m *crashfs.FS, end func(*safefile.Draft) error) error {
	d, err := safefile.Begin(m.Open(), "f")
	if err != nil {
		return err
	}
	defer d.Discard()
	for rest := newBytes; len(rest) > 0; {
		n, err := d.Write(rest[:min(700, len(rest))])
		if err != nil {
			return err
		}
		rest = rest[n:]
	}
	return end(d)
}

func draftReplace(m *crashfs.FS) error { return draft(m, (*safefile.Draft).Replace) }

func draftCreate(m *crashfs.FS) error { return draft(m, (*safefile.Draft).Create) }

// found tells what stands under the name.
func found(m *crashfs.FS) string {
	raw := m.Get("f")
	switch {
	case raw == nil:
		return "absent"
	case bytes.Equal(raw, newBytes):
		return "new"
	case bytes.Equal(raw, oldBytes):
		return "old"
	case len(raw) == 0:
		return "empty"
	}
	return fmt.Sprintf("half a file of %d bytes", len(raw))
}

// writing is a write and what may be found if it is cut short.
type writing struct {
	name  string
	can   crashfs.Ability
	old   bool // there is a file before
	write func(*crashfs.FS) error
	may   string
}

func writings() []writing {
	var out []writing
	for name, can := range abilities {
		may := "absent new"
		if can == crashfs.Neither {
			may += " empty" // the name is taken first: see the package comment
		}
		out = append(out, writing{"create/" + name, can, false, create, may}, writing{"replace/" + name, can, true, replace, "old new"},
			writing{"replace none/" + name, can, false, replace, "absent new"},
			writing{"draft, create/" + name, can, false, draftCreate, may}, writing{"draft, replace/" + name, can, true, draftReplace, "old new"})
	}
	return out
}

func (w writing) medium() *crashfs.FS {
	m := crashfs.New(w.can)
	if w.old {
		m.Put("f", oldBytes)
	}
	return m
}

// resumes does the write again on what was found, as the next start would.
func (w writing) resumes(m *crashfs.FS) error {
	was := found(m)
	if _, err := safefile.Sweep(m.Open()); err != nil {
		return err
	}
	err := w.write(m)
	var exists *safefile.ExistsError
	if was == "empty" && errors.As(err, &exists) {
		return nil // named and refused, and for a person to remove
	}
	if names := strings.Join(m.Names(), " "); err != nil || names != "f" || found(m) != "new" {
		return fmt.Errorf("%w; there is %s: %s", err, names, found(m))
	}
	return nil
}

// Whenever the power goes, the file is absent, or old and whole, or new and
// whole; and new, once the write was reported as done.
func TestPowerCut(t *testing.T) {
	cuts := 0
	for _, w := range writings() {
		t.Run(w.name, func(t *testing.T) {
			seen := make(map[string]int)
			for n := 1; ; n++ {
				m := w.medium()
				m.CutAt(n)
				err := w.write(m)
				if m.IsCut() != errors.Is(err, crashfs.ErrCut) {
					t.Fatalf("cut at %d: %v", n, err)
				}
				for seed := range uint64(draws()) {
					after := m.Crash(rand.New(rand.NewPCG(seed, uint64(n))))
					is := found(after)
					seen[is]++
					if !strings.Contains(" "+w.may+" ", " "+is+" ") || err == nil && is != "new" {
						t.Fatalf("cut at %d (%v), seed %d: %s", n, err, seed, is)
					}
					if err := w.resumes(after); err != nil {
						t.Fatalf("cut at %d, seed %d, found %s, done again: %v", n, seed, is, err)
					}
					cuts++
				}
				if err == nil {
					break
				}
			}
			for is := range strings.FieldsSeq(w.may) {
				if seen[is] == 0 {
					t.Errorf("never %s: %v", is, seen)
				}
			}
		})
	}
	t.Logf("%d power cuts", cuts)
}

// The process is killed, and the next one finds the file as the dead one left
// it, perhaps in memory only. What it reports as done is on the medium.
func TestKilledThenPowerCut(t *testing.T) {
	for _, w := range writings() {
		t.Run(w.name, func(t *testing.T) {
			for n := 1; ; n++ {
				m := w.medium()
				m.CutAt(n)
				last := w.write(m) == nil
				m.Kill()
				again := w.write(m)
				var exists *safefile.ExistsError
				if w.can == crashfs.Neither && errors.As(again, &exists) && found(m) == "empty" {
					continue
				}
				if again != nil {
					t.Fatalf("killed at %d, done again: %v", n, again)
				}
				for seed := range uint64(draws()) {
					if is := found(m.Crash(rand.New(rand.NewPCG(seed, uint64(n))))); is != "new" {
						t.Fatalf("killed at %d, seed %d: done, then lost: %s", n, seed, is)
					}
				}
				if last {
					break
				}
			}
		})
	}
}

// faults are what can go wrong with a medium from an operation on.
var faults = map[string]func(n int) func(crashfs.Op) *crashfs.Fault{
	"full":        func(n int) func(crashfs.Op) *crashfs.Fault { return crashfs.Full(n, false) },
	"short write": func(n int) func(crashfs.Op) *crashfs.Fault { return crashfs.Full(n, true) },
	"read-only":   crashfs.ReadOnly,
	"gone":        crashfs.Gone,
	"pulled":      crashfs.Pulled,
	"once":        func(n int) func(crashfs.Op) *crashfs.Fault { return crashfs.Once(n, syscall.EIO) },
}

// With any fault at any operation: an error, or the file is there for good. And
// when the medium is mended, the same can be done again.
func TestFaults(t *testing.T) {
	for _, w := range writings() {
		for name, fault := range faults {
			t.Run(w.name+"/"+name, func(t *testing.T) {
				for n := 1; ; n++ {
					m := w.medium()
					m.Fail(fault(n))
					err := w.write(m)
					over := m.Ops() < n
					m.Fail(func(crashfs.Op) *crashfs.Fault { return nil })
					for seed := range uint64(draws() / 10) {
						after := m.Crash(rand.New(rand.NewPCG(seed, uint64(n))))
						is := found(after)
						if !strings.Contains(" "+w.may+" ", " "+is+" ") || err == nil && is != "new" {
							t.Fatalf("%d: %v, seed %d: %s", n, err, seed, is)
						}
						if err := w.resumes(after); err != nil {
							t.Fatalf("%d, seed %d, found %s, done again: %v", n, seed, is, err)
						}
					}
					if err := w.resumes(m); err != nil {
						t.Fatalf("%d: %v, done again: %v", n, err, m)
					}
					if over {
						break
					}
				}
			})
		}
	}
}

// What somebody else has copied there lies in memory only. If it is what was to
// be written, it is on the medium afterwards.
func TestSameOfAnother(t *testing.T) {
	m := crashfs.New(crashfs.Links)
	f, err := m.Open().OpenFile("f", os.O_WRONLY|os.O_CREATE, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(newBytes)
	if err := errors.Join(err, f.Close(), create(m)); err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(draws()) {
		if is := found(m.Crash(rand.New(rand.NewPCG(seed, 0)))); is != "new" {
			t.Fatalf("seed %d: %s", seed, is)
		}
	}
}

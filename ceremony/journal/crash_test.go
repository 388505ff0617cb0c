package journal

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"

	"github.com/rootmoot/rootmoot/internal/safefile/crashfs"
)

// lasting is what surely survives a power cut on m.
func lasting(m *crashfs.FS, name string) []byte {
	raw := m.Get(name)
	for seed := range uint64(20) {
		if !bytes.Equal(m.Crash(rand.New(rand.NewPCG(seed, 0))).Get(name), raw) {
			return nil
		}
	}
	return raw
}

// begun is a journal with one entry, open.
func begun(t *testing.T) (*crashfs.FS, *Journal) {
	t.Helper()
	m := crashfs.New(crashfs.Links)
	j, err := Create(m.Open(), "j", header)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.Append(noon, []byte(`{"i":0}`)); err != nil {
		t.Fatal(err)
	}
	return m, j
}

// failing fails the next operation of a kind, of a write after done bytes.
func failing(kind crashfs.Kind, done int) func(crashfs.Op) *crashfs.Fault {
	failed := false
	return func(o crashfs.Op) *crashfs.Fault {
		if failed || o.Kind != kind {
			return nil
		}
		failed = true
		return &crashfs.Fault{Err: syscall.ENOSPC, Done: done}
	}
}

func unharmed(crashfs.Op) *crashfs.Fault { return nil }

// After a write or a sync that failed nothing more is appended; opened again,
// all that was reported as written is there, and the journal goes on.
func TestFailedAppend(t *testing.T) {
	line := len(`{"n":1,"prev":"","at":"2026-12-01T12:00:00Z","fact":{"i":0}}`) + 64 + 1
	for _, op := range []crashfs.Kind{crashfs.Write, crashfs.Sync} {
		for short := range line + 1 {
			m, j := begun(t)
			m.Fail(failing(op, short))
			if _, err := j.Append(noon, []byte(`{"i":1}`)); !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("%v, %d bytes: %v", op, short, err)
			}
			head, raw := j.Head(), m.Get("j")
			if _, err := j.Append(noon, []byte(`{"i":2}`)); !errors.Is(err, ErrBroken) || !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("%v, %d bytes: appended to a broken journal: %v", op, short, err)
			}
			if j.Head() != head || !bytes.Equal(m.Get("j"), raw) {
				t.Fatalf("%v, %d bytes: a broken journal has moved", op, short)
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			m.Fail(unharmed)
			resumes(t, m, 1, fmt.Sprintf("%v, %d bytes", op, short))
			if op == crashfs.Sync {
				break // all is written; short does not matter
			}
		}
	}
}

// The sync fails, the process ends, and the next one finds the line, which the
// system has in memory only. When it has been opened it must be on the medium.
func TestUnsyncedLineIsWrittenAgain(t *testing.T) {
	m, j := begun(t)
	m.Fail(failing(crashfs.Sync, 0))
	if _, err := j.Append(noon, []byte(`{"i":1}`)); err == nil {
		t.Fatal("appended without a sync")
	}
	m.Kill()
	if _, opened, err := Open(m.Open(), "j"); err != nil || len(opened.Entries) != 2 {
		t.Fatalf("%d entries, %v", len(opened.Entries), err)
	}
	if lasting(m, "j") == nil {
		t.Error("a sync that failed once succeeds without writing: the line must be written again")
	}
	m.Kill()
	resumes(t, m, 2, "after opening")
}

// Repairing is itself cut short, by each of its operations.
func TestCrashWhileRepairing(t *testing.T) {
	whole := filled(t, crashfs.New(crashfs.Links))
	raw := whole[:len(whole)-5]
	torn := raw[bytes.LastIndexByte(raw, '\n')+1:]
	for n := 1; ; n++ {
		for seed := range uint64(100) {
			m := crashfs.New(crashfs.Links)
			m.Put("j", raw)
			m.CutAt(n)
			_, _, err := Open(m.Open(), "j")
			if err == nil {
				if n < 9 {
					t.Errorf("repaired in %d operations", n)
				}
				return
			}
			m = m.Crash(rand.New(rand.NewPCG(seed, uint64(n))))
			when := fmt.Sprintf("cut at %d, seed %d", n, seed)
			resumes(t, m, len(facts)-1, when)
			// What was to be cut off may come back as zeros, which are kept too.
			if !bytes.Equal(m.Get("j.torn-1"), torn) || len(bytes.Trim(m.Get("j.torn-2"), "\x00")) > 0 {
				t.Errorf("%s: kept aside: %v", when, m)
			}
		}
	}
}

// A torn line does not take the place of an earlier one.
func TestTornAgain(t *testing.T) {
	m := crashfs.New(crashfs.Links)
	filled(t, m)
	for i, tail := range []string{"{first", "{second\n", "{third\n of\n several", "\n\n"} {
		m.Kill()
		m.Put("j", append(m.Get("j"), tail...))
		_, opened, err := Open(m.Open(), "j")
		if err != nil {
			t.Fatal(err)
		}
		want := Repair{Entry: len(facts) + 1, Bytes: len(tail), Ended: strings.Contains(tail, "\n"), File: fmt.Sprintf("j.torn-%d", i+1)}
		if opened.Repaired == nil || *opened.Repaired != want {
			t.Errorf("got %+v, want %+v", opened.Repaired, want)
		}
		if got := string(lasting(m, want.File)); got != tail {
			t.Errorf("%s holds %q", want.File, got)
		}
	}
}

// resumes opens the journal on m, expects at least the entries that were
// reported as written, and appends one.
func resumes(t *testing.T, m *crashfs.FS, reported int, when string) {
	t.Helper()
	j, opened, err := Open(m.Open(), "j")
	if err != nil {
		t.Errorf("%s: %v", when, err)
		return
	}
	if n := len(opened.Entries); n < reported || n > reported+1 {
		t.Errorf("%s: %d entries, want %d, or one more", when, n, reported)
	}
	if _, err := j.Append(noon, []byte(`{"again":true}`)); err != nil {
		t.Errorf("%s: %v", when, err)
	}
	_, entries, err := Read(lasting(m, "j"))
	if err != nil || len(entries) != len(opened.Entries)+1 {
		t.Errorf("%s: afterwards %d entries, %v", when, len(entries), err)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
}

package journal

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
)

var errFull = errors.New("no space left on device")

// failAt fails the nth operation of a kind.
func failAt(op string, nth int) func(string) error {
	return func(got string) error {
		if got == op {
			nth--
			if nth == 0 {
				return errFull
			}
		}
		return nil
	}
}

// After a write or a sync that failed nothing more is appended; opened again,
// all that was reported as written is there, and the journal goes on.
func TestFailedAppend(t *testing.T) {
	line := len(`{"n":1,"prev":"","at":"2026-12-01T12:00:00Z","fact":{"i":0}}`) + 64 + 1
	for _, op := range []string{"write", "sync"} {
		for short := range line + 1 {
			m := newMedium()
			j, err := create(m, "j", header)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := j.Append(noon, []byte(`{"i":0}`)); err != nil {
				t.Fatal(err)
			}
			m.fail, m.short = failAt(op, 1), short
			if _, err := j.Append(noon, []byte(`{"i":1}`)); !errors.Is(err, errFull) {
				t.Fatalf("%s, %d bytes: %v", op, short, err)
			}
			head, size := j.Head(), len(m.files["j"].cached)
			if _, err := j.Append(noon, []byte(`{"i":2}`)); !errors.Is(err, ErrBroken) || !errors.Is(err, errFull) {
				t.Fatalf("%s, %d bytes: appended to a broken journal: %v", op, short, err)
			}
			if j.Head() != head || len(m.files["j"].cached) != size {
				t.Fatalf("%s, %d bytes: a broken journal has moved", op, short)
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			m.fail = func(string) error { return nil }
			resumes(t, m, 1, fmt.Sprintf("%s, %d bytes", op, short))
			if op == "sync" {
				break // all is written; short does not matter
			}
		}
	}
}

// The power goes between write and sync: any part of the line may be there, or
// room for it, filled with zeros or with what lay there before.
func TestPowerCutBetweenWriteAndSync(t *testing.T) {
	type lost struct {
		name string
		left func(unsynced []byte) []byte
	}
	cases := []lost{
		{"nothing made it", func([]byte) []byte { return nil }},
		{"zeros", func(b []byte) []byte { return make([]byte, len(b)) }},
		{"zeros, then the end", func(b []byte) []byte { return append(make([]byte, 20), b[20:]...) }},
		{"old bytes", func(b []byte) []byte { return bytes.Repeat([]byte{'x'}, len(b)) }},
		{"all", func(b []byte) []byte { return b }},
	}
	for n := range 100 {
		cases = append(cases, lost{fmt.Sprintf("%d bytes", n), func(b []byte) []byte { return b[:n] }})
	}
	for _, c := range cases {
		m := newMedium()
		j, err := create(m, "j", header)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := j.Append(noon, []byte(`{"i":0}`)); err != nil {
				t.Fatal(err)
			}
		}
		m.fail = failAt("sync", 1)
		if _, err := j.Append(noon, []byte(`{"i":1}`)); err == nil {
			t.Fatal("appended without a sync")
		}
		m.powerCut(c.left)
		resumes(t, m, 3, c.name)
	}
}

// The sync fails, the process ends, and the next one finds the line, which the
// system has in memory only. When it has been opened it must be on the medium.
func TestUnsyncedLineIsWrittenAgain(t *testing.T) {
	m := newMedium()
	j, err := create(m, "j", header)
	if err != nil {
		t.Fatal(err)
	}
	m.fail = failAt("sync", 1)
	if _, err := j.Append(noon, []byte(`{"i":1}`)); err == nil {
		t.Fatal("appended without a sync")
	}
	j.Close()
	wrote := false
	m.fail = func(op string) error {
		wrote = wrote || op == "write"
		return nil
	}
	if _, opened, err := openIn(m, "j"); err != nil || len(opened.Entries) != 1 {
		t.Fatalf("%d entries, %v", len(opened.Entries), err)
	}
	if !wrote {
		t.Error("a sync that failed once may succeed without writing: the line must be written again")
	}
	m.powerCut(func([]byte) []byte { return nil })
	resumes(t, m, 1, "power cut after opening")
}

// Repairing is itself cut short, by each of its operations.
func TestCrashWhileRepairing(t *testing.T) {
	whole := filled(t, newMedium())
	for _, op := range []string{"create", "truncate", "sync", "write"} {
		m := newMedium()
		raw := bytes.Clone(whole[:len(whole)-5])
		m.files["j"] = &memFile{synced: raw, cached: bytes.Clone(raw)}
		m.fail = failAt(op, 1)
		if _, _, err := openIn(m, "j"); !errors.Is(err, errFull) {
			t.Fatalf("%s: %v", op, err)
		}
		m.powerCut(func([]byte) []byte { return nil })
		resumes(t, m, len(facts)-1, op)
		if len(m.files) != 2 || !bytes.HasSuffix(raw, m.files["j.torn-1"].synced) {
			t.Errorf("%s: kept aside: %v", op, m.files)
		}
	}
}

// A second torn line does not take the place of the first.
func TestTornTwice(t *testing.T) {
	m := newMedium()
	filled(t, m)
	for i, tail := range []string{"{first", "{second\n"} {
		m.files["j"].cached = append(m.files["j"].cached, tail...)
		j, opened, err := openIn(m, "j")
		if err != nil {
			t.Fatal(err)
		}
		want := Repair{Entry: len(facts) + 1, Bytes: len(tail), Ended: strings.HasSuffix(tail, "\n"), File: fmt.Sprintf("j.torn-%d", i+1)}
		if opened.Repaired == nil || *opened.Repaired != want {
			t.Errorf("got %+v, want %+v", opened.Repaired, want)
		}
		if got := string(m.files[want.File].synced); got != tail {
			t.Errorf("%s holds %q", want.File, got)
		}
		j.Close()
	}
}

// resumes opens the journal on m, expects at least the entries that were
// reported as written, and appends one.
func resumes(t *testing.T, m *medium, reported int, when string) {
	t.Helper()
	j, opened, err := openIn(m, "j")
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
	_, entries, err := Read(m.files["j"].synced)
	if err != nil || len(entries) != len(opened.Entries)+1 {
		t.Errorf("%s: afterwards %d entries, %v", when, len(entries), err)
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
}

package ledger

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

func key(name string) root.Fingerprint { return root.Fingerprint(root.DigestOf([]byte(name))) }

func digest(name string) root.Digest { return root.DigestOf([]byte(name)) }

// folder is a folder, opened, and where it is.
func folder(t testing.TB) (safefile.Dir, string) {
	t.Helper()
	path := t.TempDir()
	dir, err := safefile.OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = dir.Close() })
	return safefile.In(dir), path
}

func open(t testing.TB, dir safefile.Dir) *Ledger {
	t.Helper()
	l, err := Open(dir, rand.Reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// entry is of the key boston and the chain example.
func entry(version int64, d string) Entry {
	return Entry{Key: key("boston"), Chain: digest("example"), Version: version, Digest: digest(d), At: noon}
}

func with(e Entry, change func(*Entry)) Entry {
	change(&e)
	return e
}

func add(t testing.TB, l *Ledger, entries ...Entry) {
	t.Helper()
	for _, e := range entries {
		if err := l.Add(e.At, e); err != nil {
			t.Fatal(err)
		}
	}
}

func others(t testing.TB, l *Ledger, e Entry) []Entry {
	t.Helper()
	out, err := l.Others(e.Key, e.Version, e.Digest)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A known answer, written by hand.
func TestFormat(t *testing.T) {
	dir, path := folder(t)
	l, err := Open(dir, bytes.NewReader(bytes.Repeat([]byte{0xab}, 16)), nil)
	if err != nil {
		t.Fatal(err)
	}
	genesis := Entry{Key: key("boston"), Version: 1, Digest: digest("a"), At: noon}
	second := with(entry(4, "b"), func(e *Entry) { e.Exception = "the “first”\nwas withdrawn" })
	add(t, l, genesis, second)
	raw, err := os.ReadFile(filepath.Join(path, File))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(raw), "\n")
	want := []string{
		`{"rootmoot":"journal/v1","place":"rootmoot ledger","id":"abababababababababababababababab"}`,
		`{"n":1,"prev":"` + digest(lines[0]).String() + `","at":"2026-12-01T12:00:00Z","fact":{"key":"` + digest("boston").String() + `","version":1,"digest":"` + digest("a").String() + `"}}`,
		`{"n":2,"prev":"` + digest(lines[1]).String() + `","at":"2026-12-01T12:00:00Z","fact":{"key":"` + digest("boston").String() + `","chain":"` + digest("example").String() +
			`","version":4,"digest":"` + digest("b").String() + `","exception":"the “first”\nwas withdrawn"}}`,
		"",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if info, err := os.Stat(filepath.Join(path, File)); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read it: %v, %v", info.Mode(), err)
	}
}

func TestOthers(t *testing.T) {
	dir, _ := folder(t)
	l := open(t, dir)
	first := entry(4, "a")
	second := with(entry(4, "b"), func(e *Entry) { e.At, e.Exception = noon.Add(time.Hour), "another expiry" })
	genesis := with(entry(1, "g"), func(e *Entry) { e.Chain = root.Digest{} })
	add(t, l, first, genesis, second, entry(5, "c"))
	tests := []struct {
		name string
		ask  Entry
		want []Entry
	}{
		{"the first again", first, []Entry{second}},
		{"the second again", second, []Entry{first}},
		{"a third", entry(4, "x"), []Entry{first, second}},
		{"the one of a version", entry(5, "c"), nil},
		{"a new version", entry(6, "x"), nil},
		{"another key", with(entry(4, "x"), func(e *Entry) { e.Key = key("chennai") }), nil},
		{"another chain", with(entry(4, "x"), func(e *Entry) { e.Chain = digest("rehearsal") }), []Entry{first, second}},
		{"the genesis again", genesis, nil},
		{"another genesis", with(genesis, func(e *Entry) { e.Digest = digest("h") }), []Entry{genesis}},
		{"version 1 of a chain that there is", entry(1, "h"), []Entry{genesis}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, others(t, open(t, dir), tt.ask)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAdd(t *testing.T) {
	dir, path := folder(t)
	l := open(t, dir)
	size := func() int64 {
		info, err := os.Stat(filepath.Join(path, File))
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	add(t, l, entry(4, "a"))
	before := size()
	add(t, l, entry(4, "a"), with(entry(4, "a"), func(e *Entry) { e.At, e.Exception = noon.Add(time.Hour), "once more" }))
	if size() != before {
		t.Error("what stands there was written again")
	}
	err := l.Add(noon, entry(4, "b"))
	var second *SecondError
	if !errors.As(err, &second) || len(second.Others) != 1 || second.Others[0] != entry(4, "a") || second.Entry != entry(4, "b") {
		t.Fatalf("a second digest: %v", err)
	}
	if want := "ledger: version 4 of chain " + digest("example").String() + ": key " + key("boston").String() + " was asked to sign another digest, " +
		digest("a").String() + ", on 2026-12-01: a second one wants an exception"; err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if size() != before {
		t.Error("what was refused was written")
	}
	excepted := with(entry(4, "b"), func(e *Entry) { e.Exception = "the plan was changed" })
	add(t, l, excepted, entry(4, "b"), entry(4, "a")) // each again, without an exception
	if got := others(t, l, entry(4, "a")); len(got) != 1 || got[0] != excepted {
		t.Errorf("%+v", got)
	}
	if err := l.Add(noon, entry(4, "c")); !errors.As(err, &second) || len(second.Others) != 2 {
		t.Errorf("a third digest: %v", err)
	}
	genesis := with(entry(1, "a"), func(e *Entry) { e.Chain = root.Digest{} })
	add(t, l, genesis)
	genesis.Digest = digest("b")
	if err := l.Add(noon, genesis); err == nil || !strings.HasPrefix(err.Error(), "ledger: version 1 of a new chain: key ") {
		t.Errorf("a second genesis: %v", err)
	}
}

func TestAddRefuses(t *testing.T) {
	dir, _ := folder(t)
	l := open(t, dir)
	tests := []struct {
		name string
		e    Entry
		want string
	}{
		{"no key", with(entry(1, "a"), func(e *Entry) { e.Key = root.Fingerprint{} }), "ledger: there is no key"},
		{"version 0", entry(0, "a"), "ledger: version 0: versions begin at 1"},
		{"no digest", with(entry(1, "a"), func(e *Entry) { e.Digest = root.Digest{} }), "ledger: there is no digest"},
		{"long exception", with(entry(1, "a"), func(e *Entry) { e.Exception = strings.Repeat("x", 4097) }), "ledger: exception: want at most 4096 bytes of text in UTF-8, have 4097"},
		{"exception of bytes", with(entry(1, "a"), func(e *Entry) { e.Exception = "\xff" }), "ledger: exception: want at most"},
		{"year 10000", with(entry(1, "a"), func(e *Entry) { e.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }), "ledger: entry 1: year 10000"},
	}
	for _, tt := range tests {
		if err := l.Add(tt.e.At, tt.e); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
}

// What one has added the other knows at once, without being opened again.
func TestTwoLedgersOfOneFolder(t *testing.T) {
	dir, _ := folder(t)
	a, b := open(t, dir), open(t, dir)
	if !a.Begun() || b.Begun() {
		t.Errorf("begun: %v, %v", a.Begun(), b.Begun())
	}
	add(t, a, entry(4, "a"))
	if got := others(t, b, entry(4, "b")); len(got) != 1 {
		t.Errorf("%+v", got)
	}
	var second *SecondError
	if err := b.Add(noon, entry(4, "b")); !errors.As(err, &second) {
		t.Error(err)
	}
}

// While somebody else is at it, it is tried again for a while, and then said.
func TestLocked(t *testing.T) {
	dir, _ := folder(t)
	open(t, dir)
	j, _, err := journal.Open(dir, File)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Open(dir, rand.Reader, nil)
	if !errors.Is(err, safefile.ErrLocked) || err.Error() != "open the journal: ledger: in use by another running rootmoot: do this again in a moment" {
		t.Errorf("%v", err)
	}
	var waited time.Duration
	if _, err := Open(dir, rand.Reader, func(d time.Duration) { waited += d }); !errors.Is(err, safefile.ErrLocked) {
		t.Errorf("%v", err)
	}
	if waited < 500*time.Millisecond || waited > 2*time.Second {
		t.Errorf("waited for %v", waited)
	}
	pauses := 0
	l, err := Open(dir, rand.Reader, func(time.Duration) {
		if pauses++; pauses == 3 {
			_ = j.Close()
		}
	})
	if err != nil || pauses != 3 {
		t.Fatalf("after %d pauses: %v", pauses, err)
	}
	add(t, l, entry(4, "a"))
}

// A ledger that is taken away under us is not begun anew.
func TestGone(t *testing.T) {
	dir, path := folder(t)
	l := open(t, dir)
	add(t, l, entry(4, "a"))
	if err := os.Remove(filepath.Join(path, File)); err != nil {
		t.Fatal(err)
	}
	if err := l.Add(noon, entry(4, "b")); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "open the journal: ledger: ") {
		t.Errorf("added: %v", err)
	}
	if _, err := l.Others(key("boston"), 4, digest("b")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("asked: %v", err)
	}
	if again := open(t, dir); !again.Begun() {
		t.Error("a new ledger does not say so")
	}
}

package journal

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/safefile/crashfs"
)

var (
	header = Header{Place: "amsterdam", ID: [16]byte{0: 0xaa, 15: 0x01}}
	noon   = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
)

// facts are what the tests record.
var facts = []string{`{"type":"opened"}`, `{}`, `{"name":"é \" \u2028","list":[1,2.50,-0,1e400,null,true]}`, `{"a":{"b":{}}}`}

// filled is a journal on m with facts in it, closed.
func filled(t *testing.T, m *crashfs.FS) []byte {
	t.Helper()
	j, err := Create(m.Open(), "j", header)
	if err != nil {
		t.Fatal(err)
	}
	for i, fact := range facts {
		if _, err := j.Append(noon.Add(time.Duration(i)*time.Hour), []byte(fact)); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	return m.Get("j")
}

// lines of a journal, as the package comment describes them: a known answer
// written by hand, digests by sha256sum.
func TestFormat(t *testing.T) {
	got := string(filled(t, crashfs.New(crashfs.Links)))
	first := `{"rootmoot":"journal/v1","place":"amsterdam","id":"aa000000000000000000000000000001"}`
	second := fmt.Sprintf(`{"n":1,"prev":"%x","at":"2026-12-01T12:00:00Z","fact":{"type":"opened"}}`, sha256.Sum256([]byte(first)))
	third := fmt.Sprintf(`{"n":2,"prev":"%x","at":"2026-12-01T13:00:00Z","fact":{}}`, sha256.Sum256([]byte(second)))
	if want := first + "\n" + second + "\n" + third + "\n"; !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s\nwant it to begin\n%s", got, want)
	}
	if got := fmt.Sprintf("%x", sha256.Sum256([]byte(first))); got != "2fe97b487ed2eab86cdcd5c4263b8b8aa9c313bc8ae07df5adccef300e77b2aa" {
		t.Errorf("digest of the header is %s", got)
	}
}

func TestOnDisk(t *testing.T) {
	dir, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	j, err := Create(safefile.In(dir), "journal", header)
	if err != nil {
		t.Fatal(err)
	}
	local := time.FixedZone("", 3600)
	e, err := j.Append(noon.In(local).Add(time.Millisecond), []byte(facts[0]))
	if err != nil {
		t.Fatal(err)
	}
	if e.N != 1 || !e.At.Equal(noon) || e.At.Location() != time.UTC || e.Digest != j.Head() {
		t.Errorf("entry is %+v, head %x", e, j.Head())
	}
	if _, _, err := Open(safefile.In(dir), "journal"); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), "journal") {
		t.Errorf("a second writer: %v", err)
	}
	head := j.Head()
	if err := errors.Join(j.Close(), j.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Append(noon, []byte(facts[0])); !errors.Is(err, ErrClosed) {
		t.Errorf("after closing: %v", err)
	}
	if err := j.Ready(); !errors.Is(err, ErrClosed) {
		t.Errorf("ready after closing: %v", err)
	}
	j, opened, err := Open(safefile.In(dir), "journal")
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if diff := cmp.Diff(Opened{Header: header, Entries: []Entry{e}}, opened); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if j.Head() != head {
		t.Errorf("head became %x", j.Head())
	}
	var exists *safefile.ExistsError
	if _, err := Create(safefile.In(dir), "journal", header); !errors.As(err, &exists) {
		t.Errorf("a journal with entries was begun again: %v", err)
	}
	if info, err := dir.Stat("journal"); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("others may read it: %v, %v", info.Mode(), err)
	}
}

// A file cut at any byte opens with the entries that are whole, keeps the rest
// aside, and goes on.
func TestCutAtEveryByte(t *testing.T) {
	whole := filled(t, crashfs.New(crashfs.Links))
	headerEnd := bytes.IndexByte(whole, '\n') + 1
	for cut := range len(whole) {
		m := crashfs.New(crashfs.Links)
		m.Put("j", bytes.Clone(whole[:cut]))
		j, opened, err := Open(m.Open(), "j")
		if cut < headerEnd {
			var damage *DamageError
			if !errors.As(err, &damage) || damage.Entry != 0 {
				t.Errorf("cut at %d: %v", cut, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("cut at %d: %v", cut, err)
			continue
		}
		kept := bytes.LastIndexByte(whole[:cut], '\n') + 1
		torn := whole[kept:cut]
		entries := bytes.Count(whole[:kept], []byte("\n")) - 1
		var want *Repair
		if len(torn) > 0 {
			want = &Repair{Entry: entries + 1, Bytes: len(torn), File: "j.torn-1"}
			if got := m.Get("j.torn-1"); !bytes.Equal(got, torn) {
				t.Errorf("cut at %d: kept aside %q, want %q", cut, got, torn)
			}
		}
		if diff := cmp.Diff(want, opened.Repaired); diff != "" || len(opened.Entries) != entries {
			t.Errorf("cut at %d: %d entries, want %d; repair (-want +got):\n%s", cut, len(opened.Entries), entries, diff)
		}
		if _, err := j.Append(noon, []byte(`{}`)); err != nil {
			t.Errorf("cut at %d: append: %v", cut, err)
		}
		if _, entriesNow, err := Read(m.Get("j")); err != nil || len(entriesNow) != entries+1 {
			t.Errorf("cut at %d: afterwards %d entries, %v", cut, len(entriesNow), err)
		}
	}
}

// A byte changed anywhere is noticed, by the entry it stands in or the one
// after it; only in the last entry can it pass, where nothing follows that
// would hold it.
func TestChangeEveryByte(t *testing.T) {
	whole := filled(t, crashfs.New(crashfs.Links))
	lastLine := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1
	for i := range whole {
		raw := bytes.Clone(whole)
		raw[i] ^= 1
		_, _, err := Read(raw)
		line := bytes.Count(whole[:i], []byte("\n"))
		var damage *DamageError
		switch {
		case errors.As(err, &damage):
			if damage.Entry != line && damage.Entry != line+1 {
				t.Errorf("byte %d in line %d: %v", i, line, err)
			}
		case i < lastLine:
			t.Errorf("byte %d in line %d: %v", i, line, err)
		}
	}
}

// With the head signed elsewhere, the last entry cannot be changed either.
func TestHeadHoldsTheLastEntry(t *testing.T) {
	whole := filled(t, crashfs.New(crashfs.Links))
	_, entries, err := Read(whole)
	if err != nil {
		t.Fatal(err)
	}
	head := entries[len(entries)-1].Digest
	for i := range whole {
		raw := bytes.Clone(whole)
		raw[i] ^= 1
		_, changed, err := Read(raw)
		if err == nil && changed[len(changed)-1].Digest == head {
			t.Errorf("byte %d: same head", i)
		}
	}
}

func TestDamage(t *testing.T) {
	whole := string(filled(t, crashfs.New(crashfs.Links)))
	lines := strings.SplitAfter(whole, "\n")
	join := func(order ...int) string {
		var s strings.Builder
		for _, i := range order {
			s.WriteString(lines[i])
		}
		return s.String()
	}
	edit := func(old, new string) string {
		if !strings.Contains(whole, old) {
			t.Fatalf("nothing to replace: %s", old)
		}
		return strings.Replace(whole, old, new, 1)
	}
	const rest = ": the journal was changed after it was written; restore a copy of it"
	tests := []struct {
		name string
		raw  string
		want string // beginning of the error
	}{
		{"empty", "", "header: no whole line" + rest},
		{"another file", "# notes\n", "header: not the header of a journal/v1" + rest},
		{"newer version", edit("v1", "v2"), "header: not the header"},
		{"no name", edit(`"amsterdam"`, `""`), `header: place "": want a name`},
		{"name in other bytes", edit(`amsterdam`, `\u0061msterdam`), "header: not written in the exact form"},
		{"name with a second member", edit(`"amsterdam"`, `"a","b":"c"`), "header: place: "},
		{"id in capitals", edit(`"aa00`, `"AA00`), "header: not written in the exact form"},
		{"BOM", "\ufeff" + whole, "header: not the header"},
		{"CR", strings.ReplaceAll(whole, "\n", "\r\n"), "header: place: "},
		{"entry missing", join(0, 1, 3, 4), "entry 2: counted as 3" + rest},
		{"entry twice", join(0, 1, 1, 2), "entry 2: counted as 1" + rest},
		{"entries swapped", join(0, 2, 1, 3), "entry 1: counted as 2" + rest},
		{"no header", join(1, 2), "header: not the header"},
		{"other header", strings.Replace(whole, "amsterdam", "rotterdam", 1), "entry 1: prev is "},
		{"empty line", join(0, 1) + "\n" + join(2), "entry 2: not an entry" + rest},
		{"space", edit(`"n":1`, `"n": 1`), "entry 1: n: "},
		{"number in other bytes", edit(`"n":1`, `"n":01`), "entry 1: not written in the exact form"},
		{"time with an offset", edit(`12:00:00Z`, `12:00:00+00:00`), "entry 1: not written in the exact form"},
		{"time with a fraction", edit(`12:00:00Z`, `12:00:00.5Z`), "entry 1: not written in the exact form"},
		{"no such day", edit(`2026-12-01T12`, `2026-02-30T12`), "entry 1: at: "},
		{"duplicate member", edit(`{"type":"opened"}`, `{"a":1,"a":2}`), "entry 1: fact: "},
		{"invalid UTF-8", edit(`opened`, "op\xffened"), "entry 1: fact: "},
		{"fact with space", edit(`{"type":"opened"}`, `{"type": "opened"}`), "entry 1: fact: not compact"},
		{"fact is a list", edit(`{"type":"opened"}`, `["opened"]`), "entry 1: fact: not a JSON object"},
		{"a member more", edit(`"opened"}}`, `"opened"},"more":{}}`), "entry 1: fact: "},
		{"fact changed", edit(`opened`, `closed`), "entry 2: prev is "},
		{"cut", whole[:len(whole)-1], "entry 4: cut short ("},
		{"last line is no entry", whole + "{}\n", "entry 5: cut short (3 bytes without an end)"},
		{"much that is no entry", join(0, 1) + strings.Repeat("no entry\n", MaxEntry/9+1), "entry 2: not an entry" + rest},
		{"enormous line", join(0) + strings.Repeat("x", MaxEntry) + "\n", "entry 1: beyond the limit"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, entries, err := Read([]byte(tt.raw))
			var damage *DamageError
			if !errors.As(err, &damage) || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if h != (Header{}) || entries != nil {
				t.Error("something came with the error")
			}
		})
	}
	// The writer refuses damage before the last line just the same.
	m := crashfs.New(crashfs.Links)
	m.Put("j", []byte(edit(`opened`, `closed`)))
	_, _, err := Open(m.Open(), "j")
	var damage *DamageError
	if !errors.As(err, &damage) || damage.Entry != 2 || !strings.HasPrefix(err.Error(), "j: entry 2") {
		t.Errorf("opened for writing: %v", err)
	}
}

func TestAppendRefuses(t *testing.T) {
	m := crashfs.New(crashfs.Links)
	j, err := Create(m.Open(), "j", header)
	if err != nil {
		t.Fatal(err)
	}
	before := m.Get("j")
	tests := []struct {
		name string
		at   time.Time
		fact string
		want string
	}{
		{"nothing", noon, "", "j: entry 1: fact: not a JSON object"},
		{"line feed", noon, "{}\n", "j: entry 1: fact: not compact"},
		{"two values", noon, "{}{}", "j: entry 1: fact: "},
		{"duplicate", noon, `{"a":1,"a":1}`, "j: entry 1: fact: "},
		{"lone surrogate", noon, `{"a":"\ud800"}`, "j: entry 1: fact: "},
		{"nested beyond reason", noon, strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000), "j: entry 1: fact: "},
		{"year 10000", time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), "{}", "j: entry 1: year 10000: "},
		{"too large", noon, `{"a":"` + strings.Repeat("x", MaxEntry) + `"}`, "j: entry 1 of "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := j.Append(tt.at, []byte(tt.fact)); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %.200v, want %s", err, tt.want)
			}
		})
	}
	if !bytes.Equal(m.Get("j"), before) {
		t.Error("a refused fact was written")
	}
	if _, err := j.Append(noon, []byte("{}")); err != nil {
		t.Errorf("after refusals: %v", err)
	}
	j.n = MaxEntries
	if _, err := j.Append(noon, []byte("{}")); err == nil {
		t.Error("one entry too many was accepted")
	}
	if _, err := Create(crashfs.New(crashfs.Links).Open(), "j", Header{Place: strings.Repeat("x", MaxPlace+1)}); err == nil {
		t.Error("a place's name of any length was accepted")
	}
}

func FuzzRead(f *testing.F) {
	m := crashfs.New(crashfs.Links)
	j, err := Create(m.Open(), "j", header)
	if err != nil {
		f.Fatal(err)
	}
	for _, fact := range facts {
		f.Add(m.Get("j"))
		if _, err := j.Append(noon, []byte(fact)); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(m.Get("j"))
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		h, entries, err := Read(raw)
		if err != nil {
			return
		}
		again, err := appendHeader(nil, h)
		if err != nil {
			t.Fatal(err)
		}
		again = append(again, '\n')
		for _, e := range entries {
			again = append(appendEntry(again, e), '\n')
		}
		if !bytes.Equal(again, raw) {
			t.Errorf("read\n%q\nas\n%q", raw, again)
		}
	})
}

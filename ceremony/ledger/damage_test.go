package ledger

import (
	"bytes"
	"crypto/rand"
	"errors"
	mathrand "math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/internal/safefile/crashfs"
	"github.com/rootmoot/rootmoot/root"
)

// filled is the bytes of a ledger of three entries.
func filled(t testing.TB) []byte {
	t.Helper()
	m := crashfs.New(crashfs.Links)
	add(t, open(t, m.Open()), entry(3, "a"), entry(4, "b"), entry(5, "c"))
	return m.Get(File)
}

// holding is a folder with a ledger of these bytes.
func holding(raw []byte) *crashfs.FS {
	m := crashfs.New(crashfs.Links)
	m.Put(File, raw)
	return m
}

// entries are all that the ledger tells of.
func entries(t testing.TB, l *Ledger) []Entry {
	t.Helper()
	out, err := l.Entries()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Cut short, as by a power cut, a ledger says so, keeps what it cuts off, and
// tells of every entry whose line is whole; without a whole header it is damaged.
func TestCut(t *testing.T) {
	whole := filled(t)
	header := bytes.IndexByte(whole, '\n') + 1
	for cut := range whole {
		m := holding(whole[:cut])
		_, err := Open(m.Open(), rand.Reader, nil)
		if cut < header {
			var damage *journal.DamageError
			if !errors.As(err, &damage) || !strings.Contains(err.Error(), "restore a copy of it; if there is none, find out what keys have signed here") {
				t.Errorf("cut at %d: %v", cut, err)
			}
			continue
		}
		var torn *TornError
		if cutOff := whole[bytes.LastIndexByte(whole[:cut], '\n')+1 : cut]; len(cutOff) > 0 {
			if !errors.As(err, &torn) {
				t.Errorf("cut at %d: %v", cut, err)
				continue
			}
			if aside := m.Get(torn.File); !bytes.Equal(aside, cutOff) {
				t.Errorf("cut at %d: kept aside %q", cut, aside)
			}
		}
		l := open(t, m.Open())
		add(t, l, entry(9, "z"))
		lines := bytes.Count(whole[:cut], []byte("\n")) - 1
		want := append([]Entry{entry(3, "a"), entry(4, "b"), entry(5, "c")}[:lines:lines], entry(9, "z"))
		if diff := cmp.Diff(want, entries(t, l)); diff != "" {
			t.Errorf("cut at %d (-want +got):\n%s", cut, diff)
		}
	}
}

// No byte can be changed so that the ledger silently tells of less. What the
// last line says can be changed: nothing follows that would hold it.
func TestChangeEveryByte(t *testing.T) {
	whole := filled(t)
	last := bytes.LastIndexByte(whole[:len(whole)-1], '\n') + 1
	for i := range whole {
		raw := bytes.Clone(whole)
		raw[i] ^= []byte{0x01, 0x20, 0x80}[i%3]
		m := holding(raw)
		l, err := Open(m.Open(), rand.Reader, nil)
		var torn *TornError
		switch {
		case errors.As(err, &torn):
			// Without the line feed before it, the last two lines are one.
			if aside := m.Get(torn.File); i < last-1 || !bytes.HasSuffix(raw, aside) || len(aside) == 0 {
				t.Errorf("byte %d: kept aside %q", i, aside)
			}
		case err != nil:
		case i < last:
			t.Errorf("byte %d: not noticed", i)
		default:
			if got := entries(t, l); len(got) != 3 {
				t.Errorf("byte %d: %d entries", i, len(got))
			}
		}
	}
}

// An end that is no entry stops whoever asks, once.
func TestTornError(t *testing.T) {
	m := holding(append(filled(t), "{\"n\":4}\n"...))
	_, err := Open(m.Open(), rand.Reader, nil)
	var torn *TornError
	if !errors.As(err, &torn) || err.Error() != "ledger: its end was no entry, and was moved to ledger.torn-1: the power went while it was written, or it was changed since; look at it, and do this again to go on without it" {
		t.Fatalf("%v", err)
	}
	l := open(t, m.Open())
	m.Put(File, append(m.Get(File), "spoilt"...))
	if err := l.Add(noon, entry(6, "d")); !errors.As(err, &torn) || torn.File != "ledger.torn-2" {
		t.Errorf("%v", err)
	}
	if got := entries(t, l); len(got) != 3 {
		t.Errorf("added in spite of it: %+v", got)
	}
	add(t, l, entry(6, "d"))
}

// The power goes at any operation of beginning a ledger and adding to it. What
// was reported as added is there, and at most what was being added beside it.
func TestPowerCut(t *testing.T) {
	wanted := []Entry{entry(3, "a"), entry(4, "b"), entry(5, "c")}
	for _, can := range []crashfs.Ability{crashfs.Links, crashfs.RenameNew} {
		for n, finished := 1, false; !finished; n++ {
			m := crashfs.New(can)
			m.CutAt(n)
			added := 0
			l, err := Open(m.Open(), rand.Reader, nil)
			for err == nil && added < len(wanted) {
				if err = l.Add(noon, wanted[added]); err == nil {
					added++
				}
			}
			finished = err == nil
			for seed := range uint64(30) {
				after := m.Crash(mathrand.New(mathrand.NewPCG(seed, uint64(n))))
				l, err := Open(after.Open(), rand.Reader, nil)
				var torn *TornError
				if errors.As(err, &torn) {
					l, err = Open(after.Open(), rand.Reader, nil)
				}
				if err != nil {
					t.Fatalf("cut at %d, seed %d: %v", n, seed, err)
				}
				have := entries(t, l)
				if len(have) < added || len(have) > added+1 || !cmp.Equal(have, wanted[:len(have)], cmpopts.EquateEmpty()) {
					t.Errorf("cut at %d, seed %d: added %d, has %+v", n, seed, added, have)
				}
			}
		}
	}
}

// A journal whose lines are whole, but not a ledger's.
func TestForeignFacts(t *testing.T) {
	good, err := entry(4, "a").encode()
	if err != nil {
		t.Fatal(err)
	}
	edit := func(old, new string) string {
		if !strings.Contains(string(good), old) {
			t.Fatalf("the entry has no %q", old)
		}
		return strings.Replace(string(good), old, new, 1)
	}
	boston := digest("boston").String()
	tests := []struct{ name, fact, want string }{
		{"another's fact", `{"kind":"opened","body":{}}`, "entry 1: "},
		{"empty", `{}`, "entry 1: there is no key"},
		{"unknown member", edit(`"version"`, `"document":"key_mgr","version"`), "entry 1: "},
		{"version 0", edit(`"version":4`, `"version":0`), "entry 1: version 0: versions begin at 1"},
		{"version in words", edit(`"version":4`, `"version":"4"`), "entry 1: "},
		{"version with a fraction", edit(`"version":4`, `"version":4.0`), "entry 1: "},
		{"version beyond 63 bits", edit(`"version":4`, `"version":9223372036854775808`), "entry 1: "},
		{"key in capitals", edit(boston, strings.ToUpper(boston)), "entry 1: "},
		{"key cut", edit(boston, boston[2:]), "entry 1: "},
		{"zero key", edit(boston, root.Digest{}.String()), "entry 1: there is no key"},
		{"zero chain written out", edit(digest("example").String(), root.Digest{}.String()), "entry 1: not written as this program writes it"},
		{"reordered", `{"version":4,"key":"` + boston + `","digest":"` + boston + `"}`, "entry 1: not written as this program writes it"},
		{"empty exception", edit(`}`, `,"exception":""}`), "entry 1: not written as this program writes it"},
		{"exception in other bytes", edit(`}`, `,"exception":"\u0061"}`), "entry 1: not written as this program writes it"},
		{"member in capitals", edit(`"version"`, `"Version"`), "entry 1: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir, _ := folder(t)
			j, err := journal.Create(dir, File, journal.Header{Place: place})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := j.Append(noon, []byte(tt.fact)); err != nil {
				t.Fatal(err)
			}
			if err := j.Close(); err != nil {
				t.Fatal(err)
			}
			_, err = Open(dir, rand.Reader, nil)
			var damage *journal.DamageError
			if !errors.As(err, &damage) || !strings.HasPrefix(err.Error(), "ledger: "+tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

// The journal of a sitting is no ledger, whatever its place is called.
func TestOtherJournal(t *testing.T) {
	for _, name := range []string{"amsterdam", "ledger", "rootmoot-ledger"} {
		dir, _ := folder(t)
		j, err := journal.Create(dir, File, journal.Header{Place: name})
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, rand.Reader, nil); err == nil || !strings.Contains(err.Error(), `ledger: is the journal of "`+name+`" and no ledger: move it away`) {
			t.Errorf("%v", err)
		}
		if _, _, err := journal.Open(dir, File); err != nil {
			t.Errorf("it stays locked: %v", err)
		}
	}
}

func FuzzEntry(f *testing.F) {
	for _, e := range []Entry{
		entry(4, "a"),
		{Key: key("k"), Version: 1, Digest: digest("g")},
		{Key: key("k"), Version: 1<<63 - 1, Digest: digest("g"), Exception: "“why”\n\u2028"},
	} {
		fact, err := e.encode()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(fact)
	}
	f.Add([]byte(`{"key":"","version":1e0,"digest":""}`))
	f.Fuzz(func(t *testing.T, fact []byte) {
		e, err := parse(journal.Entry{Fact: fact, At: noon})
		if err != nil {
			return
		}
		again, err := e.encode()
		if err != nil || !bytes.Equal(again, fact) || e.Version < 1 || len(e.Exception) > MaxException {
			t.Fatalf("%q reads as %+v, %v", fact, e, err)
		}
	})
}

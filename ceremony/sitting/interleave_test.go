package sitting_test

import (
	"crypto/rand"
	mathrand "math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/safefile/crashfs"
	"github.com/rootmoot/rootmoot/verify"
)

// TestInterleavings: two places take what came from keyholders elsewhere, and
// each other's journals, in random orders and more than once, while the power
// goes at random operations and what was not synced is lost. Whatever a place
// has said that it took is there ever after; and when both have seen everything
// they know the same.
func TestInterleavings(t *testing.T) {
	f := newFair(t)
	crashes, interleavings := 0, crashfs.Effort(4, 60, 3000)
	for n := range interleavings {
		r := mathrand.New(mathrand.NewPCG(uint64(n), 6))
		two := [2]*desk{f.desk(t, "amsterdam", f.a, r), f.desk(t, "boston", f.b, r)}
		for range 4 + r.IntN(8) {
			d := two[r.IntN(2)]
			if r.IntN(3) == 0 {
				d.power(r.IntN(60))
			}
			d.take(f.pick(r, two))
		}
		for _, d := range two {
			for _, raw := range f.all {
				d.take(raw)
			}
		}
		two[0].take(two[1].journal())
		two[1].take(two[0].journal())
		for _, d := range two {
			d.reopen()
			crashes += d.crashes
		}
		if diff := cmp.Diff(two[0].knows(), two[1].knows()); diff != "" {
			t.Fatalf("run %d: the places differ: %s", n, diff)
		}
	}
	if crashes < interleavings/3 {
		t.Errorf("the power went %d times only", crashes)
	}
	t.Logf("%d interleavings, %d crashes", interleavings, crashes)
}

// A fair is what all runs begin from: two places at the signatures, and what
// keyholders elsewhere have given.
type fair struct {
	st   *stage
	a, b map[string][]byte // the folders of the two places
	all  [][]byte          // what came
}

func newFair(t *testing.T) *fair {
	t.Helper()
	st := newStage(t)
	st.r = &rehearse.Rehearsal{Dir: t.TempDir(), Format: plan.Conda, Now: time.Now, Rand: rand.Reader}
	if err := st.r.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	st.stand(rehearse.Genesis, verify.Trusted{})
	st.stand(rehearse.Rotate, st.genesis())
	st.cast.Mishaps = nil
	a, b := st.at(t, "amsterdam", "internal-audit", "amsterdam"), st.at(t, "boston", "internal-audit", "boston")
	a.open()
	a.walk("tokens")
	b.cfg.Attempt = attemptOf(t, a)
	b.open()
	b.walk("tokens")
	enrolment := a.asks(t, "edinburgh").answers(t)
	for _, place := range []*stage{a, b} {
		place.takes(t, enrolment)
		place.walk("signatures")
	}
	f := &fair{st: st}
	for _, name := range []string{"amsterdam", "boston", "chennai", "edinburgh"} {
		f.give(t, a.asks(t, name).answers(t))
	}
	dakar := b.asks(t, "dakar")
	dakar.cast.Mishaps = map[string]people.Mishap{"dakar": people.Refuses}
	f.give(t, dakar.answers(t))
	f.all = append(f.all, []byte("{}"))
	f.a, f.b = taken(a), taken(b)
	return f
}

// give adds a contribution, and what is left of it without the record of its
// place, and without its statement.
func (f *fair) give(t *testing.T, raw []byte) {
	t.Helper()
	d, err := ceremony.ParseDelivery(raw)
	if err != nil {
		t.Fatal(err)
	}
	f.all = append(f.all, raw)
	d.Journal = ""
	f.all = append(f.all, d.Encode())
	d.Stated = nil
	f.all = append(f.all, d.Encode())
}

// taken are the files of a place.
func taken(st *stage) map[string][]byte {
	out := make(map[string][]byte)
	for name, text := range st.files(st.cfg.Dir) {
		out[name] = []byte(text)
	}
	return out
}

// pick is something to merge: what came, or the journal of one of the places.
func (f *fair) pick(r *mathrand.Rand, two [2]*desk) []byte {
	if r.IntN(4) == 0 {
		return two[r.IntN(2)].journal()
	}
	return f.all[r.IntN(len(f.all))]
}

// A desk is one place in memory, whose power may go.
type desk struct {
	t       *testing.T
	cfg     sitting.Config
	fs      *crashfs.FS
	r       *mathrand.Rand
	s       *sitting.Sitting
	crashes int
	said    []string // summaries of what it said that it took
}

func (f *fair) desk(t *testing.T, place string, files map[string][]byte, r *mathrand.Rand) *desk {
	d := &desk{t: t, cfg: f.st.cfg, fs: crashfs.New(crashfs.Links), r: r}
	for name, data := range files {
		d.fs.Put(name, data)
	}
	d.cfg.Place, d.cfg.Dir = place, place
	d.cfg.Folder = func() (safefile.Dir, error) { return d.fs.Open(), nil }
	d.reopen()
	return d
}

// power lets the power go at the n-th operation from now.
func (d *desk) power(n int) { d.fs.CutAt(d.fs.Ops() + n) }

// reopen opens the place from what is on its medium, after a crash if there was
// one.
func (d *desk) reopen() {
	d.t.Helper()
	if d.s != nil {
		d.s.Close()
	}
	if d.fs.IsCut() {
		d.crashes++
		d.fs = d.fs.Crash(d.r)
	} else {
		d.fs.Kill()
	}
	var err error
	if d.s, err = sitting.Open(d.cfg); err != nil {
		d.t.Fatalf("%s does not open again: %v\n%v", d.cfg.Place, err, d.fs)
	}
	for _, said := range d.said {
		if !slices.Contains(d.parts(), said) {
			d.t.Fatalf("%s said that it took %q, and it is lost: %v", d.cfg.Place, said, d.parts())
		}
	}
}

// take merges a file, and does it again if the power went.
func (d *desk) take(raw []byte) {
	d.t.Helper()
	m, err := d.s.Merge("a stick", raw)
	for d.fs.IsCut() {
		d.reopen()
		m, err = d.s.Merge("a stick", raw)
	}
	if err != nil && !strings.Contains(err.Error(), "is not taken") {
		d.t.Fatalf("%s: %v", d.cfg.Place, err)
	}
	for _, line := range m.Took {
		what, _, _ := strings.Cut(line, ":")
		if !strings.HasPrefix(what, "enrolment") && !slices.Contains(d.said, what) {
			d.said = append(d.said, what)
		}
	}
}

func (d *desk) journal() []byte { return d.fs.Get(sitting.JournalFile) }

// parts are what the place holds, as a merge calls it. Whoever has refused and
// then signed has signed.
func (d *desk) parts() []string {
	var out []string
	for _, s := range d.knows().Standings {
		switch s.Part {
		case ceremony.PartSigned:
			out = append(out, "signature of "+s.Participant, "refusal of "+s.Participant)
		case ceremony.PartRefused, ceremony.PartClaimed:
			out = append(out, "refusal of "+s.Participant)
		}
	}
	return out
}

// known is what a place knows that does not depend on which place it is.
type known struct {
	Standings []ceremony.Standing
	Lacks     []ceremony.Lack
	Meters    []sitting.Meter
}

func (d *desk) knows() known {
	d.t.Helper()
	st := d.s.Status()
	for i := range st.Standings {
		st.Standings[i].Asked = 0 // by this place
	}
	return known{st.Standings, st.Lacks, d.s.View().Meters}
}

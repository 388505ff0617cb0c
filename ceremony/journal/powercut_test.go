package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"

	"github.com/rootmoot/rootmoot/internal/safefile/crashfs"
)

// long are facts of very different sizes: within a block, just over its end,
// over many.
func long() []string {
	var out []string
	for i, size := range []int{1, 300, 5, 900, 7000, 2, 513} {
		out = append(out, fmt.Sprintf(`{"i":%d,"text":%q}`, i, strings.Repeat("x", size)))
	}
	return out
}

// place is one place's program: it opens its journal, or begins it, and appends
// the facts that it has not.
type place struct {
	reported []Entry // what it was told is written
	repairs  int
}

// run is the program from its start to its end, or until something fails.
func (p *place) run(m *crashfs.FS, facts []string) error {
	dir := m.Open()
	_, err := dir.Lstat("j")
	if errors.Is(err, fs.ErrNotExist) {
		if len(p.reported) > 0 {
			return fmt.Errorf("the journal is gone, and with it %d entries", len(p.reported))
		}
		j, err := Create(dir, "j", header)
		if err != nil {
			return err
		}
		return p.appendAll(j, facts)
	}
	if err != nil {
		return err
	}
	before := m.Get("j")
	j, opened, err := Open(dir, "j")
	if err != nil {
		return err
	}
	if err := p.check(m, before, opened); err != nil {
		return err
	}
	p.reported = opened.Entries
	return p.appendAll(j, facts[len(opened.Entries):])
}

// check compares what was opened with what was reported as written, and with
// what lay there before.
func (p *place) check(m *crashfs.FS, before []byte, opened Opened) error {
	if n := len(opened.Entries); n < len(p.reported) || n > len(p.reported)+1 {
		return fmt.Errorf("LOST: %d entries of %d", n, len(p.reported))
	}
	for i, e := range p.reported {
		if opened.Entries[i].Digest != e.Digest {
			return fmt.Errorf("LOST: entry %d is another", i+1)
		}
	}
	now := m.Get("j")
	torn := before[len(now):]
	if !bytes.HasPrefix(before, now) || (len(torn) > 0) != (opened.Repaired != nil) {
		return fmt.Errorf("UNSAID: of %d bytes %d were kept, repair: %+v", len(before), len(now), opened.Repaired)
	}
	if r := opened.Repaired; r != nil {
		p.repairs++
		if r.Bytes != len(torn) || !bytes.Equal(m.Get(r.File), torn) || r.Ended != bytes.Contains(torn, []byte("\n")) {
			return fmt.Errorf("UNSAID: %q was cut off, repair: %+v", torn, *r)
		}
	}
	return nil
}

func (p *place) appendAll(j *Journal, facts []string) error {
	for _, f := range facts {
		e, err := j.Append(noon, []byte(f))
		if err != nil {
			return err
		}
		p.reported = append(p.reported, e)
	}
	return j.Close()
}

// The power goes at every operation, and again at one of those after it, until
// all is written: no entry that was reported as written is lost or changed, and
// what was cut off is kept and said.
func TestPowerCut(t *testing.T) {
	cuts, repairs := 0, 0
	for _, can := range []crashfs.Ability{crashfs.Links, crashfs.RenameNew} {
		for n, over := 1, false; !over; n++ {
			for seed := range uint64(crashfs.Effort(5, 100, 3000)) {
				p := place{}
				again := p.cutUntilDone(t, crashfs.New(can), n, rand.New(rand.NewPCG(seed, uint64(n))))
				over = again == 0
				cuts, repairs = cuts+again, repairs+p.repairs
			}
		}
	}
	t.Logf("%d power cuts, %d torn lines", cuts, repairs)
	if repairs == 0 {
		t.Error("no line was ever torn")
	}
}

// cutUntilDone lets the power go at an operation of the place's program, and
// then at others that r draws, until it comes to its end. It returns how often.
func (p *place) cutUntilDone(t *testing.T, m *crashfs.FS, at int, r *rand.Rand) (cuts int) {
	t.Helper()
	facts := long()
	for ; ; cuts++ {
		m.CutAt(at)
		err := p.run(m, facts)
		if err == nil {
			break
		}
		if !errors.Is(err, crashfs.ErrCut) {
			t.Fatalf("power cut %d, at %d: %v: %v", cuts, at, err, m)
		}
		m, at = m.Crash(r), 1+r.IntN(40)
	}
	if _, entries, err := Read(lasting(m, "j")); err != nil || len(entries) != len(facts) {
		t.Fatalf("after %d power cuts, in the end: %d entries, %v", cuts, len(entries), err)
	}
	return cuts
}

// Any fault at any operation: what was reported as written is there when the
// medium is mended, with and without a power cut in between.
func TestFaults(t *testing.T) {
	faults := map[string]func(n int) func(crashfs.Op) *crashfs.Fault{
		"full":        func(n int) func(crashfs.Op) *crashfs.Fault { return crashfs.Full(n, false) },
		"short write": func(n int) func(crashfs.Op) *crashfs.Fault { return crashfs.Full(n, true) },
		"read-only":   crashfs.ReadOnly,
		"gone":        crashfs.Gone,
		"pulled":      crashfs.Pulled,
		"once":        func(n int) func(crashfs.Op) *crashfs.Fault { return crashfs.Once(n, syscall.EIO) },
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			facts := long()
			for n := 1; ; n++ {
				m, p := crashfs.New(crashfs.Links), place{}
				m.Fail(fault(n))
				err := p.run(m, facts)
				over := err == nil && m.Ops() < n
				m.Fail(unharmed)
				for seed := range uint64(crashfs.Effort(5, 20, 500)) {
					after, q := m.Crash(rand.New(rand.NewPCG(seed, uint64(n)))), p
					if err := q.run(after, facts); err != nil {
						t.Fatalf("%d (%v), then a power cut, seed %d: %v", n, err, seed, err)
					}
				}
				m.Kill()
				if err := p.run(m, facts); err != nil {
					t.Fatalf("%d (%v): %v", n, err, err)
				}
				if _, entries, err := Read(lasting(m, "j")); err != nil || len(entries) != len(facts) {
					t.Fatalf("%d: in the end %d entries, %v", n, len(entries), err)
				}
				if over {
					break
				}
			}
		})
	}
}

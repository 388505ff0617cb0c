package sitting_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/safefile/crashfs"
)

// TestPowerCutAnywhere plays a sitting once, and at each of its operations on
// the directory draws many times what a power cut would leave. All of it opens,
// at the same step, with all that was reported as recorded.
func TestPowerCutAnywhere(t *testing.T) {
	draws := crashfs.Effort(1, 30, 1000)
	for name, begin := range crashingStages(t) {
		t.Run(name, func(t *testing.T) {
			c := begin()
			c.t = t
			w := &cutter{crashing: c, draws: draws, seen: make(map[[32]byte]bool)}
			c.m.Fail(w.before)
			if err := c.reopen(); err != nil {
				t.Fatal(err)
			}
			if err := c.play(); err != nil {
				t.Fatal(err)
			}
			if err := c.over(); err != nil {
				t.Fatal(err)
			}
			c.leave()
			t.Logf("%d operations, %d power cuts, %d of them different, %d with a torn end", c.m.Ops(), w.cuts, len(w.seen), w.torn)
			if w.torn == 0 {
				t.Error("the journal was never torn")
			}
		})
	}
}

// TestCrashAndGoOn plays whole sittings, which crash at one operation, are opened
// on what is left and go on, and crash again: by a power cut, or because the
// process is killed. In the end there is a root, with all that was reported.
func TestCrashAndGoOn(t *testing.T) {
	step, draws := crashfs.Effort(61, 13, 1), crashfs.Effort(1, 1, 5)
	for name, begin := range crashingStages(t) {
		t.Run(name, func(t *testing.T) {
			crashes, kills, torn, over := 0, 0, 0, false
			for n := 1; !over; n += step {
				for seed := range draws {
					g := &goingOn{crashing: begin(), r: rand.New(rand.NewPCG(uint64(seed), uint64(n)))}
					g.t = t
					if err := g.untilDone(n); err != nil {
						t.Fatalf("crash at operation %d, seed %d, then %v: %v", n, seed, g.at, err)
					}
					crashes, kills, torn, over = crashes+len(g.at)-1, kills+g.kills, torn+g.torn, len(g.at) == 1
				}
			}
			t.Logf("%d crashes, %d of them kills, %d with a torn end", crashes, kills, torn)
		})
	}
}

// goingOn is a sitting that crashes again and again.
type goingOn struct {
	*crashing
	r     *rand.Rand
	at    []int // the operations at which it crashes, each counted from the start before
	kills int
}

// untilDone plays the sitting to its end.
func (g *goingOn) untilDone(n int) error {
	defer g.leave()
	for {
		g.at = append(g.at, n)
		g.m.CutAt(n)
		err := g.reopen()
		if err == nil {
			err = g.play()
		}
		if err == nil {
			return g.over()
		}
		if !errors.Is(err, crashfs.ErrCut) {
			return err
		}
		// After a kill what is not synced is still there, for a power cut to take.
		if g.r.IntN(4) > 0 {
			g.m = g.m.Crash(g.r)
		} else {
			g.m.Kill()
			g.kills++
		}
		n = g.m.Ops() + 1 + g.r.IntN(150)
	}
}

// A cutter looks at what power cuts would leave, while a sitting goes on.
type cutter struct {
	*crashing
	draws int
	last  crashfs.Op
	seen  map[[32]byte]bool
	cuts  int
	torn  int
}

// before is asked before each operation, and lets it happen.
func (w *cutter) before(o crashfs.Op) *crashfs.Fault {
	if !o.Kind.Changes() {
		return nil
	}
	if w.last.Kind == crashfs.Sync && w.last.Name == sitting.JournalFile {
		w.reported = w.m.Get(sitting.JournalFile) // what was synced has been reported
	}
	w.last = o
	for seed := range uint64(w.draws) {
		after := w.m.Crash(rand.New(rand.NewPCG(seed, uint64(o.N))))
		w.cuts++
		if d := digest(after, w.reported); !w.seen[d] {
			w.seen[d] = true
			w.found(after, fmt.Sprintf("before operation %d (%v %s), seed %d: %v", o.N, o.Kind, o.Name, seed, after))
		}
	}
	return nil
}

// digest tells what was found, and what should be.
func digest(m *crashfs.FS, reported []byte) [32]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%q", reported)
	for _, name := range m.Names() {
		fmt.Fprintf(h, "%q %q", name, m.Get(name))
	}
	return [32]byte(h.Sum(nil))
}

// found opens what a power cut has left.
func (w *cutter) found(m *crashfs.FS, when string) {
	alone, c := *w.stage, *w.crashing
	alone.s, alone.watch = nil, nil
	c.stage, c.m = &alone, m
	if err := c.reopen(); err != nil {
		w.t.Errorf("%s: %v", when, err)
	}
	w.torn += c.torn
	c.leave()
}

package sitting_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/safefile/crashfs"
)

// A fault of a medium, from its nth operation on or at it.
type fault struct {
	name string
	at   func(n int) func(crashfs.Op) *crashfs.Fault
}

func faults() []fault {
	return []fault{
		{"full", func(n int) func(crashfs.Op) *crashfs.Fault { return crashfs.Full(n, false) }},
		{"short write", func(n int) func(crashfs.Op) *crashfs.Fault { return crashfs.Full(n, true) }},
		{"read-only", crashfs.ReadOnly},
		{"gone", crashfs.Gone},
		{"pulled", crashfs.Pulled},
		{"once", func(n int) func(crashfs.Op) *crashfs.Fault { return crashfs.Once(n, syscall.EIO) }},
	}
}

// TestFaultsAnywhere plays whole sittings in which the medium fails at one
// operation. The act is refused, saying what to do; when the medium is mended
// that goes on: in the same sitting, in one that is opened again, or on what a
// power cut leaves. In the end there is a root, with all that was reported.
func TestFaultsAnywhere(t *testing.T) {
	list, step := faults(), crashfs.Effort(61, 13, 1)
	each := crashfs.Effort(1, 1, len(list)) // so many at each operation, in turn
	for name, begin := range crashingStages(t) {
		t.Run(name, func(t *testing.T) {
			played, refusals := 0, 0
			for i, n, over := 0, 1, false; !over; i, n = i+1, n+step {
				for j := range each {
					f := list[(i+j)%len(list)]
					c := &faulty{crashing: begin(), r: rand.New(rand.NewPCG(uint64(n), uint64(j)))}
					c.t = t
					over = c.untilDone(n, f)
					played, refusals = played+1, refusals+c.refusals
				}
			}
			t.Logf("%d sittings, %d refusals", played, refusals)
		})
	}
}

// faulty is a sitting on a medium with a fault.
type faulty struct {
	*crashing
	r        *rand.Rand
	refusals int
}

// untilDone plays the sitting to its end, and reports whether that came before
// the fault.
func (f *faulty) untilDone(n int, what fault) (over bool) {
	defer f.leave()
	failed, fails := false, what.at(n)
	f.m.Fail(func(o crashfs.Op) *crashfs.Fault {
		w := fails(o)
		failed = failed || w != nil
		return w
	})
	f.watch = func(v any) { // what is in the journal after a fault may not have been reported
		if !failed {
			f.seen(v)
		}
	}
	when := fmt.Sprintf("%s at operation %d", what.name, n)
	err := f.reopen()
	if err == nil {
		if err = f.play(); err != nil {
			when += f.refused(when, err)
		}
	}
	f.m.Fail(func(crashfs.Op) *crashfs.Fault { return nil })
	f.watch = nil
	if err != nil {
		err = f.mended(&when)
	}
	if err == nil {
		err = f.over()
	}
	if err != nil {
		f.t.Errorf("%s: %v", when, err)
	}
	return !failed
}

// refused looks at what an act said that could not be carried out.
func (f *faulty) refused(when string, err error) string {
	var refusal *sitting.Refusal
	if !errors.As(err, &refusal) {
		f.t.Errorf("%s: not a refusal: %v", when, err)
	}
	f.refusals++
	return fmt.Sprintf(" (%v)", err)
}

// mended goes on when the medium works again.
func (f *faulty) mended(when *string) error {
	switch f.r.IntN(3) {
	case 0:
		*when += ", then a power cut"
		f.m = f.m.Crash(f.r)
	case 1:
		*when += ", opened again"
	case 2:
		if f.s == nil {
			break
		}
		err := f.play()
		var refusal *sitting.Refusal
		if !errors.As(err, &refusal) {
			*when += ", in the same sitting"
			return err
		}
		if !strings.Contains(refusal.Hint, "then open the sitting again") {
			return fmt.Errorf("in the same sitting: %w (%s)", err, refusal.Hint)
		}
		*when += ", opened again as it was said"
	}
	if err := f.reopen(); err != nil {
		return err
	}
	return f.play()
}

// TestHandOverTidy: what a refused act could not remove, when it failed, is not
// handed over.
func TestHandOverTidy(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("hand-over")
	st.write(".tmp-left", []byte("half of it"))
	st.must(sitting.ActHandOver, "")
	if _, there := st.files(st.cfg.Dir)[".tmp-left"]; there {
		t.Error("a temporary file is handed over")
	}
}

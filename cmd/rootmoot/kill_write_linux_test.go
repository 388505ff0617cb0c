package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/safefile/crashfs"
)

// TestKilledAtEachWrite plays whole ceremonies with the built program and kills
// it right before one of its changes of files: each in make soak, some of them
// else. The same command goes on, is perhaps killed again, and comes to its end:
// no line of a journal that was there at a kill is missing then, it goes on at
// the same step, and rootmoot-verify accepts the chain.
func TestKilledAtEachWrite(t *testing.T) {
	bin := buildBoth(t)
	for format, step := range map[string]int{"conda": crashfs.Effort(199, 61, 1), "tuf": crashfs.Effort(199, 163, 1)} {
		t.Run(format, func(t *testing.T) {
			play := func(n int) *writeKiller {
				w := &writeKiller{killer: killer{t: t, bin: bin, dir: t.TempDir(), format: format, journals: make(map[string][]byte)}}
				w.r = rand.New(rand.NewPCG(uint64(n), 0))
				w.untilDone(n)
				if t.Failed() {
					t.Fatalf("killed before change %d, then %v", n, w.at)
				}
				if err := os.RemoveAll(w.dir); err != nil { // not only when all is over
					t.Fatal(err)
				}
				return w
			}
			kills, runs, whole := 0, 0, play(0).changes
			for n := 1; n <= whole; n++ {
				if n%step == 0 || n > whole-3 { // in the end a root is published
					kills, runs = kills+len(play(n).at)-1, runs+1
				}
			}
			t.Logf("%d changes, %d ceremonies, %d kills", whole, runs, kills)
			if kills < runs {
				t.Error("some were not killed")
			}
		})
	}
}

// writeKiller kills at writes.
type writeKiller struct {
	killer
	r       *rand.Rand
	at      []int
	changes int // in the last run
}

// untilDone starts the program, kills it before its nth change of a file, and
// starts it again, until it comes to its end.
func (w *writeKiller) untilDone(n int) {
	for {
		w.at = append(w.at, n)
		finished := w.start(n)
		w.remember()
		if finished || w.t.Failed() {
			break
		}
		n = 0
		if w.r.IntN(2) == 0 {
			n = 1 + w.r.IntN(600)
		}
	}
	if !w.t.Failed() {
		w.accepted()
		w.nothingLeft()
	}
}

// start runs the program and reports whether it came to its end.
func (w *writeKiller) start(n int) bool {
	out, err := os.Create(filepath.Join(w.t.TempDir(), "out"))
	if err != nil {
		w.t.Fatal(err)
	}
	defer out.Close()
	changes, ended, err := runUntil(n, out, filepath.Join(w.bin, "rootmoot"), "rehearse", w.dir, "--format", w.format, "--play", "--pace", "1ms")
	if err != nil {
		if os.Getenv("CI") == "true" {
			w.t.Fatal(err)
		}
		w.t.Skipf("no program can be traced here: %v", err)
	}
	said, err := os.ReadFile(out.Name())
	if err != nil {
		w.t.Fatal(err)
	}
	w.changes = changes
	w.sameStep(said)
	if !ended.Exited() {
		if ended.Signal() != syscall.SIGKILL {
			w.t.Errorf("ended by %v\n%s", ended.Signal(), said)
		}
		return false
	}
	if ended.ExitStatus() != 0 {
		w.t.Errorf("exit code %d\n%s", ended.ExitStatus(), said)
	}
	return true
}

// sameStep looks where the program went on, and how far it came.
func (w *writeKiller) sameStep(said []byte) {
	sitting, first := "", true
	for line := range strings.Lines(string(said)) {
		if strings.HasPrefix(line, "REHEARSAL, sitting ") {
			sitting = strings.Fields(line)[2]
		}
		if !strings.HasPrefix(line, "Step ") {
			continue
		}
		step := fmt.Sprintf("%s %02s", sitting, strings.Fields(line)[1])
		if first && step < w.last {
			w.t.Errorf("killed at %q, goes on at %q", w.last, step)
		}
		first, w.last = false, step
	}
}

// accepted has the auditor's tool verify the chain.
func (w *writeKiller) accepted() {
	chain := filepath.Join(w.dir, "chain")
	out, err := exec.Command(filepath.Join(w.bin, "rootmoot-verify"), "chain", "--rehearsal", "--trust", filepath.Join(chain, "1.root.json"), chain).CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("accepted version 2")) {
		w.t.Errorf("%v\n%s", err, out)
	}
}

// nothingLeft looks for temporary files. Those of tokens, which have a folder of
// their own, are none of the program's: a token may be pulled out at any time.
func (w *writeKiller) nothingLeft() {
	for _, folder := range append(rehearse.Sittings(), rehearse.ChainDir) {
		list, err := os.ReadDir(filepath.Join(w.dir, folder))
		if err != nil {
			w.t.Fatal(err)
		}
		for _, e := range list {
			if safefile.Temporary(e.Name()) {
				w.t.Errorf("left over: %s in %s", e.Name(), folder)
			}
		}
	}
}

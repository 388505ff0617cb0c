package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// TestKilledAtEachStep plays whole ceremonies with the built program and kills
// it with SIGKILL: once at every step of all sittings, and at many acts in
// between, a moment after they began. Each time it must go on at the same step
// with nothing lost, and in the end rootmoot-verify must accept the chain.
func TestKilledAtEachStep(t *testing.T) {
	bin := buildBoth(t)
	for _, format := range []string{"tuf", "conda"} {
		t.Run(format, func(t *testing.T) {
			k := &killer{t: t, bin: bin, dir: t.TempDir(), format: format, at: make(map[string]int), journals: make(map[string][]byte)}
			for !k.run() {
				k.remember()
				if k.kills > 500 {
					t.Fatal("the ceremony does not get anywhere")
				}
			}
			k.remember()
			steps := 0
			for _, n := range k.at {
				steps += min(n, 1)
			}
			if want := 10 * len(k.sittings()); steps != want {
				t.Errorf("killed at %d steps, want all %d: %v", steps, want, k.at)
			}
			t.Logf("%d kill points at %d steps", k.kills, steps)
		})
	}
}

// sittings are those of the rehearsal.
func (k *killer) sittings() []string {
	return (&rehearse.Rehearsal{Format: plan.Format(k.format)}).All()
}

// buildBoth builds both programs, as make does.
func buildBoth(t *testing.T) string {
	t.Helper()
	bin := t.TempDir()
	for _, name := range []string{"rootmoot", "rootmoot-verify"} {
		out, err := exec.Command("go", "build", "-o", filepath.Join(bin, name), "../"+name).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	return bin
}

type killer struct {
	t                *testing.T
	bin, dir, format string
	kills            int
	at               map[string]int    // kills, by sitting and step
	last             string            // the sitting and step last seen
	journals         map[string][]byte // as they were at the last kill, whole lines only
}

// run starts the program on the folder and kills it on the way; true if it came
// to its end.
func (k *killer) run() (finished bool) {
	c := exec.Command(filepath.Join(k.bin, "rootmoot"), "rehearse", k.dir, "--format", k.format, "--play", "--pace", "20ms")
	out, err := c.StdoutPipe()
	if err != nil {
		k.t.Fatal(err)
	}
	var errs bytes.Buffer
	c.Stderr = &errs
	if err := c.Start(); err != nil {
		k.t.Fatal(err)
	}
	acts, limit, first := 0, 4+rand.IntN(8), true
	sittingName, step := "", ""
	scan := bufio.NewScanner(out)
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		line := scan.Text()
		switch {
		case strings.HasPrefix(line, "REHEARSAL, sitting "):
			sittingName = strings.Fields(line)[2]
		case strings.HasPrefix(line, "Step "):
			step = fmt.Sprintf("%s %02s", sittingName, strings.Fields(line)[1])
			if first && step < k.last {
				k.t.Errorf("killed at %q, goes on at %q", k.last, step)
			}
			first, k.last = false, step
		case strings.HasPrefix(line, "> "):
			acts++
			if step == "" || k.at[step] > 0 && acts < limit {
				continue
			}
			time.Sleep(time.Duration(rand.IntN(3000)) * time.Microsecond)
			if c.Process.Kill() == nil {
				k.at[step]++
				k.kills++
			}
			// What it still wrote before it died is read and not needed.
			for scan.Scan() {
			}
			c.Wait() //nolint:errcheck // it was killed
			return false
		}
	}
	if err := c.Wait(); err != nil {
		k.t.Fatalf("%v\n%s", err, errs.String())
	}
	return true
}

// remember checks that each journal begins with all that it held before.
func (k *killer) remember() {
	for _, name := range k.sittings() {
		raw, err := os.ReadFile(filepath.Join(k.dir, name, sitting.JournalFile))
		if err != nil {
			if !os.IsNotExist(err) {
				k.t.Fatal(err)
			}
			continue
		}
		raw = raw[:bytes.LastIndexByte(raw, '\n')+1]
		if !bytes.HasPrefix(raw, k.journals[name]) {
			k.t.Fatalf("%s: the journal lost what it held", name)
		}
		k.journals[name] = raw
	}
}

// A rehearsal leaves no temporary files behind, and none that was half written.
func TestNothingLeftOver(t *testing.T) {
	bin := buildBoth(t)
	dir := t.TempDir()
	if out, err := exec.Command(filepath.Join(bin, "rootmoot"), "rehearse", dir, "--play").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(d.Name(), ".tmp-") {
			t.Errorf("left over: %s", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

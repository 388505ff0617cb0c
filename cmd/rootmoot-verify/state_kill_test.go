package main

import (
	"bytes"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/root/chain"
)

// remembering is the command that follows the production chain with a state.
func remembering(program, state string) *exec.Cmd {
	data, _ := filepath.Abs("../../testdata/sigstore")
	return exec.Command(program, "chain", "--state", state, "--at", "2026-11-01T00:00:00Z",
		"--trust", filepath.Join(data, chain.Name(1)), data)
}

func builtProgram(t *testing.T) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), name)
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return bin
}

// kept is how many roots a state has: the first so many, as they were received,
// and no other.
func kept(t *testing.T, state string) int {
	t.Helper()
	dir, err := os.OpenRoot(state)
	if os.IsNotExist(err) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	versions, err := chain.Open(dir).Versions()
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range versions {
		have, err := dir.ReadFile(chain.Name(n))
		if err != nil {
			t.Fatal(err)
		}
		want, err := os.ReadFile(filepath.Join("../../testdata/sigstore", chain.Name(n)))
		if err != nil || n != int64(i+1) || !bytes.Equal(have, want) {
			t.Fatalf("the state has %v, and version %d is not as it was received: %v", versions, n, err)
		}
	}
	return len(versions)
}

// TestStateKilled kills the program again and again at random moments. The state
// is good after each, and the same command completes it.
func TestStateKilled(t *testing.T) {
	program := builtProgram(t)
	start := time.Now()
	if out, err := remembering(program, filepath.Join(t.TempDir(), "state")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	whole := time.Since(start)
	const seed = 20261130
	random := rand.New(rand.NewPCG(seed, seed))
	between := 0
	state := filepath.Join(t.TempDir(), "0")
	for n := range 60 {
		before := kept(t, state)
		if before == 15 {
			state = filepath.Join(t.TempDir(), "next")
			before = 0
		}
		cmd := remembering(program, state)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(random.Int64N(int64(whole))))
		_ = cmd.Process.Kill() // which fails if it was quicker
		_ = cmd.Wait()
		after := kept(t, state)
		if after < before {
			t.Fatalf("kill %d: %d roots are remembered, and %d were", n, after, before)
		}
		if after > 0 && after < 15 {
			between++
		}
	}
	if out, err := remembering(program, state).CombinedOutput(); err != nil || kept(t, state) != 15 {
		t.Errorf("once more: %v, %d roots\n%s", err, kept(t, state), out)
	}
	if between == 0 {
		t.Error("no kill fell between two roots: the moments are wrong")
	}
	t.Logf("%d of 60 kills left a state that was begun", between)
}

// TestStateTwoAtOnce has several processes remember the same chain in one state.
func TestStateTwoAtOnce(t *testing.T) {
	program := builtProgram(t)
	state := filepath.Join(t.TempDir(), "state")
	var runs []*exec.Cmd
	var said []*bytes.Buffer
	for range 6 {
		cmd, out := remembering(program, state), new(bytes.Buffer)
		cmd.Stdout, cmd.Stderr = out, out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		runs, said = append(runs, cmd), append(said, out)
	}
	for i, cmd := range runs {
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v\n%s", err, said[i])
		}
	}
	if n := kept(t, state); n != 15 {
		t.Errorf("%d roots are remembered", n)
	}
}

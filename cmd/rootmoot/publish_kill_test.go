package main

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/root/chain"
)

// TestPublishKilled publishes the whole production chain while the program is
// killed again and again at random moments. After each kill the folder is one
// that clients can walk, and the same command completes it.
func TestPublishKilled(t *testing.T) {
	program := build(t)
	dir, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	const seed = 20261122
	random := rand.New(rand.NewPCG(seed, seed))
	whole := duration(t, program)
	killed, between := 0, 0
	for n := int64(1); n <= 15; n++ {
		for range 6 {
			rewind(t, dir, n)
			cmd := publishRun(program, dir.Name(), n)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(rand64(random, whole))
			_ = cmd.Process.Kill() // which fails if it was quicker
			if err := cmd.Wait(); err != nil {
				killed++
			}
			if sound(t, dir, n) {
				between++
			}
		}
		if out, err := publishRun(program, dir.Name(), n).CombinedOutput(); err != nil {
			t.Fatalf("version %d, once more: %v\n%s", n, err, out)
		}
		if newest, _, err := chain.Open(dir).Newest(); err != nil || newest != n {
			t.Fatalf("the chain ends at %d, %v; want %d", newest, err, n)
		}
	}
	if killed == 0 {
		t.Error("nothing was killed: the moments are too late")
	}
	t.Logf("killed %d times of 90, %d of them between the two files or while one was written", killed, between)
	same(t, dir)
}

// duration is how long one run takes, so that kills fall all over it.
func duration(t *testing.T, program string) time.Duration {
	t.Helper()
	start := time.Now()
	if out, err := publishRun(program, t.TempDir(), 1).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return time.Since(start)
}

func rand64(r *rand.Rand, below time.Duration) time.Duration {
	return time.Duration(r.Int64N(int64(below)))
}

// rewind takes version n out again, so that every kill meets a run that has
// something to do. What a kill left half done stays.
func rewind(t *testing.T, dir *os.Root, n int64) {
	t.Helper()
	if raw, err := dir.ReadFile(chain.Current); err != nil || n > 1 && string(raw) != published(t, n) {
		return // never got to root.json
	}
	if err := errors.Join(dir.Remove(chain.Name(n)), dir.Remove(chain.Current)); err != nil {
		t.Fatal(err)
	}
	if n > 1 {
		if err := dir.WriteFile(chain.Current, []byte(published(t, n-1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// published is a root of the production chain.
func published(t *testing.T, n int64) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("../../testdata/sigstore", chain.Name(n)))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// publishRun is the command that publishes one root of the chain. The last
// one expires when the first has long expired, so each is judged at a time of
// its own, shortly before it does.
func publishRun(program, dir string, n int64) *exec.Cmd {
	data, _ := filepath.Abs("../../testdata/sigstore")
	file := filepath.Join(data, chain.Name(n))
	args := []string{"publish", "--at", expiry(file), file, dir}
	if n > 1 {
		args = append(args, "--trust", filepath.Join(data, chain.Name(1)))
	}
	return exec.Command(program, args...)
}

func expiry(file string) string {
	raw, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	r, err := root.Parse(raw)
	if err != nil {
		panic(err)
	}
	return root.FormatTime(r.Expires.Time.Add(-time.Hour))
}

// sound: whatever is there is whole, and root.json lags one behind at most. It
// reports whether the kill left something for the next run: root.json behind,
// or a temporary file.
func sound(t *testing.T, dir *os.Root, n int64) (unfinished bool) {
	t.Helper()
	newest, _, err := chain.Open(dir).Newest()
	if err != nil || newest != n && newest != n-1 {
		t.Fatalf("after a kill the chain ends at %d, %v; want %d or %d", newest, err, n-1, n)
	}
	leftovers, err := fs.Glob(dir.FS(), ".tmp-*")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := dir.ReadFile(chain.Current)
	if errors.Is(err, fs.ErrNotExist) && n == 1 {
		return newest == 1 || len(leftovers) > 0
	}
	if err != nil {
		t.Fatal(err)
	}
	r, err := root.Parse(raw)
	if err != nil || r.Version > newest || r.Version < n-1 {
		t.Fatalf("after a kill root.json is not whole, or ahead: %v", err)
	}
	return r.Version < newest || len(leftovers) > 0
}

// same: in the end the folder holds the chain as it was given, and no more.
func same(t *testing.T, dir *os.Root) {
	t.Helper()
	entries, err := fs.ReadDir(dir.FS(), ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		n, ok := chain.Version(e.Name())
		if e.Name() == chain.Current {
			n, ok = 15, true
		}
		if !ok {
			t.Errorf("%s does not belong there", e.Name())
			continue
		}
		if got, _ := dir.ReadFile(e.Name()); string(got) != published(t, n) {
			t.Errorf("%s has other bytes", e.Name())
		}
	}
	if len(entries) != 16 {
		t.Errorf("the folder has %d files", len(entries))
	}
}

package main

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
	killed := 0
	for n := int64(1); n <= 15; n++ {
		for range 4 {
			cmd := publishRun(program, dir.Name(), n)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			// From before the first line of main to after the last.
			time.Sleep(time.Duration(random.IntN(40)) * time.Millisecond)
			_ = cmd.Process.Kill() // which fails if it was quicker
			if err := cmd.Wait(); err != nil {
				killed++
			}
			sound(t, dir, n)
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
	t.Logf("killed %d times", killed)
	same(t, dir)
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

// sound: whatever is there is whole. root.json may lag one behind.
func sound(t *testing.T, dir *os.Root, n int64) {
	t.Helper()
	newest, _, err := chain.Open(dir).Newest()
	if err != nil || newest != n && newest != n-1 {
		t.Fatalf("after a kill the chain ends at %d, %v; want %d or %d", newest, err, n-1, n)
	}
	raw, err := dir.ReadFile(chain.Current)
	if errors.Is(err, fs.ErrNotExist) && n == 1 {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if r, err := root.Parse(raw); err != nil || r.Version != n && r.Version != n-1 {
		t.Fatalf("after a kill root.json is not whole: %v", err)
	}
}

// same: in the end the folder holds the chain as it was given, and no more.
func same(t *testing.T, dir *os.Root) {
	t.Helper()
	entries, err := fs.ReadDir(dir.FS(), ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		from := e.Name()
		if from == chain.Current {
			from = chain.Name(15)
		}
		want, err := os.ReadFile(filepath.Join("../../testdata/sigstore", from))
		if err != nil {
			t.Errorf("%s does not belong there: %v", e.Name(), err)
			continue
		}
		if got, _ := dir.ReadFile(e.Name()); string(got) != string(want) {
			t.Errorf("%s has other bytes", e.Name())
		}
	}
	if len(entries) != 16 || strings.HasPrefix(entries[0].Name(), ".") {
		t.Errorf("the folder has %d files", len(entries))
	}
}

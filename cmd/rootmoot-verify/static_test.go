package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// maxSize is what an auditor may be asked to carry, as it is shipped.
const maxSize = 10_000_000

// banned are the packages that an auditor's tool must not have, by prefix. Of a
// ceremony it has what reads a record, and nothing that makes one.
var banned = []string{
	"charm.land/", "github.com/charmbracelet/", "github.com/sigstore/", "github.com/go-piv/", "github.com/miekg/", "runtime/cgo",
	ceremony + "sitting", ceremony + "tui", ceremony + "plain", ceremony + "provision", ceremony + "rehearse", ceremony + "paper", ceremony + "ledger",
	"github.com/rootmoot/rootmoot/internal/token", "github.com/rootmoot/rootmoot/internal/pivcard",
}

const ceremony = "github.com/rootmoot/rootmoot/ceremony/"

func TestStatic(t *testing.T) {
	list := exec.Command("go", "list", "-deps", ".")
	list.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if len(deps) < 50 {
		t.Fatalf("only %d packages listed", len(deps))
	}
	for _, dep := range deps {
		for _, b := range banned {
			if strings.HasPrefix(dep, b) {
				t.Errorf("links %s", dep)
			}
		}
	}
}

// Two builds, of two copies of the source in different folders, the second with
// a cache of its own, are the same bytes, and small ones.
func TestReproducible(t *testing.T) {
	first, second := shipped(t), shipped(t, "GOCACHE="+t.TempDir())
	if !bytes.Equal(first, second) {
		t.Errorf("two builds differ: %d and %d bytes", len(first), len(second))
	}
	if len(first) >= maxSize {
		t.Errorf("%d bytes, must be under %d", len(first), maxSize)
	}
}

// shipped builds the program as the Makefile does, from a copy of the source
// that has no history.
func shipped(t *testing.T, env ...string) []byte {
	t.Helper()
	source := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum", "cmd", "internal", "root", "verify", "ceremony"} {
		if out, err := exec.Command("cp", "-R", filepath.Join("..", "..", name), source).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	bin := filepath.Join(t.TempDir(), name)
	build := exec.Command("go", append(append([]string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w"}, small(t)...), "-o", bin, "./cmd/rootmoot-verify")...)
	build.Dir = source
	build.Env = append(append(os.Environ(), "CGO_ENABLED=0"), env...)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	raw, err := os.ReadFile(bin)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// small are the flags by which the Makefile makes it small.
func small(t *testing.T) []string {
	t.Helper()
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	_, flags, found := strings.Cut(strings.ReplaceAll(string(makefile), "\\\n", " "), "\nSMALL = ")
	flags, _, ended := strings.Cut(flags, "\n")
	if !found || !ended || !strings.Contains(string(makefile), "$(BUILD) $(SMALL) -o $@ ./cmd/rootmoot-verify\n") {
		t.Fatal("the Makefile does not say how rootmoot-verify is made small")
	}
	return strings.Fields(flags)
}

package bench

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const hello = `package main

import "fmt"

func main() { fmt.Println("hello") }
`

// built is a folder with rootmoot-verify as it is released, and with a program
// that prints a line.
func built(folder string) error {
	if err := os.WriteFile(filepath.Join(folder, "hello.go"), []byte(hello), 0o600); err != nil {
		return err
	}
	for name, from := range map[string]string{"rootmoot-verify": "../../../cmd/rootmoot-verify", "hello": filepath.Join(folder, "hello.go")} {
		args := []string{"build", "-trimpath", "-ldflags=-s -w"}
		if name == "rootmoot-verify" {
			args = append(args, small()...)
		}
		cmd := exec.Command("go", append(args, "-o", filepath.Join(folder, name), from)...)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if said, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%v: %w\n%s", cmd, err, said)
		}
	}
	return nil
}

// small are the flags by which the Makefile makes it small.
func small() []string {
	makefile, err := os.ReadFile("../../../Makefile")
	_, flags, found := strings.Cut(strings.ReplaceAll(string(makefile), "\\\n", " "), "\nSMALL = ")
	if err != nil || !found {
		return nil // it is built larger then
	}
	flags, _, _ = strings.Cut(flags, "\n")
	return strings.Fields(flags)
}

// run runs a program to its end; it must say yes.
func run(name string, args ...string) func() error {
	return func() error {
		if said, err := exec.Command(name, args...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, said)
		}
		return nil
	}
}

func one(folder string) func() error {
	return run(filepath.Join(folder, "rootmoot-verify"), "candidate", "--trust", data("sigstore/14.root.json"),
		"--at", "2026-11-01T00:00:00Z", data("sigstore/15.root.json"))
}

// process compares whole processes.
func process() ([]row, error) {
	folder, err := os.MkdirTemp("", "rootmoot-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	if err := built(folder); err != nil {
		return nil, err
	}
	c, err := clock(elapsed).compare(40, one(folder), run(filepath.Join(folder, "hello")))
	if err != nil {
		return nil, err
	}
	return []row{{
		what: "rootmoot-verify candidate, one root: a program that prints a line",
		ours: c.ours.took(), theirs: c.theirs.took(), ratio: c.ratio, most: 3,
	}}, nil
}

func TestProcessIsTheWork(t *testing.T) {
	folder := t.TempDir()
	if err := built(folder); err != nil {
		t.Fatal(err)
	}
	if err := one(folder)(); err != nil {
		t.Error(err)
	}
}

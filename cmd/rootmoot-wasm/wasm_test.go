//go:build !(js && wasm)

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// maxSize is what a browser may be asked to load, before compression.
const maxSize = 5_000_000

// build is what make wasm builds.
func build(t *testing.T) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "rootmoot.wasm")
	cmd := exec.Command("make", "--no-print-directory", "-C", filepath.Join("..", ".."), "wasm", "WASM="+out)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return out
}

func TestSize(t *testing.T) {
	info, err := os.Stat(build(t))
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > maxSize {
		t.Errorf("the browser verifier has %d bytes, at most %d are allowed", info.Size(), maxSize)
	}
}

func TestNode(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("node is missing: install nodejs")
		}
		t.Skip("node is missing")
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	wasmExec := filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js")
	wasm := build(t)
	for _, c := range []struct {
		name, at string
		trust    string
		roots    []string
		want     []string
	}{
		{"accepted", "2026-11-01T00:00:00Z", "1.root.json", from(2), []string{`"verdict": "accepted"`, `"version": 15`}},
		{"expired", "2026-11-21T00:00:00Z", "1.root.json", from(2), []string{`"verdict": "refused"`, `"FRESH-EXPIRED"`}},
		{"a root left out", "2026-11-01T00:00:00Z", "1.root.json", from(3), []string{`"verdict": "refused"`, `"CHAIN-NEXT"`}},
		{"no time", "yesterday", "1.root.json", nil, []string{"error: rootmootVerifyChain: at: "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := []string{"testdata/run.js", wasmExec, wasm, c.at, data(c.trust)}
			for _, r := range c.roots {
				args = append(args, data(r))
			}
			out, err := exec.Command(node, args...).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			for _, want := range c.want {
				if !strings.Contains(string(out), want) {
					t.Errorf("no %s in\n%s", want, out)
				}
			}
		})
	}
}

func data(name string) string { return filepath.Join("..", "..", "testdata", "sigstore", name) }

func from(version int) []string {
	var out []string
	for ; version <= 15; version++ {
		out = append(out, fmt.Sprintf("%d.root.json", version))
	}
	return out
}

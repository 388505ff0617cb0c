package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/spf13/cobra"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){name: main})
}

// TestScripts runs testdata/script. $DATA is the repository's testdata; the
// command `exits CODE PROGRAM ARGUMENT...` runs a program that must end so.
func TestScripts(t *testing.T) {
	data, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("DATA", data)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGUMENT...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		code = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

// Every example of every command works as it stands, in the repository.
func TestExamples(t *testing.T) {
	t.Chdir("../..")
	ran := 0
	var visit func(*cobra.Command)
	visit = func(c *cobra.Command) {
		for _, line := range strings.Split(strings.ReplaceAll(c.Example, "\\\n", " "), "\n") {
			words := strings.Fields(line)
			if len(words) == 0 || words[0] == "#" {
				continue
			}
			ran++
			var out, errs bytes.Buffer
			if words[0] != name {
				t.Errorf("%s: example %q is of another program", c.CommandPath(), line)
			} else if code := verbs.Main(t.Context(), command(), words[1:], strings.NewReader(""), &out, &errs); code != 0 || out.Len() == 0 {
				t.Errorf("%q: exit code %d, %s", line, code, errs.String())
			}
		}
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(command())
	if ran < 5 {
		t.Errorf("%d examples found", ran)
	}
}

// banned are the packages that an auditor's tool must not have, by prefix.
var banned = []string{
	"net/http", "charm.land/", "github.com/charmbracelet/", "github.com/sigstore/", "github.com/go-piv/", "runtime/cgo",
	"github.com/rootmoot/rootmoot/ceremony", "github.com/rootmoot/rootmoot/internal/token", "github.com/rootmoot/rootmoot/internal/pivcard",
}

func TestStaticAndSmall(t *testing.T) {
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
	bin := filepath.Join(t.TempDir(), name)
	build := exec.Command("go", "build", "-trimpath", "-o", bin, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	info, err := os.Stat(bin)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() >= 10_000_000 {
		t.Errorf("%d bytes, must be under 10,000,000", info.Size())
	}
}

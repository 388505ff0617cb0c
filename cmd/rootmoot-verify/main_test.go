package main

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
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

// TestScripts runs testdata/script. $DATA is the repository's testdata, and
// $SERVER serves it; the command `exits CODE PROGRAM ARGUMENT...` runs a program
// that must end so.
func TestScripts(t *testing.T) {
	data, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("DATA", data)
			served := serve(data)
			e.Defer(served.Close)
			e.Setenv("SERVER", served.URL)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

// serve serves a folder, and one address to which it lets nobody.
func serve(folder string) *httptest.Server {
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(folder)))
	mux.HandleFunc("/forbidden/", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	return httptest.NewServer(mux)
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

package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/evidence"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/piv"
	"github.com/rootmoot/rootmoot/root"
)

// All tests have a smart card service of their own, if they want one.
func TestMain(m *testing.M) {
	testscript.Main(pcsctest.Wrap(m), map[string]func(){"rootmoot": main})
}

// TestScripts runs every script, with the real roots under $DATA.
func TestScripts(t *testing.T) {
	data, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("DATA", data)
			e.Setenv("SIGSTORE", filepath.Join(data, "sigstore"))
			return nil
		},
		Cmds:      map[string]func(*testscript.TestScript, bool, []string){"code": wantCode, "edit": edit},
		Condition: func(string) (bool, error) { return hasDrivers(t), nil },
	})
}

// hasDrivers is the one condition of the scripts: [drivers], built with cgo.
func hasDrivers(t *testing.T) bool {
	tokens, err := piv.NewLister().List(t.Context())
	closeAll(tokens)
	return !errors.Is(err, token.ErrNoDriver)
}

// wantCode is the script command `code N program args…`, which expects exit
// code N.
func wantCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N program [args...]")
	}
	got := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = strconv.Itoa(exit.ExitCode())
	}
	if got != args[0] {
		ts.Fatalf("exit code %s, want %s", got, args[0])
	}
}

// Every command has an example, and those of the commands here do what they
// show, in a folder where such files lie.
func TestExamples(t *testing.T) {
	stage(t)
	// The first roots of sigstore, which play 1.root.json and 2.root.json, were
	// fresh then.
	now := func() time.Time { return time.Date(2021, 11, 1, 0, 0, 0, 0, time.UTC) }
	ran := 0
	for _, cmd := range commands(menu(now)) {
		if cmd.Example == "" && !cmd.HasSubCommands() {
			t.Errorf("%s: no example", cmd.CommandPath())
		}
		switch strings.TrimPrefix(cmd.CommandPath(), "rootmoot ") {
		case "diff", "inspect", "publish", "qr read", "qr show", "version", "verify inspect", "verify chain", "verify candidate", "verify packages":
		default:
			continue
		}
		for line := range strings.Lines(strings.ReplaceAll(cmd.Example, "\\\n", " ")) {
			args := strings.Fields(line)
			if len(args) == 0 || args[0] != "rootmoot" {
				continue
			}
			ran++
			var errs strings.Builder
			if code := verbs.Main(context.Background(), menu(now), args[1:], strings.NewReader(""), io.Discard, &errs); code != verbs.Yes {
				t.Errorf("%s: code %d: %s", strings.TrimSpace(line), code, &errs)
			}
		}
	}
	if ran < 6 {
		t.Errorf("ran only %d examples", ran)
	}
}

// No help is wider than the smallest terminal that is served; a digest cannot be
// broken.
func TestHelpFits(t *testing.T) {
	digest := regexp.MustCompile(`[0-9a-f]{64}`)
	for _, cmd := range commands(menu(time.Now)) {
		var out strings.Builder
		args := append(strings.Fields(cmd.CommandPath())[1:], "--help")
		if code := verbs.Main(context.Background(), menu(time.Now), args, strings.NewReader(""), &out, io.Discard); code != verbs.Yes {
			t.Errorf("%v: code %d", args, code)
		}
		for line := range strings.Lines(out.String()) {
			if line = strings.TrimSuffix(line, "\n"); utf8.RuneCountInString(line) > 80 && !digest.MatchString(line) {
				t.Errorf("%v: wider than 80 columns: %s", args, line)
			}
		}
	}
}

// stage makes a working folder for examples.
func stage(t *testing.T) {
	t.Helper()
	data, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for _, dir := range []string{"public", "next"} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS("testdata", os.DirFS(data)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"1.root.json", "2.root.json"} {
		raw, err := os.ReadFile(filepath.Join("testdata", "sigstore", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	handOver(t, "next", "2.root.json")
	film(t)
}

// film makes what a scanner and a camera saw of two files.
func film(t *testing.T) {
	t.Helper()
	if err := os.Mkdir("film", 0o755); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"scanned.txt", "film/1.png", "film/2.png"} {
		s := testSender(t, 300)
		seen := []byte(s.Frame(0, s.Parts()))
		if i > 0 {
			seen = shot(t, s.Frame(25*(i-1), 25))
		}
		if err := os.WriteFile(name, seen, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// handOver makes dir look as a sitting leaves it that hands over a root.
func handOver(t *testing.T, dir, name string) {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := root.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	manifest := evidence.Manifest{Schema: evidence.Schema, Version: r.Version, Signed: root.DigestOf(raw)}.Encode()
	for file, data := range map[string][]byte{name: raw, sitting.ManifestFile: manifest} {
		if err := os.WriteFile(filepath.Join(dir, file), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// commands are all of ours, without those that cobra adds.
func commands(cmd *cobra.Command) []*cobra.Command {
	out := []*cobra.Command{cmd}
	for _, c := range cmd.Commands() {
		if c.Name() != "help" && c.Name() != "completion" {
			out = append(out, commands(c)...)
		}
	}
	return out
}

// build compiles the program as it is shipped, and returns its path.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rootmoot")
	if out, err := exec.Command("go", "build", "-trimpath", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

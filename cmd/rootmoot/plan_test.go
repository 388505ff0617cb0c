package main

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/verify"
)

const examplePlan = "ceremony.example.yaml"

// TestPlanScripts runs the scripts of the plan's verbs. Each has $SIGSTORE, the
// example plan, and under out/rehearsal the tokens and the first draft of a
// rehearsal.
func TestPlanScripts(t *testing.T) {
	data, err := filepath.Abs("../../testdata")
	if err != nil {
		t.Fatal(err)
	}
	example := readFile(t, filepath.Join("../..", examplePlan))
	testscript.Run(t, testscript.Params{
		Dir: "testdata/plan",
		Setup: func(e *testscript.Env) error {
			e.Setenv("SIGSTORE", filepath.Join(data, "sigstore"))
			e.Setenv("DATA", data)
			if err := os.WriteFile(e.Getenv("WORK")+"/"+examplePlan, example, 0o644); err != nil {
				return err
			}
			return rehearsalDraft(t, filepath.Join(e.Getenv("WORK"), "out", "rehearsal"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"code": wantCode, "edit": edit, "cut": cut, "fill": fill},
	})
}

// rehearsalDraft makes a rehearsal's tokens and the draft of its first plan.
func rehearsalDraft(t *testing.T, dir string) error {
	r := &rehearse.Rehearsal{Dir: dir, Format: plan.TUF, Now: time.Now, Rand: rand.Reader}
	if err := r.Prepare(t.Context()); err != nil {
		return err
	}
	c, err := r.Config(t.Context(), rehearse.Genesis, verify.Trusted{})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, rehearse.Genesis+".yaml"), c.Plan, 0o644)
}

// edit is the script command `edit FILE OLD NEW TO`: a copy of FILE with OLD, of
// which there must be one, changed to NEW. \n and \xff stand for what they say.
func edit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 4 {
		ts.Fatalf("usage: edit FILE OLD NEW TO")
	}
	escapes := strings.NewReplacer(`\n`, "\n", `\xff`, "\xff")
	before, old := ts.ReadFile(args[0]), escapes.Replace(args[1])
	if n := strings.Count(before, old); n != 1 {
		ts.Fatalf("%s: %d times %q, want 1", args[0], n, old)
	}
	after := strings.Replace(before, old, escapes.Replace(args[2]), 1)
	ts.Check(os.WriteFile(ts.MkAbs(args[3]), []byte(after), 0o644))
}

// cut is the script command `cut FILE AT TO`: a copy of FILE that ends before AT.
func cut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: cut FILE AT TO")
	}
	before, _, found := strings.Cut(ts.ReadFile(args[0]), args[1])
	if !found {
		ts.Fatalf("%s: no %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(before), 0o644))
}

// fill is the script command `fill FILE`, a file just larger than a plan may be.
func fill(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: fill FILE")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Repeat("#\n", maxPlan/2+1)), 0o644))
}

// Every example of the plan's verbs works as it stands, one after the other, in
// a folder where such files lie.
func TestPlanExamples(t *testing.T) {
	example := readFile(t, filepath.Join("../..", examplePlan))
	stage(t)
	for name, raw := range map[string][]byte{
		examplePlan: example, "online.pem": []byte("0643e5477dfed4ef5378cca0dd44f7aa3c0927b7b9c793d389d89d284a66adbd\n"),
	} {
		if err := os.WriteFile(name, raw, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := rehearsalDraft(t, "out/rehearsal"); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC) }
	successor(t, now)
	ran := 0
	for _, cmd := range []*cobra.Command{planNew(now), planLint(now), planShow(now), planEnrol(), planFreeze(), planScript(now)} {
		before := ran
		for line := range strings.Lines(strings.ReplaceAll(cmd.Example, "\\\n", "")) {
			command, _, _ := strings.Cut(line, ">") // where the shell puts what is printed
			args := strings.Fields(command)
			if len(args) == 0 || args[0] == "#" || slices.Contains(args, "--token") { // needs a token in a reader
				continue
			}
			ran++
			runOK(t, now, args[1:]...)
		}
		if ran == before {
			t.Errorf("plan %s: no example", cmd.Name())
		}
	}
	if ran < 8 {
		t.Errorf("ran only %d examples", ran)
	}
}

// successor writes next.yaml, a plan that continues the first root of sigstore,
// with a name for each of its keys.
func successor(t *testing.T, now func() time.Time) {
	t.Helper()
	r, _, err := readRoot("1.root.json")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"plan", "new", "--name", "Sigstore", "--trust", "1.root.json", "--deadline", "2027-01-15", "--expires", "2027-12-01", "--out", "next.yaml"}
	for i, k := range r.RootRole().Distinct() {
		who := string(rune('a' + i))
		args = append(args, "--keyholder", who+":Organisation "+who+":Earth:"+string(rune('1'+i))+":"+k.Public.Fingerprint().String())
	}
	runOK(t, now, args...)
}

func runOK(t *testing.T, now func() time.Time, args ...string) {
	t.Helper()
	var out, errs strings.Builder
	if code := verbs.Main(t.Context(), menu(now), args, strings.NewReader(""), &out, &errs); code != verbs.Yes || out.Len() == 0 {
		t.Errorf("rootmoot %s: code %d: %s%s", strings.Join(args, " "), code, &out, &errs)
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

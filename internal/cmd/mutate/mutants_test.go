package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/evidence"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

const module = "../../.."

// put writes files below a new folder.
func put(t *testing.T, with map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for path, text := range with {
		at := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Every rule and every ruling has its mutants, and whoever moves what a slip or
// a switch changes is told so here.
func TestMutants(t *testing.T) {
	all, err := mutants(module)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range all {
		if slices.Contains(names, m.String()) {
			t.Errorf("%v is there twice", m)
		}
		names = append(names, m.String())
		if m.kind == "slip" {
			if _, err := m.slip.apply(module); err != nil {
				t.Error(err)
			}
		}
	}
	for _, r := range slices.Concat(verify.Rules(), attest.Rules(), evidence.Rules()) {
		if !slices.Contains(names, "rule:"+r.ID) {
			t.Errorf("%s is never switched off", r.ID)
		}
	}
	for name, want := range map[string]bool{
		"code:FaultJSON": true, "usual:FaultJSON": false, "strict:FaultJSON": false, // no document, whatever the table says
		"code:FaultKeyWeak": true, "usual:FaultKeyWeak": true, "strict:FaultKeyWeak": true,
	} {
		if slices.Contains(names, name) != want {
			t.Errorf("%s among the mutants: want %v", name, want)
		}
	}
	with, err := switches(module)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		"verify/report.go":                   "{ c = mutated[[]Check](c);",
		"verify/rulings.go":                  "func judgeUnmutated(",
		"verify/mutate_codes.go":             `"FaultKeyWeak": root.FaultKeyWeak,`,
		"verify/mutate_switch.go":            "func judge(",
		"verify/attest/check.go":             "mutated[verify.Check](verify.Check{",
		"ceremony/evidence/say.go":           "mutated[verify.Check](verify.Check{",
		"ceremony/evidence/mutate_switch.go": "package evidence\n",
		"verify/channel/mutate_switch.go":    "package channel\n",
	} {
		if !strings.Contains(string(with[path]), want) {
			t.Errorf("%s lacks %q", path, want)
		}
	}
}

func TestSlipThatDoesNotFindItsPlace(t *testing.T) {
	dir := put(t, map[string]string{"p/a.go": "package p\n\nvar a, b = 1, 1\n"})
	for was, want := range map[string]string{
		"c = 1": `p/a.go: "c = 1" stands there 0 times, want once: see to the slip "x"`,
		"1":     `p/a.go: "1" stands there 2 times, want once: see to the slip "x"`,
	} {
		if _, err := (slip{"x", "p/a.go", was, "2"}).apply(dir); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := (slip{"x", "p/b.go", "1", "2"}).apply(dir); !os.IsNotExist(err) {
		t.Errorf("no file: %v", err)
	}
}

// What is no longer where it was must not make a run that tests nothing.
func TestSwitchesThatDoNotFindTheirPlace(t *testing.T) {
	good := map[string]string{
		"root/a.go":              "package root\n\nfunc f() { b.fault(FaultA, 1) }\n",
		"verify/a.go":            "package verify\n\nvar c = Check{}\n\nvar rulings = [...]ruling{{code: root.FaultA}}\n\nfunc judge() {}\n",
		"verify/attest/a.go":     "package attest\n\nvar c = verify.Check{}\n",
		"verify/channel/a.go":    "package channel\n\nvar c = verify.Check{}\n",
		"ceremony/evidence/a.go": "package evidence\n\nvar c = verify.Check{}\n",
	}
	if with, err := switches(put(t, good)); err != nil || len(with) != 9 {
		t.Fatalf("%d files, %v", len(with), err)
	}
	for _, tt := range []struct{ path, old, want string }{
		{"verify/a.go", "Check{}", "verify: no check of the type Check is made there"},
		{"verify/attest/a.go", "verify.Check{}", "verify/attest: no check of the type verify.Check is made there"},
		{"verify/channel/a.go", "verify.Check{}", "verify/channel: no check of the type verify.Check is made there"},
		{"ceremony/evidence/a.go", "verify.Check{}", "ceremony/evidence: no check of the type verify.Check is made there"},
		{"verify/a.go", "rulings", "verify: there is no table of rulings"},
		{"verify/a.go", "judge", "verify: there is no function judge"},
		{"root/a.go", "fault", "root: nothing calls a method named fault"},
	} {
		bad := map[string]string{}
		for path, text := range good {
			if path == tt.path {
				text = strings.Replace(text, tt.old, "other", 1)
			}
			bad[path] = text
		}
		dir := put(t, bad)
		_, err := switches(dir)
		if err == nil {
			_, err = noted(dir)
		}
		if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("without %s: got %v, want %s", tt.old, err, tt.want)
		}
	}
	if _, err := switches(t.TempDir()); !os.IsNotExist(err) {
		t.Errorf("no folder: %v", err)
	}
}

func TestReport(t *testing.T) {
	all := []mutant{{kind: "rule", name: "A"}, {kind: "rule", name: "B"}, {kind: "slip", name: "c"}}
	out := func(second, third outcome) []chan outcome {
		o := []chan outcome{make(chan outcome, 1), make(chan outcome, 1), make(chan outcome, 1)}
		o[0] <- outcome{noticed: []string{"TestA/x", "TestA/y", "TestB"}}
		o[1] <- second
		o[2] <- third
		return o
	}
	good := outcome{noticed: []string{"TestC"}}
	for _, tt := range []struct {
		name          string
		second, third outcome
		want, err     string
	}{
		{"all noticed", good, good, "3 mutants, 0 unnoticed\n", ""},
		{"one not", outcome{}, good, "3 mutants, 1 unnoticed\n", "1 mutants are noticed by no test: write it"},
		{"one not tried", good, outcome{err: os.ErrNotExist}, "3 mutants, 0 unnoticed\n", "slip:c: file does not exist"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var said strings.Builder
			err := report(&said, all, out(tt.second, tt.third))
			if (err == nil) != (tt.err == "") || err != nil && err.Error() != tt.err {
				t.Errorf("got %v, want %q", err, tt.err)
			}
			if !strings.HasSuffix(said.String(), tt.want) || !strings.Contains(said.String(), "   3  TestA/x, TestA/y, ...\n") {
				t.Errorf("said\n%s", &said)
			}
		})
	}
}

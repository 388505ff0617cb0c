package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

const output = `=== RUN   TestA
--- FAIL: TestA (1.50s)
    --- FAIL: TestA/one (0.00s)
        a_test.go:3: --- FAIL: said by a test
    --- PASS: TestA/two (0.40s)
    --- FAIL: TestA/three (0.00s)
        --- FAIL: TestA/three/deep (0.00s)
--- PASS: TestAB (0.31s)
--- PASS: TestB (1.40s)
--- SKIP: TestC (0.00s)
--- FAIL: TestD (0.00s)
FAIL
`

func TestOutput(t *testing.T) {
	if got, want := failures([]byte(output)), []string{"TestA/one", "TestA/three/deep", "TestD"}; !slices.Equal(got, want) {
		t.Errorf("failures %q, want %q", got, want)
	}
	if got, want := slowIn([]byte(output)), []string{"TestA", "TestAB", "TestB"}; !slices.Equal(got, want) {
		t.Errorf("slow %q, want %q", got, want)
	}
}

// A mutant of a small module: built from a changed copy, noticed or not, while
// the file stays as it is.
func TestCompile(t *testing.T) {
	dir := put(t, map[string]string{
		"go.mod":  "module m\n\ngo 1.26\n",
		"p/p.go":  "package p\n\nfunc Half(n int) int { return n / 2 }\n",
		"p/q.go":  "package p\n",
		"q/q.go":  "package q\n",
		"r/r.go":  "package r\n\nfunc init() { panic(0) }\n",
		"r/r_.go": "package r\n",
		"p/p_test.go": `package p

import ("os"; "testing"; "time")

func TestHalf(t *testing.T) {
	if Half(4) != 2 || os.Getenv("ROOTMOOT_MUTATE") == "x" { t.Error() }
}

func TestItsCost(t *testing.T) { t.Error("at all times") }

func TestSlow(t *testing.T) {
	time.Sleep(350 * time.Millisecond)
	if Half(5) != 2 { t.Error() }
}
`,
		"r/r_test.go": "package r\n\nimport \"testing\"\n\nfunc TestR(t *testing.T) {}\n",
	})
	build := func(folder string, with files) binary {
		t.Helper()
		b, err := compile(dir, folder, t.TempDir(), with)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	plain := build("p", nil)
	if err := plain.pass(""); err != nil || fmt.Sprint(plain.slow) != "[TestSlow]" {
		t.Fatalf("slow %q, %v", plain.slow, err)
	}
	if err := plain.pass("x"); err == nil || !strings.Contains(err.Error(), `["TestHalf"] fail though nothing is changed`) {
		t.Errorf("a test that fails: %v", err)
	}
	for _, tt := range []struct{ set, is, want string }{
		{"", "(n + 1) / 2", "[TestSlow]"}, // which only the slow one notices
		{"", "n / 3", "[TestHalf]"},
		{"", "n >> 1", "[]"},
		{"x", "n >> 1", "[TestHalf]"},
	} {
		with, err := slip{"x", "p/p.go", "n / 2", tt.is}.apply(dir)
		if err != nil {
			t.Fatal(err)
		}
		b := build("p", with)
		b.slow = plain.slow
		if got, err := b.notice(tt.set); fmt.Sprint(got) != tt.want || err != nil {
			t.Errorf("%s: got %v, %v; want %s", tt.is, got, err, tt.want)
		}
	}
	if err := plain.control(); err == nil || !strings.Contains(err.Error(), "the switch does nothing") {
		t.Errorf("no switch: %v", err)
	}
	if src, err := os.ReadFile(dir + "/p/p.go"); err != nil || !strings.Contains(string(src), "n / 2") {
		t.Errorf("%v, the file is now\n%s", err, src)
	}
	if _, err := compile(dir, "p", t.TempDir(), files{"p/q.go": []byte("package p; var x int = true")}); err == nil || !strings.Contains(err.Error(), "cannot use true") {
		t.Errorf("what does not compile: %v", err)
	}
	if _, err := compile(dir, "q", t.TempDir(), nil); err == nil || !strings.Contains(err.Error(), "q has no tests") {
		t.Errorf("no tests: %v", err)
	}
	crashing := build("r", nil)
	if _, err := crashing.notice(""); err == nil || !strings.Contains(err.Error(), "neither pass nor say which fails") {
		t.Errorf("a crash: %v", err)
	}
}

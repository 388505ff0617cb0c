package main

import (
	"strings"
	"testing"
)

func TestFollow(t *testing.T) {
	const start = `{"Action":"start","Package":"p"}` + "\n"
	const pass = `{"Action":"pass","Package":"p","Test":"TestA","Elapsed":0.1}` + "\n"
	const skip = `{"Action":"output","Package":"p","Test":"TestB","Output":"    b_test.go:3: no gpg here\n"}
{"Action":"output","Package":"p","Test":"TestB","Output":"--- SKIP: TestB (0.00s)\n"}
{"Action":"skip","Package":"p","Test":"TestB"}
`
	const fail = `{"Action":"output","Package":"p","Test":"TestC","Output":"    c_test.go:3: wrong\n"}
{"Action":"fail","Package":"p","Test":"TestC"}
{"Action":"fail","Package":"p"}
`
	tests := []struct {
		name         string
		events       string
		output       string
		lax, strict  string // part of the verdict's error; "" is none
		skippedCount int
	}{
		{"good", start + pass + `{"Action":"pass","Package":"p","Elapsed":0.1}`, "pass  p", "", "", 0},
		{"skipped", start + pass + skip, "", "", "1 skipped", 1},
		{"failed", start + pass + fail, "c_test.go:3: wrong", "failed", "failed", 0},
		{"does not compile", `{"Action":"build-output","ImportPath":"p","Output":"p.go:1:1: syntax error\n"}
{"Action":"fail","Package":"p","FailedBuild":"p"}`, "syntax error", "1 failed", "1 failed", 0},
		{"no test files", start + `{"Action":"skip","Package":"p"}`, "", "no test was run", "no test was run", 0},
		{"nothing", "", "", "no test was run", "no test was run", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			sum, err := follow(strings.NewReader(tt.events), &out)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(out.String(), tt.output) {
				t.Errorf("wrote %q, want %q in it", &out, tt.output)
			}
			if len(sum.skipped) != tt.skippedCount || tt.skippedCount > 0 && sum.skipped[0] != "p TestB: b_test.go:3: no gpg here" {
				t.Errorf("skipped %q", sum.skipped)
			}
			for strict, want := range map[bool]string{false: tt.lax, true: tt.strict} {
				err := sum.verdict(strict)
				if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
					t.Errorf("strict %v: got %v, want %q", strict, err, want)
				}
			}
		})
	}
	if _, err := follow(strings.NewReader("panic: no JSON"), &strings.Builder{}); err == nil {
		t.Error("took what is no JSON")
	}
}

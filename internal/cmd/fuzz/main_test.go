package main

import (
	"fmt"
	"strings"
	"testing"
)

func TestTargets(t *testing.T) {
	tests := []struct {
		name string
		list string
		want string
		bad  bool
	}{
		{"several", "FuzzA\nFuzzB\nok  \tm/p\t0.01s\n?   \tm/q\t[no test files]\nFuzzC\nok  \tm/r\t(cached)\n", "[m/p.FuzzA m/p.FuzzB m/r.FuzzC]", false},
		{"cut off", "FuzzA\n", "[]", true},
		{"none", "ok  \tm/p\t0.01s\n", "[]", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := targets(strings.NewReader(tt.list))
			if fmt.Sprint(got) != tt.want || (err != nil) != tt.bad {
				t.Errorf("got %v, %v; want %s", got, err, tt.want)
			}
		})
	}
}

func TestProgress(t *testing.T) {
	const output = "fuzz: elapsed: 0s, gathering\nfuzz: elapsed: 3s, execs: 10 (3/sec), new interesting: 1 (total: 2)\nfuzz: elapsed: 5s, execs: 20 (3/sec)\nPASS\n"
	if got := progress(output); got != "execs: 20 (3/sec)" {
		t.Errorf("got %q", got)
	}
}

func TestTimeUp(t *testing.T) {
	const head = "fuzz: elapsed: 4s, execs: 24654 (0/sec), new interesting: 1 (total: 177)\n--- FAIL: FuzzA (4.16s)\n"
	tests := []struct {
		name   string
		output string
		want   bool
	}{
		{"the fuzzer's own deadline", head + "    context deadline exceeded\nFAIL\nexit status 1\n", true},
		{"a finding", head + "    --- FAIL: FuzzA (0.00s)\n        a_test.go:3: wrong\n\n    Failing input written to testdata/fuzz/FuzzA/1\nFAIL\n", false},
		{"a finding about a deadline", head + "    context deadline exceeded\n    Failing input written to testdata/fuzz/FuzzA/1\nFAIL\n", false},
		{"a panic", "panic: boom\nFAIL\n", false},
		{"does not compile", "FAIL\tm/p [build failed]\n", false},
		{"good", "PASS\nok  \tm/p\t3.1s\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := timeUp(tt.output); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

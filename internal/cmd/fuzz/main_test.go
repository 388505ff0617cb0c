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

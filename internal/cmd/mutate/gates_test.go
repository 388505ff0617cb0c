package main

import (
	"strings"
	"testing"
)

func TestGated(t *testing.T) {
	tests := []struct {
		name, src, want string
		gates           int
	}{
		{
			"a literal", "var c = f(Check{Rule: r})",
			"var c = f(mutated[Check](Check{Rule: r}))", 1,
		},
		{
			"literals without their type", `var c, m = []Check{{}, Check{}}, map[string]Check{"a": {}}`,
			`var c, m = []Check{mutated[Check](Check{}), mutated[Check](Check{})}, map[string]Check{"a": mutated[Check](Check{})}`, 3,
		},
		{
			"a result", "func f() Check { c := g(); return c }",
			"func f() Check { c := g(); return mutated[Check](c) }", 1,
		},
		{
			"one result of three", "func f() (a, b int, c []Check) { if x { return 1, 2, nil }; return g() }",
			"func f() (a, b int, c []Check) { if x { return 1, 2, mutated[[]Check](nil) }; return g() }", 1,
		},
		{
			"the results of a function inside", "func f() Check { g(func() int { return 1 }); return c }",
			"func f() Check { g(func() int { return 1 }); return mutated[Check](c) }", 1,
		},
		{
			"a function inside", "func f() { g(func() Check { return c }) }",
			"func f() { g(func() Check { return mutated[Check](c) }) }", 1,
		},
		{
			"parameters", "func (r *R) add(a int, c, _ Check, more ...Check) { r.c = c }",
			"func (r *R) add(a int, c, _ Check, more ...Check) { c = mutated[Check](c); more = mutated[[]Check](more); r.c = c }", 2,
		},
		{
			"a literal that is returned", "func f() Check { return Check{} }",
			"func f() Check { return mutated[Check](mutated[Check](Check{})) }", 2,
		},
		{"nothing of checks", "func f(r Result) int { return len(Checks{}) }", "func f(r Result) int { return len(Checks{}) }", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			const head = "package p\n\n// a comment with ä\n"
			out, gates, err := gated("a.go", []byte(head+tt.src+"\n"), "Check")
			if err != nil || string(out) != head+tt.want+"\n" || gates != tt.gates {
				t.Errorf("%d gates, %v, got\n%s\nwant\n%s", gates, err, out, head+tt.want)
			}
		})
	}
}

func TestGatedRefuses(t *testing.T) {
	for src, want := range map[string]string{
		"func f() (c Check) { c.Rule = r; return }": "a.go:2:34: a check passes here unseen: a return that does not say what",
		"func f( Check {": "a.go:2:",
	} {
		if _, _, err := gated("a.go", []byte("package p\n"+src), "Check"); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", src, err, want)
		}
	}
}

func TestRenamed(t *testing.T) {
	const src = "package p\n\nfunc (t T) judge() {}\n\nfunc judge() { judge() }\n"
	out, found, err := renamed("a.go", []byte(src), "judge", "asWritten")
	if want := "package p\n\nfunc (t T) judge() {}\n\nfunc asWritten() { judge() }\n"; string(out) != want || !found || err != nil {
		t.Errorf("found %v, %v, got\n%s", found, err, out)
	}
	if _, found, err := renamed("a.go", []byte(src), "missing", "asWritten"); found || err != nil {
		t.Errorf("found %v, %v", found, err)
	}
}

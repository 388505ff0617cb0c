package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony/plan"
)

var updateDocs = flag.Bool("update-docs", false, "write the tables of docs/plans.md anew")

const plansPage = "../../docs/plans.md"

// The tables of docs/plans.md are made from the types and the rules.
func TestPlansPage(t *testing.T) {
	have := string(readFile(t, plansPage))
	want := between(t, have, "fields", fieldTable(t))
	want = between(t, want, "rules", ruleTable(t))
	if *updateDocs {
		if err := os.WriteFile(plansPage, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("docs/plans.md is not current: go test ./cmd/rootmoot -run TestPlansPage -update-docs (-want +have):\n%s", diff)
	}
}

// between is the page with new text between two marks.
func between(t *testing.T, page, mark, text string) string {
	t.Helper()
	begin, end := "<!-- "+mark+": made by a test -->\n", "<!-- end of "+mark+" -->"
	before, rest, found := strings.Cut(page, begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		t.Fatalf("docs/plans.md has no place for %s", mark)
	}
	return before + begin + "\n" + text + "\n" + end + after
}

// A node is a part of the schema of plans, as far as the table needs it.
type node struct {
	Enum       []string
	Type       any
	Items      *node
	Properties map[string]node
	Below      *node `json:"additionalProperties"`
}

// UnmarshalJSON also takes the false that additionalProperties can be.
func (n *node) UnmarshalJSON(raw []byte) error {
	if string(raw) == "false" {
		return nil
	}
	type plain node
	return json.Unmarshal(raw, (*plain)(n))
}

// fieldTable has a line for each member of a plan file, members of members too:
// in the order of the types, with what the schema says of their values.
func fieldTable(t *testing.T) string {
	t.Helper()
	raw, err := plan.Schema()
	if err != nil {
		t.Fatal(err)
	}
	var schema node
	if err := json.Unmarshal(raw, &schema); err != nil {
		t.Fatal(err)
	}
	return "| field | needed | value | what |\n|---|---|---|---|\n" + strings.Join(fieldRows(reflect.TypeFor[plan.Fields](), schema, ""), "")
}

func fieldRows(typ reflect.Type, schema node, within string) []string {
	var out []string
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, optional, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		needed := "yes"
		if optional != "" {
			needed = ""
		}
		path, below, part := within+name, f.Type, schema.Properties[name]
		switch below.Kind() {
		case reflect.Map:
			path, below, part = path+".NAME", below.Elem(), *part.Below
		case reflect.Pointer:
			below = below.Elem()
		}
		out = append(out, fmt.Sprintf("| `%s` | %s | %s | %s |\n", path, needed, values(f.Type, part), f.Tag.Get("doc")))
		if below.Kind() == reflect.Struct {
			out = append(out, fieldRows(below, part, path+".")...)
		}
	}
	return out
}

// values is what may stand there, in few words.
func values(typ reflect.Type, n node) string {
	switch {
	case len(n.Enum) > 0:
		return strings.Join(n.Enum, ", ")
	case typ == reflect.TypeFor[plan.Time]():
		return "time"
	case typ == reflect.TypeFor[plan.Digest]() || typ == reflect.TypeFor[map[string]plan.Digest]():
		return "64 hex characters"
	case n.Items != nil && len(n.Items.Enum) > 0:
		return "list of " + strings.Join(n.Items.Enum, ", ")
	}
	word := map[string]string{"array": "list of names", "object": "members", "boolean": "true or false", "integer": "number", "string": "text"}
	if one, ok := n.Type.(string); ok {
		return word[one]
	}
	return "text or number"
}

// ruleTable has a line for each rule of lint, with the severities that its
// source gives it.
func ruleTable(t *testing.T) string {
	t.Helper()
	severities := lintSeverities(t)
	var b strings.Builder
	b.WriteString("| rule | severity | what must hold | source |\n|---|---|---|---|\n")
	for _, r := range plan.Rules() {
		words := severities[r.ID]
		if len(words) == 0 {
			t.Errorf("%s: no finding in the source of lint", r.ID)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.ID, strings.Join(words, ", "), r.Title, r.Source)
	}
	return b.String()
}

// lintSeverities reads from the source of lint how severe a finding of each
// rule can be, the gravest first. A rehearsal's softening is not counted.
func lintSeverities(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("../../ceremony/plan/lint*.go")
	if err != nil || len(files) < 3 {
		t.Fatalf("sources of lint: %v, %v", files, err)
	}
	finding := regexp.MustCompile(`\.find\("(PLAN-[A-Z0-9-]+)", ([^"]+?), `)
	word := map[string][]plan.Severity{
		"Refuse": {plan.Refuse}, "Warn": {plan.Warn}, "Note": {plan.Note},
		"l.orNote(Refuse)": {plan.Refuse}, "l.orNote(Warn)": {plan.Warn},
		"severity": {plan.Refuse, plan.Warn}, // organisations(): as the plan's policy has it
	}
	found := make(map[string][]plan.Severity)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range finding.FindAllStringSubmatch(string(readFile(t, file)), -1) {
			if word[m[2]] == nil {
				t.Fatalf("%s: severity %s is not known here", m[1], m[2])
			}
			found[m[1]] = append(found[m[1]], word[m[2]]...)
		}
	}
	out := make(map[string][]string)
	for rule, all := range found {
		for _, s := range []plan.Severity{plan.Refuse, plan.Warn, plan.Note} {
			if slices.Contains(all, s) {
				out[rule] = append(out[rule], string(s))
			}
		}
	}
	return out
}

// The commands that docs/plans.md shows work, one after the other.
func TestPlansPageCommands(t *testing.T) {
	page := string(readFile(t, plansPage))
	stage(t)
	if err := rehearsalDraft(t, "out/rehearsal"); err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]string{"online.hex": onlineHex, "targets.hex": targetsHex} {
		if err := os.WriteFile(name, []byte(key+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	now := func() time.Time { return time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC) }
	ran := 0
	for line := range strings.Lines(strings.ReplaceAll(page, "\\\n", "")) {
		if words := strings.Fields(line); len(words) > 2 && words[0] == "rootmoot" && words[1] == "plan" {
			ran++
			runOK(t, now, words[1:]...)
		}
	}
	if ran < 7 {
		t.Errorf("ran only %d commands", ran)
	}
}

// Public keys of machines, of sound Ed25519 points that nobody signs with.
const (
	onlineHex  = "0643e5477dfed4ef5378cca0dd44f7aa3c0927b7b9c793d389d89d284a66adbd"
	targetsHex = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a" // RFC 8032, 7.1
)

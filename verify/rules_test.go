package verify_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rootmoot/rootmoot/ceremony/evidence"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
	"github.com/rootmoot/rootmoot/verify/channel"
)

// codes are the fault codes that package root declares.
func codes(t *testing.T) []root.Code {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../root/fault.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var out []root.Code
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && strings.HasPrefix(spec.Names[0].Name, "Fault") && len(spec.Values) == 1 {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, root.Code(text))
		}
		return true
	})
	if len(out) < 20 {
		t.Fatalf("only %d fault codes found in root/fault.go", len(out))
	}
	return out
}

func TestEveryFaultHasARuling(t *testing.T) {
	known := make(map[string]bool)
	for _, r := range verify.Rules() {
		if known[r.ID] {
			t.Errorf("rule %s is there twice", r.ID)
		}
		if r.Title == "" || r.Source == "" {
			t.Errorf("rule %s has no title or no source", r.ID)
		}
		known[r.ID] = true
	}
	rulings := verify.Rulings()
	for _, code := range codes(t) {
		rule, ok := rulings[code]
		if !ok {
			t.Errorf("fault code %q of package root has no ruling", code)
		} else if !known[rule] {
			t.Errorf("fault code %q: %s is not among Rules", code, rule)
		}
	}
	for code := range rulings {
		if !slices.Contains(codes(t), code) {
			t.Errorf("there is a ruling for %q, which package root does not have", code)
		}
	}
}

// A documented rule is a line of docs/verification.md.
type documentedRule struct{ title, otherwise, source, tests string }

// docs/verification.md lists every rule with what Rules says of it and the
// tests that prove it, and those tests exist.
func TestDocumentedRules(t *testing.T) {
	documented := documentedRules(t)
	listed := func(folder string, r verify.Rule) documentedRule {
		row, ok := documented[r.ID]
		if !ok {
			t.Errorf("docs/verification.md does not list %s", r.ID)
			return row
		}
		delete(documented, r.ID)
		for _, name := range strings.Split(row.tests, ", ") {
			if !slices.Contains(testNames(t, folder), strings.Trim(name, "`")) {
				t.Errorf("docs/verification.md says %s is proven by %s, which %s does not have", r.ID, name, folder)
			}
		}
		return row
	}
	for folder, rules := range map[string][]verify.Rule{".": verify.Rules(), "attest": attest.Rules(), "channel": channel.Rules(), "../ceremony/evidence": evidence.Rules()} {
		for _, r := range rules {
			row := listed(folder, r)
			if diff := cmp.Diff([]string{r.Title, r.Source}, []string{row.title, row.source}); diff != "" {
				t.Errorf("docs/verification.md on %s (-rules +docs):\n%s", r.ID, diff)
			}
			if ruling, has := verify.Severities()[r.ID]; has && row.otherwise != ruling {
				t.Errorf("docs/verification.md says of %s %q, the table %q", r.ID, row.otherwise, ruling)
			}
		}
	}
	for _, declared := range []string{"../internal/machine/findings.go", "../ceremony/sitting/step_room.go"} {
		for _, id := range roomIDs(t, declared) {
			if row := listed(filepath.Dir(declared), verify.Rule{ID: id}); row.title == "" || row.source == "" {
				t.Errorf("docs/verification.md says too little of %s", id)
			}
		}
	}
	for id := range documented {
		t.Errorf("docs/verification.md lists %s, which is no rule", id)
	}
}

func documentedRules(t *testing.T) map[string]documentedRule {
	t.Helper()
	raw, err := os.ReadFile("../docs/verification.md")
	if err != nil {
		t.Fatal(err)
	}
	out := make(map[string]documentedRule)
	for _, m := range regexp.MustCompile("(?m)^\\| `([A-Z-]+)` \\| (.*) \\| (.*) \\| (.*) \\| (.*) \\|$").FindAllStringSubmatch(string(raw), -1) {
		out[m[1]] = documentedRule{m[2], m[3], m[4], m[5]}
	}
	return out
}

// roomIDs are the ids of findings about the room that a file declares: they
// stand in no table of rules.
func roomIDs(t *testing.T, path string) []string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range regexp.MustCompile(`= "(ROOM-[A-Z-]+)"`).FindAllStringSubmatch(string(raw), -1) {
		out = append(out, m[1])
	}
	if len(out) == 0 {
		t.Errorf("%s: declares no id", path)
	}
	return out
}

// testNames are the test functions of a folder.
func testNames(t *testing.T, folder string) []string {
	t.Helper()
	var out []string
	files, err := filepath.Glob(filepath.Join(folder, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				out = append(out, f.Name.Name)
			}
		}
	}
	return out
}

// Every rule that can break on a root is broken by some attack or test here.
func TestEveryRuleIsAttacked(t *testing.T) {
	elsewhere := map[string]string{
		"RUN-TIME": "TestNoTimeNoTrust", "QUORUM-OWN": "TestTrust", "QUORUM-DELEGATION": "TestKeyManager", "CHAIN-PIN": "TestTrust",
		"CHAIN-NAME": "TestChainSources", "CHAIN-FORMAT": "TestFormatsDoNotMix", "CHAIN-LENGTH": "TestChainLength", "FRESH-EXPIRED": "TestSigstore",
		"STATE-CHAIN": "TestMemory", "STATE-EQUIVOCATION": "TestMemory", "STATE-BYTES": "TestMemory", "STATE-ROLLBACK": "TestMemory", "STATE-WITHHELD": "TestDelegated",
	}
	for id, name := range elsewhere {
		if !slices.Contains(testNames(t, "."), name) {
			t.Errorf("%s is said to be broken by %s, which is not there", id, name)
		}
	}
	attacked := make(map[string]bool)
	for _, a := range attacks() {
		attacked[a.rule] = true
	}
	for _, r := range verify.Rules() {
		if !attacked[r.ID] && elsewhere[r.ID] == "" {
			t.Errorf("no attack breaks %s", r.ID)
		}
	}
}

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
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
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

// docs/verification.md lists every rule with what Rules says of it and the
// tests that prove it, and those tests exist.
func TestDocumentedRules(t *testing.T) {
	raw, err := os.ReadFile("../docs/verification.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := make(map[string][]string)
	for _, m := range regexp.MustCompile("(?m)^\\| `([A-Z-]+)` \\| (.*) \\| (.*) \\| (.*) \\| (.*) \\|$").FindAllStringSubmatch(string(raw), -1) {
		documented[m[1]] = m[2:]
	}
	tests := testNames(t)
	for _, r := range verify.Rules() {
		row, ok := documented[r.ID]
		if !ok {
			t.Errorf("docs/verification.md does not list %s", r.ID)
			continue
		}
		if diff := cmp.Diff([]string{r.Title, r.Source}, []string{row[0], row[2]}); diff != "" {
			t.Errorf("docs/verification.md on %s (-rules +docs):\n%s", r.ID, diff)
		}
		for _, name := range strings.Split(row[3], ", ") {
			if !slices.Contains(tests, strings.Trim(name, "`")) {
				t.Errorf("docs/verification.md says %s is proven by %s, which does not exist", r.ID, name)
			}
		}
		if ruling, has := verify.Severities()[r.ID]; has && row[1] != ruling {
			t.Errorf("docs/verification.md says of %s %q, the table %q", r.ID, row[1], ruling)
		}
		delete(documented, r.ID)
	}
	for id := range documented {
		t.Errorf("docs/verification.md lists %s, which is no rule", id)
	}
}

// testNames are the test functions of this folder.
func testNames(t *testing.T) []string {
	t.Helper()
	var out []string
	files, err := filepath.Glob("*_test.go")
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

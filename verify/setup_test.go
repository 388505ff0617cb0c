package verify_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/verify"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func options() verify.Options { return verify.Options{At: at("2026-11-01T00:00:00Z")} }

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

func trust(t *testing.T, raw []byte, o verify.Options) verify.Trusted {
	t.Helper()
	trusted, rep := verify.TrustFile(raw, o)
	if trusted.IsZero() {
		t.Fatalf("not trusted: %v", rep.Failures())
	}
	return trusted
}

func has(rep verify.Report, rule string, result verify.Result) bool {
	for _, c := range rep.Checks {
		if c.Rule == rule && c.Result == result {
			return true
		}
	}
	return false
}

// failing are the rules that refuse, in order.
func failing(rep verify.Report) []string {
	var out []string
	for _, c := range rep.Failures() {
		out = append(out, c.Rule)
	}
	return out
}

func load(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "testdata", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// sigstore is the production chain, v1 to v15.
func sigstore(t testing.TB) verify.Files {
	t.Helper()
	files := verify.Files{}
	for v := 1; v <= 15; v++ {
		name := fmt.Sprintf("%d.root.json", v)
		files[name] = load(t, "sigstore/"+name)
	}
	return files
}

var reportSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	return jsonschema.NewCompiler().Compile("../docs/report.schema.json")
})

// validate holds a report to the published schema.
func validate(t *testing.T, rep verify.Report) {
	t.Helper()
	raw := rep.AppendJSON(nil)
	schema, err := reportSchema()
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("report is no JSON: %v\n%s", err, raw)
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("report breaks its schema: %v\n%s", err, raw)
	}
}

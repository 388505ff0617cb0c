package plan

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

const schemaFile = "../../docs/ceremony.schema.json"

var update = flag.Bool("update", false, "write docs/ceremony.schema.json anew")

func TestSchemaIsCurrent(t *testing.T) {
	want, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(schemaFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the types say: run go test ./ceremony/plan -run TestSchemaIsCurrent -update", schemaFile)
	}
}

// TestSchemaJudges asks a validator that is not ours: the example and a new
// plan are valid, and what Load refuses by its form alone is not.
func TestSchemaJudges(t *testing.T) {
	s := compiled(t)
	text, err := New(options())
	if err != nil {
		t.Fatal(err)
	}
	for name, good := range map[string]string{"example": string(example(t)), "new": string(text), "simple": simple, "draft": asDraft(t)} {
		if err := s.Validate(asAny(t, good)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	cases := []struct {
		name   string
		change []string
	}{
		{"unknown member", []string{"name: Simple\n", "name: Simple\ntitle: x\n"}},
		{"unknown member below", []string{"threshold: 1\n", "threshold: 1\n  keyholder: ada\n"}},
		{"member missing", []string{"mode: rehearsal\n", ""}},
		{"member missing below", []string{"  threshold: 1\n", ""}},
		{"wrong type", []string{"threshold: 1\n", "threshold: three\n"}},
		{"list of numbers", []string{"keyholders: [ada]", "keyholders: [1]"}},
		{"other version", []string{"rootmoot: 1", "rootmoot: 2"}},
		{"threshold zero", []string{"threshold: 1\n", "threshold: 0\n"}},
		{"unknown format", []string{"format: conda", "format: pgp"}},
		{"unknown key type", []string{"type: ed25519", "type: dsa"}},
		{"date with offset", []string{"2026-12-01T12:00:00Z", "2026-12-01T12:00:00+01:00"}},
		{"key name", []string{"  online:", "  Online:"}},
		{"slot", []string{"serial: 1}", "serial: 1, slot: nine}"}},
		{"attestation none of the policy", []string{"tool:", "policy: {attestation: none}\ntool:"}},
		{"firmware", []string{"tool:", "policy: {firmware: 5.7.0}\ntool:"}},
		{"digest", []string{"document: root\n", "document: root\ncontinues: {version: 1, digest: abc}\n"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			text := changed(t, simple, c.change)
			if err := s.Validate(asAny(t, text)); err == nil {
				t.Error("the schema takes it")
			}
			if _, err := Load([]byte(text)); err == nil {
				t.Error("load takes it")
			}
		})
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	raw, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("plan.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("plan.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asAny reads YAML as an editor does. Times stay text, as in JSON.
func asAny(t *testing.T, text string) any {
	t.Helper()
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(text), &n); err != nil {
		t.Fatal(err)
	}
	return plainValue(t, n.Content[0])
}

func plainValue(t *testing.T, n *yaml.Node) any {
	t.Helper()
	switch {
	case n.Kind == yaml.MappingNode:
		out := make(map[string]any)
		for i := 0; i+1 < len(n.Content); i += 2 {
			out[n.Content[i].Value] = plainValue(t, n.Content[i+1])
		}
		return out
	case n.Kind == yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, c := range n.Content {
			out[i] = plainValue(t, c)
		}
		return out
	case n.Tag == "!!str" || n.Tag == "!!timestamp":
		return n.Value
	}
	var v any
	if err := n.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

package plan

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/root"
)

const exampleFile = "../../ceremony.example.yaml"

// at is when the example is reviewed.
var at = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

func example(t testing.TB) []byte {
	t.Helper()
	raw, err := os.ReadFile(exampleFile)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func load(t testing.TB, text string) *Plan {
	t.Helper()
	p, err := Load([]byte(text))
	if err != nil {
		t.Fatalf("the plan does not load: %v", err)
	}
	return p
}

// trusted is the root that the example continues: version 3, with fukuoka in
// the place of edinburgh, and one member that nobody knows.
func trusted(t testing.TB, p *Plan) *root.Root {
	t.Helper()
	yes := true
	s := root.Spec{
		Format:             root.TUF,
		Expires:            time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC),
		ConsistentSnapshot: &yes,
		Roles: []root.RoleSpec{
			{Name: "root", Threshold: 3, Keys: p.publicKeys([]string{"amsterdam", "boston", "chennai", "dakar", "fukuoka"})},
			{Name: "timestamp", Threshold: 1, Keys: p.publicKeys([]string{"online"})},
			{Name: "snapshot", Threshold: 1, Keys: p.publicKeys([]string{"online"})},
			{Name: "targets", Threshold: 1, Keys: p.publicKeys([]string{"release"})},
		},
	}
	return version3(t, draft(t, s))
}

func draft(t testing.TB, s root.Spec) *root.Candidate {
	t.Helper()
	c, err := root.Draft(nil, s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func version3(t testing.TB, c *root.Candidate) *root.Root {
	t.Helper()
	raw, err := c.Assemble(nil)
	if err != nil {
		t.Fatal(err)
	}
	raw = bytes.Replace(raw, []byte(`"version": 1`), []byte(`"version": 3, "x-contact": "nobody"`), 1)
	r, err := root.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

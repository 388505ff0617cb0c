package paper

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
)

const rotateFile = "testdata/rotate.yaml"

// A play is a plan and the root that it continues.
type play struct {
	plan    *plan.Plan
	trusted *root.Root
}

func (p play) script(t testing.TB) *Document {
	t.Helper()
	d, err := Script(p.plan, Options{Trusted: p.trusted})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (p play) html(t testing.TB) string {
	t.Helper()
	var b bytes.Buffer
	if err := p.script(t).HTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// plays are a draft of a genesis, a frozen rotation with the root that it
// continues, one without, and one for conda.
func plays(t testing.TB) map[string]play {
	t.Helper()
	rotate := load(t, read(t, rotateFile))
	return map[string]play{
		"tuf-genesis":        {load(t, read(t, "testdata/genesis.yaml")), nil},
		"tuf-rotate":         {rotate, version3(t, rotate)},
		"tuf-rotate-untrust": {rotate, nil},
		"conda-rotate":       conda(t),
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func load(t testing.TB, text string) *plan.Plan {
	t.Helper()
	p, err := plan.Load([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// conda is a rotation of a chain's first root.
func conda(t testing.TB) play {
	t.Helper()
	text := read(t, "testdata/conda.yaml")
	p := load(t, strings.ReplaceAll(text, "DIGEST", strings.Repeat("0", 64)))
	first := draft(t, root.Spec{
		Format: root.Conda, SigningTime: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Expires: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC),
		Roles: []root.RoleSpec{
			{Name: "root", Threshold: 2, Keys: keys(p, "amsterdam", "boston", "chennai")},
			{Name: "key_mgr", Threshold: 1, Keys: keys(p, "online")},
		},
	})
	trusted := parse(t, first)
	return play{load(t, strings.ReplaceAll(text, "DIGEST", trusted.Digest.String())), trusted}
}

// version3 is the root that the rotation continues.
func version3(t testing.TB, p *plan.Plan) *root.Root {
	t.Helper()
	yes := true
	raw := parseable(t, draft(t, root.Spec{
		Format: root.TUF, Expires: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC), ConsistentSnapshot: &yes,
		Roles: []root.RoleSpec{
			{Name: "root", Threshold: 3, Keys: keys(p, "amsterdam", "boston", "chennai", "dakar", "fukuoka")},
			{Name: "timestamp", Threshold: 1, Keys: keys(p, "online")},
			{Name: "snapshot", Threshold: 1, Keys: keys(p, "online")},
			{Name: "targets", Threshold: 1, Keys: keys(p, "release")},
		},
	}))
	r, err := root.Parse(bytes.Replace(raw, []byte(`"version": 1`), []byte(`"version": 3, "x-contact": "nobody"`), 1))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func keys(p *plan.Plan, names ...string) []root.PublicKey {
	var out []root.PublicKey
	for _, name := range names {
		k, _ := p.KeyOf(name)
		out = append(out, k)
	}
	return out
}

func draft(t testing.TB, s root.Spec) *root.Candidate {
	t.Helper()
	c, err := root.Draft(nil, s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func parse(t testing.TB, c *root.Candidate) *root.Root {
	t.Helper()
	r, err := root.Parse(parseable(t, c))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func parseable(t testing.TB, c *root.Candidate) []byte {
	t.Helper()
	raw, err := c.Assemble(nil)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func candidate(t testing.TB, p play) *root.Candidate {
	t.Helper()
	s, err := p.plan.Spec()
	if err != nil {
		t.Fatal(err)
	}
	c, err := root.Draft(p.trusted, s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

package plan

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/root"
)

func TestSpecSaysWhatThePlanSays(t *testing.T) {
	p := load(t, string(example(t)))
	s, err := p.Spec()
	if err != nil {
		t.Fatal(err)
	}
	// Keys are compared by the names that the plan has for them.
	names := func(keys []root.PublicKey) []string {
		var out []string
		for _, k := range keys {
			name, _ := p.NameOf(k.Fingerprint())
			out = append(out, name)
		}
		return out
	}
	yes := true
	want := root.Spec{
		Format: root.TUF, ConsistentSnapshot: &yes, Remove: []string{"x-contact"},
		Expires:     time.Date(2027, 12, 1, 0, 0, 0, 0, time.UTC),
		SigningTime: time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC),
		Roles: []root.RoleSpec{
			{Name: "root", Threshold: 3, Keys: p.publicKeys([]string{"amsterdam", "boston", "chennai", "dakar", "edinburgh"})},
			{Name: "snapshot", Threshold: 1, Keys: p.publicKeys([]string{"online"})},
			{Name: "timestamp", Threshold: 1, Keys: p.publicKeys([]string{"online"})},
		},
		Leaving: p.publicKeys([]string{"fukuoka"}), Reencode: p.publicKeys([]string{"dakar"}),
	}
	if diff := cmp.Diff(want, s, cmp.Transformer("names", names)); diff != "" {
		t.Errorf("spec (-want +got):\n%s", diff)
	}
}

// TestCandidateIsPure: the same two files give the same bytes, and no name of
// the plan reaches the root.
func TestCandidateIsPure(t *testing.T) {
	var first []byte
	for range 20 {
		p := load(t, string(example(t)))
		s, err := p.Spec()
		if err != nil {
			t.Fatal(err)
		}
		c, err := root.Draft(trusted(t, p), s)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = c.Root.Signed()
		}
		if !bytes.Equal(first, c.Root.Signed()) {
			t.Fatal("the same plan and root give another candidate")
		}
	}
	for _, name := range []string{"amsterdam", "Example", "online", "desk"} {
		if bytes.Contains(first, []byte(name)) {
			t.Errorf("the root says %q", name)
		}
	}
}

func TestCondaGenesisDrafts(t *testing.T) {
	s, err := load(t, simple).Spec()
	if err != nil {
		t.Fatal(err)
	}
	c, err := root.Draft(nil, s)
	if err != nil {
		t.Fatal(err)
	}
	r := c.Root
	if r.Version != 1 || !r.Rehearsal || r.Timestamp.Text != "2026-12-01T12:00:00Z" || r.Expires.Text != "2027-12-01T00:00:00Z" {
		t.Errorf("drafted %+v", r.Body)
	}
}

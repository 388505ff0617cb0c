package plan

import (
	"testing"

	"github.com/rootmoot/rootmoot/root"
)

// TestExampleIsClean keeps ceremony.example.yaml a plan that reviewers would
// pass: no refusal, no warning, and a candidate.
func TestExampleIsClean(t *testing.T) {
	p := load(t, string(example(t)))
	old := trusted(t, p)
	if got := p.Continues.Digest.Root(); got != old.Digest {
		t.Fatalf("continues.digest: the root of the test has %v", old.Digest)
	}
	r := Lint(p, old, LintOptions{At: at})
	for _, f := range r.Findings {
		if f.Severity != Note {
			t.Errorf("%v", f)
		}
	}
	if r.Candidate == nil {
		t.Fatal("no candidate")
	}
	s, err := p.Spec()
	if err != nil {
		t.Fatal(err)
	}
	c, err := root.Draft(old, s)
	if err != nil {
		t.Fatal(err)
	}
	if c.Digest() != r.Candidate.Digest() || c.Root.Version != 4 {
		t.Errorf("drafted version %d with %v, the review has %v", c.Root.Version, c.Digest(), r.Candidate.Digest())
	}
}

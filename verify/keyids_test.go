package verify_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

// A keyid by a rule of old is a ruling of its own, beside that of one by no rule
// at all: warned of, and refused under --strict, where the specification knows
// one rule (TUF 1.0.34, 4.2).
func TestKeyidByAnOlderRule(t *testing.T) {
	trusted := trust(t, forge.Root(root.TUF, 1, 2, people(root.TUF)...).Bytes(), options())
	hashes := []any{"sha256", "sha512"}
	owned := mallory.With("x-owner", "mallory")
	for _, c := range []struct {
		name string
		key  forge.Key
		odd  bool
	}{
		{"of the whole object", owned, false},
		{"of keytype, scheme and keyval", owned.Called(mallory.TUF().ID), true},
		{"without the list of hashes", owned.With("keyid_hash_algorithms", hashes).Called(owned.ID), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := forge.Root(root.TUF, 2, 2, people(root.TUF)...)
			d.SetRole("targets", 1, c.key)
			raw := d.Bytes()
			r, err := root.Parse(raw)
			if err != nil {
				t.Fatal(err)
			}
			var codes, want []root.Code
			for _, f := range r.Faults {
				codes = append(codes, f.Code)
			}
			if c.odd {
				want = []root.Code{root.FaultKeyidRule}
			}
			if diff := cmp.Diff(want, codes); diff != "" {
				t.Fatalf("faults (-want +got):\n%s", diff)
			}
			for strict, result := range map[bool]verify.Result{false: verify.Warn, true: verify.Fail} {
				o := options()
				o.Strict = strict
				next, rep := verify.Next(trusted, raw, o)
				if !c.odd {
					result = verify.Pass
				}
				if !has(rep, "KEY-ID", result) || next.IsZero() != (result == verify.Fail) {
					t.Errorf("strict %v: trusted %v, no %v of KEY-ID: %v", strict, !next.IsZero(), result, rep.Failures())
				}
			}
		})
	}
}

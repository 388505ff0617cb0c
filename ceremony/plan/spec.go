package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/root"
)

// Spec is what the frozen plan asks the next root to be. A draft has none: the
// error names the keys that are still to be enrolled.
func (p *Plan) Spec() (root.Spec, error) {
	if p.Document != RootDocument {
		return root.Spec{}, fmt.Errorf("document: %s: this build makes roots only", p.Document)
	}
	if missing := p.Missing(); len(missing) > 0 {
		return root.Spec{}, fmt.Errorf("keys: the plan is a draft: still to be enrolled are %s", strings.Join(missing, ", "))
	}
	return p.spec(), nil
}

// spec maps the fields; the keys of a draft are simply not there.
func (p *Plan) spec() root.Spec {
	s := root.Spec{
		Format:             p.Format.Root(),
		Rehearsal:          p.Mode == Rehearsal,
		Expires:            p.Root.Expires.Time(),
		SigningTime:        p.SigningTime.Time(),
		ConsistentSnapshot: p.ConsistentSnapshot,
		Leaving:            p.publicKeys(p.Leave),
		Reencode:           p.publicKeys(p.Reencode),
		Remove:             slices.Clone(p.Remove),
	}
	s.Roles = append(s.Roles, root.RoleSpec{Name: "root", Threshold: p.Root.Threshold, Keys: p.publicKeys(p.Root.Keyholders)})
	for _, name := range slices.Sorted(maps.Keys(p.Roles)) {
		r := p.Roles[name]
		s.Roles = append(s.Roles, root.RoleSpec{Name: name, Threshold: r.Threshold, Keys: p.publicKeys(r.Keys)})
	}
	return s
}

func (p *Plan) publicKeys(names []string) []root.PublicKey {
	var out []root.PublicKey
	for _, name := range names {
		if k, ok := p.keys[name]; ok {
			out = append(out, k)
		}
	}
	return out
}

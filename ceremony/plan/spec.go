package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/root"
)

// Draft is the candidate that the frozen plan yields, on the trusted root (nil
// for a genesis) and, if it is for a key manager document, on the one before (nil
// if it follows none).
func (p *Plan) Draft(trusted *root.Root, before *root.KeyManager) (*root.Candidate, error) {
	if err := p.full(); err != nil {
		return nil, err
	}
	if p.Document == KeyManagerDocument {
		return root.DraftKeyManager(trusted, before, p.managerSpec())
	}
	return root.Draft(trusted, p.spec())
}

// full refuses a draft: it names the keys that are still to be enrolled.
func (p *Plan) full() error {
	if missing := p.Missing(); len(missing) > 0 {
		return fmt.Errorf("keys: the plan is a draft: still to be enrolled are %s", strings.Join(missing, ", "))
	}
	return nil
}

// Spec is what the frozen plan asks the next root to be. A draft has none: the
// error names the keys that are still to be enrolled.
func (p *Plan) Spec() (root.Spec, error) {
	if p.Document != RootDocument {
		return root.Spec{}, fmt.Errorf("document: %s: the plan is for no root", p.Document)
	}
	if err := p.full(); err != nil {
		return root.Spec{}, err
	}
	return p.spec(), nil
}

func (p *Plan) managerSpec() root.ManagerSpec {
	packages := p.Roles[root.RolePackages]
	return root.ManagerSpec{
		Rehearsal:   p.Mode == Rehearsal,
		Version:     p.KeyManager.Version,
		Expires:     p.KeyManager.Expires.Time(),
		SigningTime: p.SigningTime.Time(),
		Threshold:   packages.Threshold,
		Keys:        p.publicKeys(packages.Keys),
		Leaving:     p.publicKeys(p.Leave),
		Remove:      slices.Clone(p.Remove),
	}
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

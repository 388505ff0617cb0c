package plan

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rootmoot/rootmoot/ceremony/witness"
	"github.com/rootmoot/rootmoot/root"
)

// A Plan is a plan file that [Load] has accepted. Its fields are as written;
// what the file leaves out is zero ([Plan.InForce] fills in the policy).
type Plan struct {
	Fields

	raw   []byte
	place func(path string) (line, column int)
	keys  map[string]root.PublicKey // those that stand in the file
	names map[root.Fingerprint]string

	witnessKeys  map[string]witness.Key
	witnessNames map[root.Fingerprint]string
}

// Raw is the file, byte for byte. The caller must not change it.
func (p *Plan) Raw() []byte { return p.raw }

// Digest is the SHA-256 of the file's bytes. Only that of a frozen plan is read
// back and named by requests and contributions.
func (p *Plan) Digest() root.Digest { return root.DigestOf(p.raw) }

// Frozen reports whether every key stands in the plan in full.
func (p *Plan) Frozen() bool { return len(p.Missing()) == 0 }

// Missing are the names whose key is still to be enrolled: keyholders in the
// order of the plan, then the others by name.
func (p *Plan) Missing() []string {
	var out []string
	for _, name := range p.order() {
		if _, there := p.keys[name]; !there {
			out = append(out, name)
		}
	}
	return out
}

// order are the names under keys: keyholders as listed, then the others by name.
func (p *Plan) order() []string {
	out := slices.Clone(p.keyholders())
	for _, name := range slices.Sorted(maps.Keys(p.Keys)) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// keyholders are the names of the next root role; none in a plan for a key
// manager document.
func (p *Plan) keyholders() []string {
	if p.Root == nil {
		return nil
	}
	return p.Root.Keyholders
}

// KeyOf is the key of that name; false if it is unknown or still to be enrolled.
func (p *Plan) KeyOf(name string) (root.PublicKey, bool) {
	k, ok := p.keys[name]
	return k, ok
}

// NameOf is what the plan calls this key material.
func (p *Plan) NameOf(f root.Fingerprint) (string, bool) {
	name, ok := p.names[f]
	return name, ok
}

// WitnessKey is the key of the witness of that name; false if the plan has none,
// and the witness signs on paper only.
func (p *Plan) WitnessKey(name string) (witness.Key, bool) {
	k, ok := p.witnessKeys[name]
	return k, ok
}

// Version is that of the document that the plan makes.
func (p *Plan) Version() int64 {
	switch {
	case p.KeyManager != nil:
		return p.KeyManager.Version
	case p.Continues != nil:
		return p.Continues.Version + 1
	}
	return 1
}

// CheckFollows refuses another key manager document than the one that the plan
// says it follows; before is nil if there is none.
func (p *Plan) CheckFollows(before *root.KeyManager) error {
	var named *Follows
	if p.KeyManager != nil {
		named = p.KeyManager.Follows
	}
	switch {
	case named == nil && before != nil:
		return fmt.Errorf("plan: follows no key manager document, but there is version %d", before.Version)
	case named == nil:
		return nil
	case before == nil:
		return fmt.Errorf("plan: key_mgr.follows version %d, but there is no such document", named.Version)
	case named.Digest.Root() != before.Digest || named.Version != before.Version:
		return fmt.Errorf("plan: key_mgr.follows version %d with digest %v, but the document that is there is version %d with digest %v",
			named.Version, named.Digest.Root(), before.Version, before.Digest)
	}
	return nil
}

// SigningRole is the role of the trusted root whose keys have to sign; its zero
// if there is none. A root is signed by the root role, what it delegates by that.
func (p *Plan) SigningRole(trusted *root.Root) root.Role {
	if trusted == nil {
		return root.Role{}
	}
	if p.Document == KeyManagerDocument {
		role, _ := trusted.Role(root.RoleManager)
		return role
	}
	return trusted.RootRole()
}

// Joining are the keyholders whose key is not in the root role of the trusted
// root (nil for a genesis), those still to be enrolled included.
func (p *Plan) Joining(trusted *root.Root) []string {
	return p.holders(func(name string) bool { return !p.signs(trusted, name) })
}

// Remaining are the keyholders whose key is in the root role of the trusted
// root too.
func (p *Plan) Remaining(trusted *root.Root) []string {
	return p.holders(func(name string) bool { return p.signs(trusted, name) })
}

// Leaving are the names, in order, whose key is in the root role of the trusted
// root and in that of the next no more. A key of it that the plan does not name
// is not among them: [Lint] refuses such a plan. Of a key manager document they
// are the package signers that the plan says leave.
func (p *Plan) Leaving(trusted *root.Root) []string {
	if p.Document == KeyManagerDocument {
		return p.Leave
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(p.Keys)) {
		if p.signs(trusted, name) && !slices.Contains(p.keyholders(), name) {
			out = append(out, name)
		}
	}
	return out
}

func (p *Plan) holders(want func(string) bool) []string {
	var out []string
	for _, name := range p.keyholders() {
		if want(name) {
			out = append(out, name)
		}
	}
	return out
}

// signs reports whether the named key is one of those of the trusted root that
// have to sign.
func (p *Plan) signs(trusted *root.Root, name string) bool {
	k, ok := p.keys[name]
	return ok && p.SigningRole(trusted).Has(k.Fingerprint())
}

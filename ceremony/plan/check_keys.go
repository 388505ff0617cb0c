package plan

import (
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"github.com/rootmoot/rootmoot/internal/strictyaml"
	"github.com/rootmoot/rootmoot/root"
)

// keys reads the key material and takes it into the plan.
func (c *checker) keys() {
	p := c.p
	p.keys = make(map[string]root.PublicKey)
	p.names = make(map[root.Fingerprint]string)
	if len(p.Keys) == 0 || len(p.Keys) > maxKeys {
		c.fault("keys", "%d keys: want 1 to %d", len(p.Keys), maxKeys)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(p.Keys)) {
		path := strictyaml.Child("keys", name)
		c.identifier(path, name)
		k := p.Keys[name]
		oneOf(c, path+".type", k.Type, ECDSA, P256, P384, Ed25519, RSA)
		if k.PEM == "" && k.Hex == "" {
			c.enrollable(path, name)
			continue
		}
		if k.Type.Algorithm() == root.UnknownAlgorithm {
			continue // said already
		}
		public, err := k.public(path)
		if err != nil {
			c.faults = append(c.faults, *err)
			continue
		}
		if other, twice := p.names[public.Fingerprint()]; twice {
			c.fault(path, "is the same key as %s: one key has one name", other)
			continue
		}
		p.keys[name], p.names[public.Fingerprint()] = public, name
	}
}

// enrollable checks that somebody waits for a key that does not stand there yet.
func (c *checker) enrollable(path, name string) {
	if c.p.roleOf(name) == "" && !slices.Contains(c.p.Leave, name) && !slices.Contains(c.p.Reencode, name) {
		c.fault(path, "has no key, and no role needs one: give pem or hex, or take the entry out")
	}
}

// public reads the key material and holds it against the type.
func (k Key) public(path string) (root.PublicKey, *fault) {
	refuse := func(member, format string, args ...any) (root.PublicKey, *fault) {
		return root.PublicKey{}, &fault{path + member, fmt.Sprintf(format, args...)}
	}
	if k.PEM != "" && k.Hex != "" {
		return refuse(".hex", "pem stands there too: one key, one form")
	}
	if k.Hex != "" {
		if k.Type != Ed25519 {
			return refuse(".hex", "is for ed25519 keys: give this one as pem")
		}
		raw, err := hex.DecodeString(k.Hex)
		if err != nil || len(raw) != 32 || hex.EncodeToString(raw) != k.Hex {
			return refuse(".hex", "want 64 lower-case hex characters, in quotes")
		}
		public, err := root.NewEd25519(raw)
		if err != nil {
			return refuse(".hex", "%v", err)
		}
		return public, nil
	}
	public, err := root.ParsePEM(k.PEM)
	if err != nil {
		return refuse(".pem", "%v", err)
	}
	if !k.Type.takes(public.Algorithm()) {
		return refuse(".pem", "is a key of %v, and the type says %s", public.Algorithm(), k.Type)
	}
	return public, nil
}

package plan

import (
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/root"
)

// Load reads a plan, draft or frozen. What is wrong with it is said with line,
// column and path, all of it at once where it can be.
func Load(raw []byte) (*Plan, error) {
	p := &Plan{raw: raw}
	if err := decode(raw, &p.Fields); err != nil {
		return nil, err
	}
	p.keys = make(map[string]root.PublicKey)
	p.names = make(map[root.Fingerprint]string)
	for _, name := range p.order() {
		k, err := p.Keys[name].public()
		if err != nil {
			return nil, fmt.Errorf("keys.%s: %w", name, err)
		}
		if k.IsZero() {
			continue
		}
		p.keys[name] = k
		p.names[k.Fingerprint()] = name
	}
	return p, nil
}

// public reads the key material; the zero key where there is none yet.
func (k Key) public() (root.PublicKey, error) {
	switch {
	case k.PEM != "" && k.Hex != "":
		return root.PublicKey{}, errors.New("pem and hex: one key, one form")
	case k.PEM != "":
		return root.ParsePEM(k.PEM)
	case k.Hex != "":
		raw, err := hex.DecodeString(k.Hex)
		if err != nil || hex.EncodeToString(raw) != k.Hex {
			return root.PublicKey{}, errors.New("want 64 lower-case hex characters")
		}
		return root.NewEd25519(raw)
	}
	return root.PublicKey{}, nil
}

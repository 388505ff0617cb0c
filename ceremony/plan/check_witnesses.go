package plan

import (
	"maps"
	"slices"

	"github.com/rootmoot/rootmoot/ceremony/witness"
	"github.com/rootmoot/rootmoot/internal/strictyaml"
	"github.com/rootmoot/rootmoot/root"
)

// witnesses reads their keys into the plan. Who witnesses has no other part:
// facts name people by their names and keys, so that one who stood there twice
// would check themselves.
func (c *checker) witnesses() {
	p := c.p
	p.witnessKeys = make(map[string]witness.Key)
	p.witnessNames = make(map[root.Fingerprint]string)
	for _, name := range slices.Sorted(maps.Keys(p.Witnesses)) {
		path := strictyaml.Child("witnesses", name)
		c.identifier(path, name)
		if _, twice := p.Participants[name]; twice {
			c.fault(path, "is a participant too: who witnesses has no other part")
		}
		w := p.Witnesses[name]
		c.text(path+".organisation", w.Organisation, false)
		if w.Key != "" {
			c.witnessKey(path+".key", name, w.Key)
		}
	}
}

func (c *checker) witnessKey(path, name, text string) {
	p := c.p
	k, err := witness.ParseKey(text)
	if err != nil {
		c.fault(path, "%v", err)
		return
	}
	material := k.Public().Fingerprint()
	if other, signs := p.names[material]; signs {
		c.fault(path, "is the key that stands under keys as %s: who witnesses signs nothing else", other)
		return
	}
	if other, twice := p.witnessNames[material]; twice {
		c.fault(path, "is the key of %s too: each witness has one of their own", other)
		return
	}
	p.witnessKeys[name], p.witnessNames[material] = k, name
}

package provision

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/root"
)

// held are the keys on the token, in whatever slot: a reset destroys them all.
func (p *Provisioning) held() []token.Key {
	var out []token.Key
	if i := p.info; i.Occupied() {
		out = append(out, token.Key{Slot: i.Slot, Algorithm: i.Algorithm, SPKI: i.SPKI})
	}
	return append(out, p.info.Others...)
}

// holderOf is whose key it is, as a trusted root or the plan knows it; "" if
// nobody's.
func (p *Provisioning) holderOf(spki []byte) string {
	k, err := root.ParseSPKI(spki)
	if err != nil {
		return ""
	}
	if p.cfg.Plan != nil {
		if name, known := p.cfg.Plan.NameOf(k.Fingerprint()); known {
			return name
		}
	}
	if p.cfg.Trusted != nil {
		if _, known := p.cfg.Trusted.KeyOf(k.Fingerprint()); known {
			return "the trusted root"
		}
	}
	return ""
}

// uses is which keys on the token are whose; "" if nobody is known to hold any.
func (p *Provisioning) uses() string {
	var out []string
	for _, k := range p.held() {
		what := "its key"
		if k.Slot != slot {
			what = "the key in slot " + k.Slot
		}
		if holder := p.holderOf(k.SPKI); holder != "" {
			out = append(out, what+" is that of "+holder)
		}
	}
	return strings.Join(out, "; ")
}

// doomed are the keys that a reset destroys, each as a phrase names it: by whose
// it is, or else by its fingerprint. Of many that are nobody's it is their
// number.
func (p *Provisioning) doomed() []string {
	var out, nobodys []string
	for _, k := range p.held() {
		switch holder := p.holderOf(k.SPKI); {
		case holder == "":
			nobodys = append(nobodys, "the key "+named(k))
		case !slices.Contains(out, "the key of "+holder):
			out = append(out, "the key of "+holder)
		}
	}
	if len(nobodys) > 1 {
		nobodys = []string{fmt.Sprintf("%d keys", len(nobodys))}
	}
	return append(out, nobodys...)
}

// named is a key by its fingerprint, or one that has none by where it lies.
func named(k token.Key) string {
	pub, err := root.ParseSPKI(k.SPKI)
	if err != nil {
		return "in slot " + k.Slot
	}
	return pub.Fingerprint().Short()
}

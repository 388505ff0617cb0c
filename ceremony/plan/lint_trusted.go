package plan

import (
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/internal/strictyaml"
	"github.com/rootmoot/rootmoot/root"
)

// continues holds the plan against the root that it says it continues.
func (l *linter) continues() {
	p, t := l.p, l.trusted
	if p.Purpose == Genesis {
		return // see purpose
	}
	if p.Continues == nil {
		l.find("PLAN-CONTINUES", Refuse, "purpose", "%s continues a root, and the plan does not say which: give continues", p.Purpose)
		return
	}
	if t == nil {
		l.find("PLAN-CONTINUES", Note, "continues", "version %d is not at hand: what depends on it was not reviewed", p.Continues.Version)
		return
	}
	if p.Continues.Version != t.Version {
		l.find("PLAN-CONTINUES", Refuse, "continues.version", "%d, and the trusted root is version %d", p.Continues.Version, t.Version)
	}
	if p.Continues.Digest.Root() != t.Digest {
		l.find("PLAN-CONTINUES", Refuse, "continues.digest", "the trusted root has %v", t.Digest)
	}
	if p.Format.Root() != t.Format {
		l.find("PLAN-FORMAT", Refuse, "format", "%s, and the trusted root is of %v", p.Format, t.Format)
	}
	if (p.Mode == Rehearsal) != t.Rehearsal {
		l.find("PLAN-MODE", Refuse, "mode", "%s, and the trusted root is %s", p.Mode, map[bool]string{true: "a rehearsal's", false: "real"}[t.Rehearsal])
	}
}

// chain holds the first root that the plan names against that of the chain.
// Every statement signs its digest, so a wrong one would name another chain.
func (l *linter) chain() {
	c := l.p.Continues
	if c == nil || l.p.Purpose == Genesis {
		return
	}
	named := c.First().Root()
	switch {
	case l.first == (root.Digest{}) && c.Version > 1:
		l.find("PLAN-CHAIN", Note, "continues.chain", "not compared with a chain in this review: compare the digest of the first root with what you know, %v", named)
	case l.first != (root.Digest{}) && l.first != named:
		l.find("PLAN-CHAIN", Refuse, "continues.chain", "the first root of the chain has %v: every statement would name another chain", l.first)
	}
}

// purpose holds the plan against what it says it is for.
func (l *linter) purpose() {
	p := l.p
	if p.Purpose == Genesis {
		if p.Continues != nil {
			l.find("PLAN-PURPOSE", Refuse, "continues", "a genesis continues nothing: leave it out, or name another purpose")
		}
		if l.trusted != nil {
			l.find("PLAN-PURPOSE", Refuse, "purpose", "genesis, and there is a trusted root of version %d already", l.trusted.Version)
		}
		return
	}
	if l.trusted == nil {
		return
	}
	l.purposeFits(len(p.Leave) > 0 || len(p.Leaving(l.trusted)) > 0)
}

// purposeFits holds a plan for what follows something against what it changes.
func (l *linter) purposeFits(leaves bool) {
	p, changes := l.p, l.changes()
	switch {
	case p.Purpose == Renew && len(changes) > 0:
		l.find("PLAN-PURPOSE", Refuse, "purpose", "renew keeps keys and thresholds, and this plan changes %s: say rotate", strings.Join(changes, ", "))
	case p.Purpose == Rotate && len(changes) == 0 && len(p.Reencode) == 0:
		l.find("PLAN-PURPOSE", Warn, "purpose", "rotate, and no key or threshold changes: say renew")
	case p.Purpose == Emergency && !leaves:
		l.find("PLAN-PURPOSE", Warn, "purpose", "emergency, and no key leaves: a key that is lost or stolen should")
	}
}

// changes are the roles whose keys or threshold the plan changes.
func (l *linter) changes() []string {
	var out []string
	for _, r := range l.named() {
		joins, leaves := l.delta(r)
		before, _ := l.before(r.name)
		if joins+leaves > 0 || before.Threshold != r.threshold {
			out = append(out, r.name)
		}
	}
	return out
}

// delta counts the keys that join and leave a role; one still to be enrolled
// joins.
func (l *linter) delta(r namedRole) (joins, leaves int) {
	before, _ := l.before(r.name)
	for _, name := range r.keys {
		if k, ok := l.p.keys[name]; !ok || !before.Has(k.Fingerprint()) {
			joins++
		}
	}
	for _, k := range before.Distinct() {
		if name, ok := l.p.NameOf(k.Public.Fingerprint()); !ok || !slices.Contains(r.keys, name) {
			leaves++
		}
	}
	return joins, leaves
}

// accounts asks that every key of the trusted root remains or leaves by name.
func (l *linter) accounts() {
	next := l.next()
	if l.trusted != nil {
		for _, k := range l.trusted.Keys {
			l.account(k, next)
		}
	}
	for i, name := range l.p.Leave {
		at := strictyaml.Index("leaving", i)
		k, ok := l.p.keys[name]
		switch {
		case l.trusted == nil && l.p.Purpose == Genesis:
			l.find("PLAN-LEAVING", Refuse, at, "a genesis has no root before it, so no key can leave")
		case l.trusted == nil || !ok:
		case !l.had(k.Fingerprint()):
			l.find("PLAN-LEAVING", Refuse, at, "the key of %s is not in the trusted root", name)
		case next[k.Fingerprint()]:
			l.find("PLAN-LEAVING", Refuse, at, "the key of %s stays in a role that the plan inherits: name that role without it", name)
		}
	}
	for i, name := range l.p.Reencode {
		at := strictyaml.Index("reencode", i)
		k := l.p.keys[name]
		if l.p.Format == Conda || l.trusted == nil && l.p.Purpose == Genesis || l.trusted != nil && !l.had(k.Fingerprint()) {
			l.find("PLAN-REENCODE", Refuse, at, "there is no key object of %s to write anew", name)
			continue
		}
		l.find("PLAN-REENCODE", Note, at, "the key of %s gets a new keyid; its one signature is entered under both, the old quorum knows it by the old", name)
	}
}

func (l *linter) account(k root.Key, next map[root.Fingerprint]bool) {
	if k.Public.IsZero() {
		return
	}
	f := k.Public.Fingerprint()
	name, named := l.p.NameOf(f)
	switch {
	case !next[f] && !slices.Contains(l.p.Leave, name):
		if !named {
			name = "without a name in the plan"
		}
		l.find("PLAN-KEY-DROPPED", Refuse, "leaving", "a key of the trusted root (%s) is in no role of the next one: name it under leaving, or keep it: %v", name, f)
	case !named:
		l.find("PLAN-KEY-UNNAMED", Warn, "keys", "key %v of the trusted root stays, and has no name in the plan: add it under keys", f)
	}
}

// had reports whether the trusted root has this key material.
func (l *linter) had(f root.Fingerprint) bool {
	_, ok := l.trusted.KeyOf(f)
	return ok
}

// next is the key material of the next root: of the roles that the plan names,
// and of those that it inherits.
func (l *linter) next() map[root.Fingerprint]bool {
	out := make(map[root.Fingerprint]bool)
	named := make(map[string]bool)
	for _, r := range l.named() {
		named[r.name] = true
		for _, k := range l.p.publicKeys(r.keys) {
			out[k.Fingerprint()] = true
		}
	}
	if l.trusted == nil {
		return out
	}
	for _, r := range l.trusted.Roles {
		for _, k := range r.Keys() {
			if !named[r.Name] && !k.Public.IsZero() {
				out[k.Public.Fingerprint()] = true
			}
		}
	}
	return out
}

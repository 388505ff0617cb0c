package plan

import (
	"maps"
	"slices"

	"github.com/rootmoot/rootmoot/internal/strictyaml"
	"github.com/rootmoot/rootmoot/root"
)

// A namedRole is a role that the plan names, that of the root first.
type namedRole struct {
	name, path string
	threshold  int
	keys       []string // names
}

func (l *linter) named() []namedRole {
	var out []namedRole
	if r := l.p.Root; r != nil {
		out = append(out, namedRole{"root", "root", r.Threshold, r.Keyholders})
	}
	for _, name := range slices.Sorted(maps.Keys(l.p.Roles)) {
		r := l.p.Roles[name]
		out = append(out, namedRole{name, "roles." + name, r.Threshold, r.Keys})
	}
	return out
}

// thresholds asks whether those of the named roles can be reached, and what they
// were.
func (l *linter) thresholds() {
	for _, r := range l.named() {
		if r.threshold > len(r.keys) {
			l.find("PLAN-THRESHOLD-REACH", Refuse, r.path+".threshold", "%d of %d keys can never be reached", r.threshold, len(r.keys))
		}
		if before, ok := l.before(r.name); ok && r.threshold < before.Threshold {
			l.find("PLAN-THRESHOLD-LOWERED", Warn, r.path+".threshold", "%s is lowered from %d to %d", r.name, before.Threshold, r.threshold)
		}
	}
}

// rootThreshold asks how much the root role can lose, and how much of it changes.
func (l *linter) rootThreshold() {
	n, threshold := len(l.p.Root.Keyholders), l.p.Root.Threshold
	if threshold == 1 {
		l.find("PLAN-THRESHOLD-ONE", Warn, "root.threshold", "one key alone makes the next root: who has it has everything")
	}
	if threshold == n && n > 1 {
		l.find("PLAN-THRESHOLD-REACH", Warn, "root.threshold", "all %d keys are needed: one lost token and there is never another root", n)
	}
	before, ok := l.before("root")
	if !ok {
		return
	}
	if had := len(before.Distinct()); n < had {
		l.find("PLAN-KEYS-FEWER", Warn, "root.keyholders", "%d keys, and the trusted root has %d", n, had)
	}
	l.manyChanges(before)
}

// manyChanges looks at how much of the root role changes in one step.
func (l *linter) manyChanges(before root.Role) {
	joins, leaves := l.delta(l.named()[0])
	replaced := min(joins, leaves)
	if replaced > 1 && before.Threshold != l.p.Root.Threshold {
		l.find("PLAN-MANY-CHANGES", Warn, "root", "%d keys are replaced and the threshold changes, all at once: take two steps", replaced)
	}
	if joins >= l.p.Root.Threshold && joins > 1 {
		l.find("PLAN-MANY-CHANGES", Warn, "root.keyholders", "%d keys join at once, enough to meet the new threshold alone: take two steps", joins)
	}
}

// before is a role as it is now: of the trusted root, or of the key manager
// document that the plan follows.
func (l *linter) before(role string) (root.Role, bool) {
	switch {
	case l.p.Document == KeyManagerDocument && l.follows != nil:
		return l.follows.Role(role)
	case l.p.Document == KeyManagerDocument || l.trusted == nil:
		return root.Role{}, false
	}
	return l.trusted.Role(role)
}

// demanded are the roles beside root that a genesis must name.
func demanded(f Format) []string {
	if f == Conda {
		return []string{root.RoleManager}
	}
	return []string{"timestamp", "snapshot", "targets"}
}

// keys looks at each key by itself and at the roles it is in.
func (l *linter) keys() {
	next := l.next()
	for _, name := range l.p.order() {
		at := "keys." + name
		k, ok := l.key(name)
		if !ok {
			continue
		}
		if k.Algorithm() == root.P384 {
			l.find("PLAN-KEY-P384", Note, at, "P-384 is slower than P-256, and some clients do not know it")
		}
		if f := k.Fingerprint(); !next[f] && !slices.Contains(l.p.Leave, name) && (l.trusted == nil && l.p.Purpose == Genesis || l.trusted != nil && !l.had(f)) {
			l.find("PLAN-KEY-UNUSED", Warn, at, "is in no role: give it one, or take it out")
		}
	}
	if l.p.Purpose == Genesis {
		for _, role := range demanded(l.p.Format) {
			if _, named := l.p.Roles[role]; !named {
				l.find("PLAN-ROLE-KEY", Refuse, "roles", "a genesis inherits nothing, and %s is missing", role)
			}
		}
	}
	l.online()
}

// key looks at one key by itself, as far as it stands in the plan.
func (l *linter) key(name string) (root.PublicKey, bool) {
	if t := l.p.Keys[name].Type; l.p.Format == Conda && t != Ed25519 {
		l.find("PLAN-CONDA-KEY", Refuse, "keys."+name+".type", "conda knows Ed25519 keys only, this is %s", t)
	}
	k, ok := l.p.keys[name]
	if ok {
		if err := k.Sound(); err != nil {
			l.find("PLAN-KEY-WEAK", Refuse, "keys."+name, "%v", err)
		}
	}
	return k, ok
}

// online looks for root keys in roles that machines sign for, those that the
// plan inherits included; targets is offline in many houses.
func (l *linter) online() {
	for _, role := range []string{"timestamp", "snapshot", "key_mgr"} {
		named, ok := l.p.Roles[role]
		before, had := l.before(role)
		for i, name := range l.p.Root.Keyholders {
			k, there := l.p.keys[name]
			switch {
			case ok && slices.Contains(named.Keys, name):
				l.find("PLAN-ROOT-ONLINE", Warn, "roles."+role+".keys", "%s is a root key and signs for %s too: give that role a key of its own", name, role)
			case !ok && had && there && before.Has(k.Fingerprint()):
				l.find("PLAN-ROOT-ONLINE", Warn, strictyaml.Index("root.keyholders", i), "%s is a root key and, as inherited, signs for %s too", name, role)
			}
		}
	}
}

// others finds keys that stand in roots of other chains.
func (l *linter) others(others []*root.Root) {
	for _, o := range others {
		for _, k := range o.Keys {
			if k.Public.IsZero() {
				continue
			}
			name, ours := l.p.NameOf(k.Public.Fingerprint())
			if !ours || slices.Contains(l.p.Leave, name) {
				continue
			}
			l.review.Shared = append(l.review.Shared, Shared{name, k.Public.Fingerprint(), o.Digest})
			l.find("PLAN-KEY-SHARED", Warn, "keys."+name, "stands in another chain's root too (version %d, %s…)", o.Version, o.Digest.String()[:16])
		}
	}
}

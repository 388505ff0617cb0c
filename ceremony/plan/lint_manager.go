package plan

import (
	"slices"

	"github.com/rootmoot/rootmoot/internal/strictyaml"
	"github.com/rootmoot/rootmoot/root"
)

// manager asks what is asked of a plan for a key manager document only.
func (l *linter) manager() {
	l.followed()
	if l.trusted != nil && l.p.SigningRole(l.trusted).Name == "" {
		l.find("PLAN-ROLE-KEY", Refuse, "continues", "the trusted root delegates to no key_mgr: nobody could sign this")
	}
	if l.p.KeyManager.Follows == nil || l.follows != nil {
		l.purposeFits(len(l.p.Leave) > 0)
	}
	l.thresholds()
	l.packageSigners()
	l.departing()
	l.times("key_mgr.expires", l.p.KeyManager.Expires)
	l.outlives()
}

// followed holds the plan against the document that it says it follows.
func (l *linter) followed() {
	named := l.p.KeyManager.Follows
	switch {
	case named == nil && l.follows != nil:
		l.find("PLAN-FOLLOWS", Refuse, "key_mgr", "there is a key manager document of version %d already, and the plan does not say that it follows it: give follows, with digest %v", l.follows.Version, l.follows.Digest)
	case named == nil && l.p.KeyManager.Version > 1:
		l.find("PLAN-FOLLOWS", Warn, "key_mgr.version", "%d, and the plan does not say which document is before it: nobody is shown what changes", l.p.KeyManager.Version)
	case named == nil:
	case l.follows == nil:
		l.find("PLAN-FOLLOWS", Note, "key_mgr.follows", "version %d is not at hand: what depends on it was not reviewed", named.Version)
	case named.Digest.Root() != l.follows.Digest:
		l.find("PLAN-FOLLOWS", Refuse, "key_mgr.follows.digest", "the document that was given has %v", l.follows.Digest)
	case named.Version != l.follows.Version:
		l.find("PLAN-FOLLOWS", Refuse, "key_mgr.follows.version", "%d, and the document that was given is version %d", named.Version, l.follows.Version)
	}
	l.signedBefore()
	if named != nil && l.p.KeyManager.Version > named.Version+1 {
		l.find("PLAN-FOLLOWS", Note, "key_mgr.version", "%d leaves out versions after %d: clients take any that is higher", l.p.KeyManager.Version, named.Version)
	}
}

// signedBefore asks whether the document before is one that the trusted root would
// let count. One of an earlier root's key managers is not; nor is one that somebody
// made up, so that what it has would seem to stay.
func (l *linter) signedBefore() {
	if l.follows == nil || l.trusted == nil {
		return
	}
	if t := l.p.SigningRole(l.trusted).Tally(l.follows.Envelope); !t.Met() {
		l.find("PLAN-FOLLOWS", Warn, "key_mgr.follows", "the document before has good signatures of %d of the %d keys that the trusted root wants: if its keys were changed since, verify it under the root that it is of; if not, nobody has issued it, and what is said to stay was never there", t.Good, t.Threshold)
	}
}

// packageSigners looks at each key by itself, and at what else it may sign.
func (l *linter) packageSigners() {
	packages := l.p.Roles[root.RolePackages].Keys
	for _, name := range l.p.order() {
		k, ok := l.key(name)
		if !ok || l.trusted == nil {
			continue
		}
		signs := slices.Contains(packages, name)
		for _, role := range l.trusted.Roles {
			if signs && role.Has(k.Fingerprint()) {
				l.find("PLAN-ROOT-ONLINE", Refuse, "roles.pkg_mgr.keys", "%s is in the root's role %s too: give package signers keys of their own", name, role.Name)
			}
		}
		if !signs && !l.p.signs(l.trusted, name) && !slices.Contains(l.p.Leave, name) {
			l.find("PLAN-KEY-UNUSED", Warn, "keys."+name, "is in no role: give it one, or take it out")
		}
	}
}

// departing asks that every package signer of the document before remains or
// leaves by name.
func (l *linter) departing() {
	was, _ := l.before(root.RolePackages)
	for _, k := range was.Distinct() {
		f := k.Public.Fingerprint()
		name, named := l.p.NameOf(f)
		if !named {
			name = "without a name in the plan"
		}
		if !slices.Contains(l.p.Roles[root.RolePackages].Keys, name) && !slices.Contains(l.p.Leave, name) {
			l.find("PLAN-KEY-DROPPED", Refuse, "leaving", "a package signer of the document before (%s) is not in the next one: name it under leaving, or keep it: %v", name, f)
		}
	}
	for i, name := range l.p.Leave {
		k, ok := l.p.keys[name]
		if ok && (l.p.KeyManager.Follows == nil || l.follows != nil) && !was.Has(k.Fingerprint()) {
			l.find("PLAN-LEAVING", Refuse, strictyaml.Index("leaving", i), "the key of %s is no package signer of the document before", name)
		}
	}
}

// outlives: a document is worth no more than the root that delegates to it.
func (l *linter) outlives() {
	if l.trusted == nil {
		return
	}
	if expires := l.p.KeyManager.Expires.Time(); expires.After(l.trusted.Expires.Time) {
		l.find("PLAN-EXPIRY-ROOT", Note, "key_mgr.expires", "the root that delegates to it expires before, at %s", l.trusted.Expires.Text)
	}
}

package root

import (
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// A Difference is what changed from one document to another, told by key
// material: a key that got another keyid did not go and come.
type Difference struct {
	Roles     []RoleChange // every role of either document, in the order of their names
	Reencoded []KeyChange  // keys of both whose keyid or key object changed
	Members   []MemberChange
}

// A RoleChange is one role before and after.
type RoleChange struct {
	Name                 string
	Added, Removed       bool // the role itself
	OldThreshold         int
	NewThreshold         int
	Joined, Left, Stayed []Key // distinct key material; Left from the old document, the others from the new
}

// Changed reports whether the role speaks for other keys or another threshold.
func (c RoleChange) Changed() bool {
	return c.Added || c.Removed || c.OldThreshold != c.NewThreshold || len(c.Joined)+len(c.Left) > 0
}

// A KeyChange is one key material whose object is written in another way.
type KeyChange struct {
	Key            Fingerprint
	OldIDs, NewIDs []string
	Members        []MemberChange // members of the key object; pointers are relative to it
}

// A MemberChange is any other member that differs. Old or New is empty where
// the member is absent; else the canonical text.
type MemberChange struct {
	Pointer  string
	Old, New string
}

// IsEmpty reports whether nothing that is signed differs.
func (d Difference) IsEmpty() bool {
	return len(d.Reencoded)+len(d.Members) == 0 && !slices.ContainsFunc(d.Roles, RoleChange.Changed)
}

// Diff tells what changed from old to new. Everything that is signed and
// differs is in it: the roles' keys by material, the key objects of keys that
// stay, and every other member by its pointer. old may be nil: then all is new.
func Diff(old, next *Root) Difference {
	before := &Body{}
	if old != nil {
		before = &old.Body
	}
	return diff(before, &next.Body)
}

// DiffKeyManagers is Diff for key manager documents.
func DiffKeyManagers(old, next *KeyManager) Difference {
	before := &Body{}
	if old != nil {
		before = &old.Body
	}
	return diff(before, &next.Body)
}

func diff(old, next *Body) Difference {
	d := Difference{Roles: roleChanges(old, next), Reencoded: reencoded(old, next)}
	d.Members = memberChanges("", rest(old), rest(next))
	d.Members = append(d.Members, unusable(old, next)...)
	return d
}

func roleChanges(old, next *Body) []RoleChange {
	var names []string
	for _, r := range append(slices.Clone(old.Roles), next.Roles...) {
		if !slices.Contains(names, r.Name) {
			names = append(names, r.Name)
		}
	}
	slices.Sort(names)
	// The root role first: it is what a root is about.
	slices.SortStableFunc(names, func(a, b string) int { return rank(a) - rank(b) })
	out := make([]RoleChange, len(names))
	for i, name := range names {
		before, had := old.Role(name)
		after, has := next.Role(name)
		out[i] = RoleChange{Name: name, Added: !had, Removed: !has, OldThreshold: before.Threshold, NewThreshold: after.Threshold}
		out[i].keys(before, after)
	}
	return out
}

func rank(role string) int {
	if role == "root" {
		return 0
	}
	return 1
}

func (c *RoleChange) keys(before, after Role) {
	for _, k := range after.Distinct() {
		if before.Has(k.Public.Fingerprint()) {
			c.Stayed = append(c.Stayed, k)
		} else {
			c.Joined = append(c.Joined, k)
		}
	}
	for _, k := range before.Distinct() {
		if !after.Has(k.Public.Fingerprint()) {
			c.Left = append(c.Left, k)
		}
	}
}

// reencoded finds keys of both documents whose keyids or objects differ.
func reencoded(old, next *Body) []KeyChange {
	var out []KeyChange
	seen := make(map[Fingerprint]bool)
	for _, k := range next.Keys {
		f := k.Public.Fingerprint()
		was, had := old.KeyOf(f)
		if k.Public.IsZero() || !had || seen[f] {
			continue
		}
		seen[f] = true
		c := KeyChange{Key: f, OldIDs: old.idsOf(f), NewIDs: next.idsOf(f)}
		c.Members = memberChanges("", was.object, k.object)
		if !slices.Equal(c.OldIDs, c.NewIDs) || len(c.Members) > 0 {
			out = append(out, c)
		}
	}
	return out
}

func (b *Body) idsOf(f Fingerprint) []string {
	var ids []string
	for _, k := range b.Keys {
		if !k.Public.IsZero() && k.Public.Fingerprint() == f {
			ids = append(ids, k.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// unusable compares the keys that have no material to go by: by their keyid,
// where they are listed, and by their whole object.
func unusable(old, next *Body) []MemberChange {
	pick := func(b *Body) *canonical.Value {
		v := canonical.NewObject()
		for _, k := range b.Keys {
			if k.Public.IsZero() {
				v = v.With(k.ID, k.object)
			}
		}
		return v
	}
	return memberChanges("/keys", pick(old), pick(next))
}

// rest is the signed part without what is told by key material: the keys, and
// in each role the threshold and the keyids whose keys can be used.
func rest(b *Body) *canonical.Value {
	if b.signed == nil {
		return canonical.NewObject()
	}
	v := b.signed.Without("keys")
	roles, list := "roles", "keyids"
	if b.Format == Conda {
		roles, list = "delegations", "pubkeys"
	}
	for _, r := range b.Roles {
		var odd []*canonical.Value
		for _, id := range r.KeyIDs {
			if k, ok := r.keys[id]; !ok || k.Public.IsZero() {
				odd = append(odd, canonical.NewString(id))
			}
		}
		role := v.Get(roles).Get(r.Name).Without("threshold").Without(list)
		if len(odd) > 0 {
			role = role.With(list, canonical.NewArray(odd...))
		}
		v = v.With(roles, v.Get(roles).With(r.Name, role))
	}
	return v
}

// memberChanges lists the members that differ, deepest first named by pointer.
// An object that only one side has is listed as a whole.
func memberChanges(at string, old, next *canonical.Value) []MemberChange {
	if old.Equal(next) {
		return nil
	}
	if old.Kind() != canonical.Object || next.Kind() != canonical.Object {
		return []MemberChange{{Pointer: at, Old: plain(old), New: plain(next)}}
	}
	var out []MemberChange
	for _, name := range memberNames(old, next) {
		a, b := old.Get(name), next.Get(name)
		// A role that is new or gone is told as such; only what it has besides
		// keys and threshold is a member change.
		if (a == nil && b.Kind() == canonical.Object) || (b == nil && a.Kind() == canonical.Object) {
			a, b = orEmpty(a), orEmpty(b)
		}
		out = append(out, memberChanges(canonical.Child(at, name), a, b)...)
	}
	return out
}

func orEmpty(v *canonical.Value) *canonical.Value {
	if v == nil {
		return canonical.NewObject()
	}
	return v
}

func memberNames(a, b *canonical.Value) []string {
	var names []string
	for _, m := range append(a.Members(), b.Members()...) {
		names = append(names, m.Name)
	}
	slices.SortFunc(names, strings.Compare)
	return slices.Compact(names)
}

func plain(v *canonical.Value) string {
	if v == nil {
		return ""
	}
	b, err := canonical.AppendConda(nil, v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

package root

import "slices"

// A Difference is what changed from one document to another, told by key
// material: a key that got another keyid did not go and come.
type Difference struct {
	Roles     []RoleChange // every role of either document, in the order of their names
	Reencoded []KeyChange  // keys of both whose keyid or key object changed
	Members   []MemberChange
}

// A RoleChange is one role before and after. Keys that cannot count because
// they are weak are among them: nobody may slip one in.
type RoleChange struct {
	Name                 string
	Added, Removed       bool // the role itself
	OldThreshold         int
	NewThreshold         int
	Joined, Left, Stayed []Key // distinct key material; Left from the old document, the others from the new
	// Relisted: those that stay are named in another order, more or less
	// often, or by another of their keyids. It means nothing, and is signed.
	Relisted bool
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
	differs := func(c RoleChange) bool { return c.Changed() || c.Relisted }
	return len(d.Reencoded)+len(d.Members) == 0 && !slices.ContainsFunc(d.Roles, differs)
}

// Diff tells what changed from old to new. Everything that is signed and
// differs is in it: the roles' keys by material, the key objects of keys that
// stay, and every other member by its pointer. So the difference is empty only
// if the canonical signed parts are the same. old may be nil: then all is new.
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
	names := roleNames(old, next)
	d := Difference{Roles: make([]RoleChange, len(names)), Reencoded: reencoded(old, next)}
	anew := make(map[Fingerprint]bool)
	for _, c := range d.Reencoded {
		anew[c.Key] = !slices.Equal(c.OldIDs, c.NewIDs)
	}
	for i, name := range names {
		d.Roles[i] = roleChange(name, old, next, anew)
	}
	d.Members = memberChanges("", rest(old, next.Format, names), rest(next, next.Format, names))
	d.Members = append(d.Members, memberChanges("/keys", strays(old), strays(next))...)
	return d
}

// roleNames are the roles of both, the root role first: it is what a root is
// about.
func roleNames(old, next *Body) []string {
	var names []string
	for _, r := range append(slices.Clone(old.Roles), next.Roles...) {
		names = append(names, r.Name)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	slices.SortStableFunc(names, func(a, b string) int { return rank(a) - rank(b) })
	return names
}

func rank(role string) int {
	if role == "root" {
		return 0
	}
	return 1
}

func roleChange(name string, old, next *Body, anew map[Fingerprint]bool) RoleChange {
	before, had := old.Role(name)
	after, has := next.Role(name)
	c := RoleChange{Name: name, Added: !had, Removed: !has, OldThreshold: before.Threshold, NewThreshold: after.Threshold}
	was, is := before.material(), after.material()
	inOld, inNew := prints(was), prints(is)
	for _, k := range is {
		if inOld[k.Public.Fingerprint()] {
			c.Stayed = append(c.Stayed, k)
		} else {
			c.Joined = append(c.Joined, k)
		}
	}
	for _, k := range was {
		if !inNew[k.Public.Fingerprint()] {
			c.Left = append(c.Left, k)
		}
	}
	c.Relisted = had && has && relisted(before, after, anew)
	return c
}

// material are the keys of the role that have key material, weak ones too,
// each once.
func (r Role) material() []Key {
	var out []Key
	seen := make(map[Fingerprint]bool)
	for _, k := range r.Keys() {
		if f := k.Public.Fingerprint(); !k.Public.IsZero() && !seen[f] {
			seen[f] = true
			out = append(out, k)
		}
	}
	return out
}

func prints(keys []Key) map[Fingerprint]bool {
	set := make(map[Fingerprint]bool, len(keys))
	for _, k := range keys {
		set[k.Public.Fingerprint()] = true
	}
	return set
}

// relisted compares the lists of keyids as they stand, without the keys that
// joined or left. A key that got another keyid goes by its material.
func relisted(before, after Role, anew map[Fingerprint]bool) bool {
	name := func(r Role, id string) string {
		if f := r.public(id).Fingerprint(); anew[f] {
			return "key " + f.String()
		}
		return "id " + id
	}
	list := func(r, other Role) []string {
		there, named := prints(other.material()), make(map[string]bool, len(other.KeyIDs))
		for _, id := range other.KeyIDs {
			named[id] = true
		}
		var out []string
		for _, id := range r.KeyIDs {
			k := r.public(id)
			if there[k.Fingerprint()] || k.IsZero() && named[id] {
				out = append(out, name(r, id))
			}
		}
		return out
	}
	return !slices.Equal(list(before, after), list(after, before))
}

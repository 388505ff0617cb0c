package root

import (
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// reencoded finds keys of both documents whose keyids or objects differ.
func reencoded(old, next *Body) []KeyChange {
	var out []KeyChange
	seen := make(map[Fingerprint]bool)
	for _, k := range next.Keys {
		f := k.Public.Fingerprint()
		if k.Public.IsZero() || seen[f] {
			continue
		}
		seen[f] = true
		was, is := old.objectsOf(f), next.objectsOf(f)
		if len(was) == 0 {
			continue
		}
		c := KeyChange{Key: f, OldIDs: ids(was), NewIDs: ids(is)}
		for i := range min(len(was), len(is)) {
			c.Members = append(c.Members, memberChanges("", was[i].object, is[i].object)...)
		}
		if !slices.Equal(c.OldIDs, c.NewIDs) || len(c.Members) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// objectsOf are the document's keys with that material, by keyid.
func (b *Body) objectsOf(f Fingerprint) []Key {
	var out []Key
	for _, k := range b.Keys {
		if !k.Public.IsZero() && k.Public.Fingerprint() == f {
			out = append(out, k)
		}
	}
	slices.SortFunc(out, func(a, b Key) int { return strings.Compare(a.ID, b.ID) })
	return out
}

func ids(keys []Key) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = k.ID
	}
	return out
}

// strays are the key objects that no role tells of: those without material,
// which have nothing to go by but their keyid, and those in no role.
func strays(b *Body) *canonical.Value {
	listed := make(map[Fingerprint]bool)
	for _, r := range b.Roles {
		for _, k := range r.material() {
			listed[k.Public.Fingerprint()] = true
		}
	}
	var members []canonical.Member
	for _, k := range b.Keys {
		if !listed[k.Public.Fingerprint()] {
			members = append(members, canonical.Member{Name: k.ID, Value: k.object})
		}
	}
	return canonical.NewObject(members...)
}

// rest is the signed part without what is told by key material: the keys, and
// in each role the threshold and the keyids whose keys have material. Each of
// the roles named is there, if only as an empty object: whether it was is told
// elsewhere.
func rest(b *Body, f Format, named []string) *canonical.Value {
	roles, list := "roles", "keyids"
	if f == Conda {
		roles, list = "delegations", "pubkeys"
	}
	v := canonical.NewObject()
	if b.signed != nil {
		v = b.signed.Without("keys")
	}
	if b.Format != 0 && b.Format != f {
		return v
	}
	left := canonical.NewObject()
	for _, name := range named {
		left = left.With(name, canonical.NewObject())
	}
	for _, r := range b.Roles {
		left = left.With(r.Name, restOf(r, v.Get(roles).Get(r.Name), list))
	}
	return v.With(roles, left)
}

func restOf(r Role, v *canonical.Value, list string) *canonical.Value {
	var odd []*canonical.Value
	for _, id := range r.KeyIDs {
		if r.keys[id].Public.IsZero() {
			odd = append(odd, canonical.NewString(id))
		}
	}
	v = v.Without("threshold").Without(list)
	if len(odd) > 0 {
		v = v.With(list, canonical.NewArray(odd...))
	}
	return v
}

// memberChanges lists the members that differ, each by the deepest pointer
// that names it. What only one side has is listed as a whole.
func memberChanges(at string, old, next *canonical.Value) []MemberChange {
	if old.Kind() != canonical.Object || next.Kind() != canonical.Object {
		was, is := plain(old), plain(next)
		if was == is {
			return nil
		}
		return []MemberChange{{Pointer: at, Old: was, New: is}}
	}
	var out []MemberChange
	for _, name := range memberNames(old, next) {
		out = append(out, memberChanges(canonical.Child(at, name), old.Get(name), next.Get(name))...)
	}
	return out
}

func memberNames(a, b *canonical.Value) []string {
	var names []string
	for _, m := range append(a.Members(), b.Members()...) {
		names = append(names, m.Name)
	}
	slices.SortFunc(names, strings.Compare)
	return slices.Compact(names)
}

// plain is the text of a value; nothing for one that is not there. It is in
// ASCII for both formats, because people will read it.
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

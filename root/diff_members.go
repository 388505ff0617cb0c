package root

import (
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// reencoded finds keys of both documents whose keyids or objects differ.
func reencoded(old, next *Body) []KeyChange {
	var out []KeyChange
	before, after := old.byPrint(), next.byPrint()
	for _, k := range next.Keys {
		f := k.Public.Fingerprint()
		was, is := before[f], after[f]
		delete(after, f) // another keyid of the same key has been told
		if len(was) == 0 || len(is) == 0 {
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

// byPrint are the document's keys that have material, those of one material
// in the order of their keyids.
func (b *Body) byPrint() map[Fingerprint][]Key {
	out := make(map[Fingerprint][]Key, len(b.Keys))
	for _, k := range b.Keys {
		if f := k.Public.Fingerprint(); !k.Public.IsZero() {
			out[f] = append(out[f], k)
		}
	}
	for _, keys := range out {
		slices.SortFunc(keys, func(a, b Key) int { return strings.Compare(a.ID, b.ID) })
	}
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
	left, have := canonical.NewObject(), v.Get(roles)
	for _, name := range named {
		left = left.With(name, canonical.NewObject())
	}
	for _, r := range b.Roles {
		left = left.With(r.Name, restOf(r, have.Get(r.Name), list))
	}
	return v.With(roles, left)
}

func restOf(r Role, v *canonical.Value, list string) *canonical.Value {
	var odd []*canonical.Value
	for _, id := range r.KeyIDs {
		if r.public(id).IsZero() {
			odd = append(odd, canonical.NewString(id))
		}
	}
	v = v.Without("threshold").Without(list)
	if len(odd) > 0 {
		v = v.With(list, canonical.NewArray(odd...))
	}
	return v
}

// maxPointer bounds the pointers below which memberChanges looks. No name in
// production has more than 64 bytes; a name of half a megabyte, repeated for
// each of the members below it, would fill the memory.
const maxPointer = 1024

// memberChanges lists the members that differ, each by the deepest pointer
// that names it. What only one side has, or what stands below a pointer longer
// than maxPointer, is listed as a whole.
func memberChanges(at string, old, next *canonical.Value) []MemberChange {
	if old.Kind() != canonical.Object || next.Kind() != canonical.Object || len(at) > maxPointer {
		was, is := plain(old), plain(next)
		if was == is {
			return nil
		}
		return []MemberChange{{Pointer: at, Old: was, New: is}}
	}
	// A root may have thousands of members: a search for each is too dear.
	var names []string
	was, is := byName(old, &names), byName(next, &names)
	slices.Sort(names)
	var out []MemberChange
	for _, name := range slices.Compact(names) {
		out = append(out, memberChanges(canonical.Child(at, name), was[name], is[name])...)
	}
	return out
}

// byName are the members of an object by name; the names are added to names.
func byName(v *canonical.Value, names *[]string) map[string]*canonical.Value {
	out := make(map[string]*canonical.Value, v.Len())
	for _, m := range v.Members() {
		out[m.Name] = m.Value
		*names = append(*names, m.Name)
	}
	return out
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

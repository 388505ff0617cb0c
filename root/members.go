package root

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// The readers of single members. Each refuses with the pointer of what it
// wanted; at is the pointer of the object.

func text(v *canonical.Value, at, name string) (string, error) {
	s, ok := v.Get(name).Text(canonical.String)
	if !ok {
		return "", wrongType(v, at, name, "a string")
	}
	return s, nil
}

// integer takes plain integers that fit 63 bits: 2.0 and true are integers to
// some readers and not to others.
func integer(v *canonical.Value, at, name string) (int64, error) {
	s, ok := v.Get(name).Text(canonical.Number)
	if !ok {
		return 0, wrongType(v, at, name, "an integer")
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || s == "-0" {
		return 0, refuse(FaultForm, canonical.Child(at, name), "want an integer that fits 63 bits, have %s", clip(s))
	}
	return n, nil
}

func object(v *canonical.Value, at, name string) (*canonical.Value, error) {
	m := v.Get(name)
	if m.Kind() != canonical.Object {
		return nil, wrongType(v, at, name, "an object")
	}
	return m, nil
}

func wrongType(v *canonical.Value, at, name, want string) error {
	if v.Get(name) == nil {
		return refuse(FaultForm, canonical.Child(at, name), "is missing, want %s", want)
	}
	return refuse(FaultForm, canonical.Child(at, name), "want %s, have a JSON %v", want, v.Get(name).Kind())
}

// sameButCase finds a member of an object whose name is that of one that the
// format knows, but for upper and lower case: some readers take the one for the
// other (Go's encoding/json does, and finds "ſigned" too). One is enough: there
// are hundreds of ways to write a name, and each fault has the place in full.
func (b *Body) sameButCase(v *canonical.Value, at string, known ...string) {
	if v.Len() <= len(known) && !slices.ContainsFunc(known, func(name string) bool { return v.Get(name) == nil }) {
		return // nothing but what is known
	}
	for _, m := range v.Members() {
		for _, name := range known {
			if m.Name != name && strings.EqualFold(m.Name, name) {
				b.fault(FaultMemberCase, canonical.Child(at, m.Name), "some readers take it for %s", name)
				return
			}
		}
	}
}

// role reads keyids and threshold, whose list is called keyids or pubkeys.
func (b *Body) role(name, at, list string, v *canonical.Value) (Role, error) {
	r := Role{Name: name, Pointer: at, form: Raw}
	if v.Kind() != canonical.Object {
		return Role{}, refuse(FaultForm, at, "a role is an object")
	}
	if len(name) > maxRoleName {
		return Role{}, refuse(FaultCount, at, "a role with a name of %d bytes, at most %d are taken", len(name), maxRoleName)
	}
	b.sameButCase(v, at, list, "threshold")
	n, err := integer(v, at, "threshold")
	if err != nil {
		return Role{}, err
	}
	if n < math.MinInt32 || n > math.MaxInt32 {
		return Role{}, refuse(FaultForm, canonical.Child(at, "threshold"), "want a threshold that fits 32 bits, have %d", n)
	}
	r.Threshold = int(n)
	ids := v.Get(list)
	if ids.Kind() != canonical.Array {
		return Role{}, wrongType(v, at, list, "an array")
	}
	if ids.Len() > maxRoleKeys {
		return Role{}, refuse(FaultCount, canonical.Child(at, list), "%d keys in a role, at most %d are taken", ids.Len(), maxRoleKeys)
	}
	r.KeyIDs = make([]string, 0, ids.Len())
	for i, id := range ids.Elements() {
		s, ok := id.Text(canonical.String)
		if !ok {
			return Role{}, refuse(FaultForm, canonical.Index(canonical.Child(at, list), i), "a key is named by a string")
		}
		r.KeyIDs = append(r.KeyIDs, s)
	}
	return r, nil
}

// judgeable lists what is odd about a role once its keys are known.
func (b *Body) judgeable(r Role) {
	if r.Threshold < 1 {
		b.fault(FaultThreshold, r.Pointer+"/threshold", "role %s: the threshold must be at least 1", clip(r.Name))
	}
	at := func(i int) string {
		if b.Format == Conda {
			return canonical.Index(r.Pointer+"/pubkeys", i)
		}
		return canonical.Index(r.Pointer+"/keyids", i)
	}
	ids := make(map[string]bool, len(r.KeyIDs))
	prints := make(map[Fingerprint]bool, len(r.held)) // of usable keys
	for i, id := range r.KeyIDs {
		k, known := r.keys[id]
		switch {
		case ids[id]:
			b.fault(FaultKeyidTwice, at(i), "role %s lists keyid %s twice", clip(r.Name), clip(id))
		case !known:
			b.fault(FaultKeyidUnknown, at(i), "role %s lists keyid %s, for which there is no key", clip(r.Name), clip(id))
		case k.Usable() && prints[k.Public.identity()]:
			b.fault(FaultKeyTwice, at(i), "role %s lists key %v under two keyids; it counts once", clip(r.Name), k.Public.print)
		case k.Usable():
			prints[k.Public.identity()] = true
		}
		ids[id] = true
	}
	if r.Threshold > len(prints) {
		b.fault(FaultUnreachable, r.Pointer, "role %s: %s", clip(r.Name),
			fmt.Sprintf("threshold %d, but only %d distinct keys can count", r.Threshold, len(prints)))
	}
}

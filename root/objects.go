package root

import (
	"encoding/hex"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// keyObjects collects the key objects of a TUF root that is being drafted: the
// old object where a key stays, a new one where it joins or is re-encoded.
type keyObjects struct {
	members []canonical.Member          // what becomes the member keys; a keyid may come again
	old     map[Fingerprint]Key         // the object to keep, by key material
	ids     map[Fingerprint]string      // the keyid in the new root
	byID    map[string]*canonical.Value // every object of the old root
}

func (s Spec) objects(trusted *Root) *keyObjects {
	o := &keyObjects{
		old:  make(map[Fingerprint]Key),
		ids:  make(map[Fingerprint]string),
		byID: make(map[string]*canonical.Value),
	}
	if trusted == nil {
		return o
	}
	inRoot := make(map[Fingerprint]bool)
	for _, k := range append(trusted.RootRole().Keys(), trusted.Keys...) {
		o.byID[k.ID] = k.object
		f := k.Public.Fingerprint()
		// Under several keyids, the first of the root role is the one kept.
		if k.Public.IsZero() || inRoot[f] || contains(s.Reencode, f) {
			continue
		}
		inRoot[f] = true
		o.old[f] = k
	}
	return o
}

// add takes a key into the new root and returns its keyid there.
func (o *keyObjects) add(k PublicKey) string {
	f := k.Fingerprint()
	if id, done := o.ids[f]; done {
		return id
	}
	object, id := tufObject(k)
	if kept, stays := o.old[f]; stays {
		object, id = kept.object, kept.ID
	}
	o.ids[f] = id
	o.members = append(o.members, canonical.Member{Name: id, Value: object})
	return id
}

// inherit takes the keys of the roles that the plan does not name, re-encoded
// where the plan says so. A keyid whose key we cannot use is kept as it is.
func (o *keyObjects) inherit(roles *canonical.Value, s Spec, trusted *Root) *canonical.Value {
	if trusted == nil {
		return roles
	}
	for _, r := range trusted.Roles {
		if _, named := s.role(r.Name); named {
			continue
		}
		var ids []*canonical.Value
		anew := make(map[string]bool) // two old keyids of one key become one
		for _, id := range r.KeyIDs {
			if k := r.public(id); !k.IsZero() && contains(s.Reencode, k.Fingerprint()) {
				if id = o.add(k); anew[id] {
					continue
				}
				anew[id] = true
			} else if object := o.byID[id]; object != nil {
				o.members = append(o.members, canonical.Member{Name: id, Value: object})
			}
			ids = append(ids, canonical.NewString(id))
		}
		roles = roles.With(r.Name, roles.Get(r.Name).With("keyids", canonical.NewArray(ids...)))
	}
	return roles
}

// condaID is a key as conda names it.
func condaID(k PublicKey) string { return hex.EncodeToString(k.Raw()) }

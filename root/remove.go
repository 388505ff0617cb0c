package root

import (
	"strings"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// ofFormat reports whether the formats define a member of that name: such a
// one cannot be removed.
func ofFormat(name string) bool {
	switch name {
	case "_type", "spec_version", "version", "expires", "keys", "roles", "consistent_snapshot", "keyids", "threshold",
		"type", "metadata_spec_version", "delegations", "expiration", "timestamp", "pubkeys", RehearsalMember:
		return true
	}
	return false
}

// without takes away the unknown members that the plan removes.
func (s Spec) without(v *canonical.Value, trusted *Root) (*canonical.Value, error) {
	if trusted == nil && len(s.Remove) > 0 {
		return nil, specError("remove", "a genesis inherits nothing, so %s is not there", clip(s.Remove[0]))
	}
	for _, path := range s.Remove {
		place, name, inside := strings.Cut(path, "/")
		if inside && place == "keys" && s.Format == TUF {
			if err := removable(name, trusted); err != nil {
				return nil, err
			}
			continue
		}
		if !inside {
			place, name = "", path
		}
		var err error
		if v, err = withoutMember(v, place, name); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// removable: of the keys only those that cannot be named under leaving.
func removable(id string, trusted *Root) error {
	for _, k := range trusted.Keys {
		if k.ID != id {
			continue
		}
		if !k.Public.IsZero() {
			return specError("remove", "key %s can be named under leaving", clip(id))
		}
		return nil
	}
	return specError("remove", "the trusted root has no key %s", clip(id))
}

// withoutMember takes one member from the signed part or, if role is not
// empty, from that role.
func withoutMember(v *canonical.Value, role, name string) (*canonical.Value, error) {
	if ofFormat(name) {
		return nil, specError("remove", "%s is a member of the format", name)
	}
	if role == "" {
		if v.Get(name) == nil {
			return nil, specError("remove", "the trusted root has no member %s", clip(name))
		}
		return v.Without(name), nil
	}
	roles := v.Get("roles")
	if roles.Get(role).Get(name) == nil {
		return nil, specError("remove", "the trusted root's role %s has no member %s", clip(role), clip(name))
	}
	return v.With("roles", roles.With(role, roles.Get(role).Without(name))), nil
}

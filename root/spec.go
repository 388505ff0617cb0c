package root

import (
	"fmt"
	"slices"
	"time"
)

// A Spec is what a frozen plan asks the next root to be. What it leaves out is
// inherited from the trusted root; a genesis inherits nothing and must name
// everything.
type Spec struct {
	Format      Format
	Rehearsal   bool
	Expires     time.Time
	SigningTime time.Time // conda: the timestamp, and the time in OpenPGP headers
	// ConsistentSnapshot is TUF's; nil inherits.
	ConsistentSnapshot *bool
	// Roles are the roles whose keys or threshold the plan names. Names are
	// the format's: root, timestamp, snapshot, targets, mirrors; root, key_mgr.
	Roles []RoleSpec
	// Leaving are the keys of the old root that the new one drops, each of
	// them: no key vanishes silently.
	Leaving []PublicKey
	// Reencode are keys whose object is written anew, under a new keyid. One
	// signature is then entered under every keyid of the key.
	Reencode []PublicKey
	// Remove are unknown members of the signed part, or of a role in it, that
	// are not inherited: "x-name", "timestamp/x-name".
	Remove []string
}

// A RoleSpec is one role of the next root. Keys are in the order in which the
// root lists them.
type RoleSpec struct {
	Name      string
	Threshold int
	Keys      []PublicKey
}

// A SpecError says which part of a Spec cannot be carried out.
type SpecError struct {
	Field  string // as the plan calls it: "root.threshold", "roles.timestamp", "leaving"
	Detail string
}

func (e *SpecError) Error() string { return e.Field + ": " + e.Detail }

func specError(field, format string, args ...any) error {
	return &SpecError{Field: field, Detail: fmt.Sprintf(format, args...)}
}

// check refuses what no root of the format may be, whatever came before.
func (s Spec) check() error {
	if s.Format != TUF && s.Format != Conda {
		return specError("format", "want tuf or conda")
	}
	if s.Format == Conda && !s.SigningTime.Before(s.Expires) {
		return specError("root.expires", "%s is not after the signing time %s", FormatTime(s.Expires), FormatTime(s.SigningTime))
	}
	for _, r := range s.Roles {
		if err := r.check(s.Format); err != nil {
			return err
		}
	}
	return nil
}

// field is what the plan calls the role.
func (r RoleSpec) field() string {
	if r.Name == "root" {
		return "root"
	}
	return "roles." + r.Name
}

func (r RoleSpec) check(f Format) error {
	known := map[Format][]string{TUF: {"root", "timestamp", "snapshot", "targets", "mirrors"}, Conda: {"root", "key_mgr"}}
	if !slices.Contains(known[f], r.Name) {
		return specError("roles."+r.Name, "%v roots have no such role", f)
	}
	seen := make(map[Fingerprint]bool)
	for _, k := range r.Keys {
		if err := k.Sound(); err != nil {
			return specError(r.field()+".keys", "%v", err)
		}
		if f == Conda && k.Algorithm() != Ed25519 {
			return specError(r.field()+".keys", "conda takes Ed25519 keys only, key %s is of %v", k.Fingerprint().Short(), k.Algorithm())
		}
		if seen[k.Fingerprint()] {
			return specError(r.field()+".keys", "key %s stands there twice", k.Fingerprint().Short())
		}
		seen[k.Fingerprint()] = true
	}
	if r.Threshold < 1 || r.Threshold > len(r.Keys) {
		return specError(r.field()+".threshold", "%d of %d keys: want at least 1 and at most as many as there are keys", r.Threshold, len(r.Keys))
	}
	return nil
}

// role is the named role, if the plan names it.
func (s Spec) role(name string) (RoleSpec, bool) {
	for _, r := range s.Roles {
		if r.Name == name {
			return r, true
		}
	}
	return RoleSpec{}, false
}

func contains(keys []PublicKey, f Fingerprint) bool {
	return slices.ContainsFunc(keys, func(k PublicKey) bool { return k.Fingerprint() == f })
}

// accounts checks that every usable key of the old root is in the new one or
// leaving, and that nothing leaves that was not there or stays.
func (s Spec) accounts(old, next *Root) error {
	for _, k := range s.Leaving {
		if old == nil {
			return specError("leaving", "a genesis has no root before it, so no key can leave")
		}
		if _, was := old.KeyOf(k.Fingerprint()); !was {
			return specError("leaving", "key %s is not in the trusted root", k.Fingerprint().Short())
		}
		if _, stays := next.KeyOf(k.Fingerprint()); stays {
			return specError("leaving", "key %s is still in a role of the new root", k.Fingerprint().Short())
		}
	}
	if old == nil {
		return nil
	}
	for _, k := range old.Keys {
		if k.Public.IsZero() {
			continue
		}
		f := k.Public.Fingerprint()
		if _, stays := next.KeyOf(f); !stays && !contains(s.Leaving, f) {
			return specError("leaving", "key %v of the trusted root is in no role of the new one: name it under leaving, or keep it", f)
		}
	}
	return nil
}

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
	// are not inherited: "x-name", "timestamp/x-name"; and, by their keyids,
	// keys of a kind that we cannot use and so cannot name under leaving:
	// "keys/4f2a…".
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
	Field  string // as the plan calls it: "root.keyholders", "roles.timestamp.threshold", "leaving"
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
	if err := checkTime("root.expires", s.Expires); err != nil {
		return err
	}
	if s.Format == Conda {
		if err := s.checkConda(); err != nil {
			return err
		}
	}
	seen := make(map[string]bool, len(s.Roles))
	for _, r := range s.Roles {
		if seen[r.Name] {
			return specError(r.field(), "the role stands there twice")
		}
		seen[r.Name] = true
		if err := r.check(s.Format); err != nil {
			return err
		}
	}
	return nil
}

// checkConda refuses what conda's format has no place for.
func (s Spec) checkConda() error {
	if err := checkTime("signing_time", s.SigningTime); err != nil {
		return err
	}
	if _, err := openPGPTime(s.SigningTime); err != nil {
		return specError("signing_time", "%v", err)
	}
	if !s.SigningTime.Before(s.Expires) {
		return specError("root.expires", "%s is not after the signing time %s", FormatTime(s.Expires), FormatTime(s.SigningTime))
	}
	if s.ConsistentSnapshot != nil {
		return specError("consistent_snapshot", "conda roots have no such member")
	}
	if len(s.Reencode) > 0 {
		return specError("reencode", "conda writes a key in one way only")
	}
	return nil
}

// checkTime refuses a time that the document could not say exactly.
func checkTime(field string, t time.Time) error {
	if y := t.UTC().Year(); t.IsZero() || y < 1970 || y > 9999 {
		return specError(field, "want a date from 1970 to 9999, have %s", FormatTime(t))
	}
	if t.Nanosecond() != 0 {
		return specError(field, "want whole seconds, have %s", t.UTC().Format(time.RFC3339Nano))
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

// keysField is what the plan calls the keys of the role.
func (r RoleSpec) keysField() string {
	if r.Name == "root" {
		return "root.keyholders"
	}
	return r.field() + ".keys"
}

func (r RoleSpec) check(f Format) error {
	known := map[Format][]string{TUF: {"root", "timestamp", "snapshot", "targets", "mirrors"}, Conda: {"root", "key_mgr"}}
	if !slices.Contains(known[f], r.Name) {
		return specError("roles."+r.Name, "%v roots have no such role", f)
	}
	return r.checkKeys(f)
}

// checkKeys refuses keys and a threshold that no role of the format may have.
func (r RoleSpec) checkKeys(f Format) error {
	seen := make(map[Fingerprint]bool)
	for _, k := range r.Keys {
		if err := k.Sound(); err != nil {
			return specError(r.keysField(), "%v", err)
		}
		if f == Conda && k.Algorithm() != Ed25519 {
			return specError(r.keysField(), "conda takes Ed25519 keys only, key %s is of %v", k.Fingerprint().Short(), k.Algorithm())
		}
		if seen[k.Fingerprint()] {
			return specError(r.keysField(), "key %s stands there twice", k.Fingerprint().Short())
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

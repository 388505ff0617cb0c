package root

import (
	"slices"
	"strconv"
	"time"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// A ManagerSpec is what a frozen plan asks the next key manager document to be.
// It names all of it; what is inherited from the document before are members
// that nobody here knows.
type ManagerSpec struct {
	Rehearsal   bool
	Version     int64
	Expires     time.Time
	SigningTime time.Time   // the timestamp
	Threshold   int         // of the package signers
	Keys        []PublicKey // of the package signers, in the order in which the document lists them
	// Leaving are the package signers of the document before that this one drops,
	// each of them: no key vanishes silently.
	Leaving []PublicKey
	Remove  []string // unknown members of the document before that are not inherited
}

// DraftKeyManager makes the unsigned next key manager document of conda under
// the trusted root, which is to be the newest. before is the document that it
// follows, nil for a first one. Like [Draft] it is a pure function of what it is
// given. What cannot be carried out is a *[SpecError].
func DraftKeyManager(trusted *Root, before *KeyManager, s ManagerSpec) (*Candidate, error) {
	role, err := s.under(trusted)
	if err != nil {
		return nil, err
	}
	if err := s.check(trusted); err != nil {
		return nil, err
	}
	if err := s.follows(before); err != nil {
		return nil, err
	}
	signed, err := s.signed(trusted, before)
	if err != nil {
		return nil, err
	}
	raw, err := unsigned(Conda, signed)
	if err != nil {
		return nil, err
	}
	// The candidate is what a reader will see, not what the writer meant.
	next, err := ParseKeyManager(raw)
	if err != nil {
		return nil, err
	}
	c := &Candidate{KeyManager: next, SigningTime: s.SigningTime, Quorums: []Quorum{{Name: QuorumDelegation, Role: role}}}
	if before != nil {
		c.Before = &before.Body
	}
	return c, nil
}

// under is the role of the trusted root that has to sign.
func (s ManagerSpec) under(trusted *Root) (Role, error) {
	if trusted == nil || trusted.Format != Conda {
		return Role{}, specError("continues", "a key manager document needs the conda root that delegates to it")
	}
	if trusted.Rehearsal != s.Rehearsal {
		return Role{}, specError("mode", "a rehearsal continues rehearsal roots only, and production never does (the trusted root: rehearsal %v)", trusted.Rehearsal)
	}
	role, ok := trusted.Role(RoleManager)
	switch n := len(role.Distinct()); {
	case !ok:
		return role, specError("continues", "the trusted root delegates to no %s", RoleManager)
	case role.Threshold < 1 || role.Threshold > n:
		return role, specError("continues", "the trusted root asks for %d signatures of %s, which has %d usable keys", role.Threshold, RoleManager, n)
	}
	return role, nil
}

// check refuses what no key manager document under this root may be. A key of
// the root, or of the key manager itself, that also signed packages would make
// one authority of two.
func (s ManagerSpec) check(trusted *Root) error {
	if s.Version < 1 {
		return specError("key_mgr.version", "%d: versions begin at 1", s.Version)
	}
	if err := checkTime("key_mgr.expires", s.Expires); err != nil {
		return err
	}
	if err := checkTime("signing_time", s.SigningTime); err != nil {
		return err
	}
	if !s.SigningTime.Before(s.Expires) {
		return specError("key_mgr.expires", "%s is not after the signing time %s", FormatTime(s.Expires), FormatTime(s.SigningTime))
	}
	r := RoleSpec{Name: RolePackages, Threshold: s.Threshold, Keys: s.Keys}
	if err := r.checkKeys(Conda); err != nil {
		return err
	}
	for _, k := range s.Keys {
		for _, above := range trusted.Roles {
			if above.Has(k.Fingerprint()) {
				return specError(r.keysField(), "key %s stands in the root's role %s: package signers have keys of their own", k.Fingerprint().Short(), clip(above.Name))
			}
		}
	}
	return nil
}

// follows checks what was asked against the document before.
func (s ManagerSpec) follows(before *KeyManager) error {
	if before == nil {
		return s.first()
	}
	was, _ := before.Role(RolePackages)
	switch {
	case before.Rehearsal != s.Rehearsal:
		return specError("mode", "the document before has the rehearsal mark: %v", before.Rehearsal)
	case s.Version <= before.Version:
		return specError("key_mgr.version", "%d does not follow version %d: it only rises", s.Version, before.Version)
	case s.SigningTime.Before(before.Timestamp.Time):
		return specError("signing_time", "%s lies before the timestamp of the document before, %s", FormatTime(s.SigningTime), before.Timestamp.Text)
	}
	for _, r := range before.Roles { // would be carried on without anybody having named it
		if r.Name != RolePackages {
			return specError("key_mgr.follows", "the document before delegates to %s too, which no key manager document does", clip(r.Name))
		}
	}
	for _, k := range s.Leaving {
		if !was.Has(k.Fingerprint()) {
			return specError("leaving", "key %s is no package signer of the document before", k.Fingerprint().Short())
		}
		if contains(s.Keys, k.Fingerprint()) {
			return specError("leaving", "key %s is still a package signer", k.Fingerprint().Short())
		}
	}
	for _, k := range was.Distinct() {
		if f := k.Public.Fingerprint(); !contains(s.Keys, f) && !contains(s.Leaving, f) {
			return specError("leaving", "package signer %v of the document before is not in the new one: name it under leaving, or keep it", f)
		}
	}
	return nil
}

// first: before a first document there is nothing.
func (s ManagerSpec) first() error {
	if len(s.Leaving) > 0 {
		return specError("leaving", "there is no document before, so no key can leave")
	}
	if len(s.Remove) > 0 {
		return specError("remove", "there is no document before, so %s is not there", clip(s.Remove[0]))
	}
	return nil
}

// signed builds the signed part on top of the one before.
func (s ManagerSpec) signed(trusted *Root, before *KeyManager) (*canonical.Value, error) {
	str := canonical.NewString
	v := canonical.NewObject(canonical.Member{Name: "type", Value: str(RoleManager)})
	if before != nil {
		v = before.signed
	}
	for _, name := range s.Remove {
		if !slices.ContainsFunc(v.Members(), func(m canonical.Member) bool { return m.Name == name }) {
			return nil, specError("remove", "the document before has no member %s", clip(name))
		}
		var err error
		if v, err = withoutMember(v, "", name); err != nil {
			return nil, err
		}
	}
	if s.Rehearsal {
		v = v.With(RehearsalMember, canonical.NewBool(true))
	}
	return delegating(v, []RoleSpec{{Name: RolePackages, Threshold: s.Threshold, Keys: s.Keys}}).
		With("metadata_spec_version", str(trusted.SpecVersion)).
		With("version", canonical.NewNumber(strconv.FormatInt(s.Version, 10))).
		With("expiration", str(FormatTime(s.Expires))).
		With("timestamp", str(FormatTime(s.SigningTime))), nil
}

package root

import "slices"

// accounts checks what was drafted against what was there and what was asked:
// no key vanishes silently, none leaves that stays, and a reader of the new
// root finds the keys that the plan names and no others.
func (s Spec) accounts(old, next *Root) error {
	if err := s.carriedOut(next); err != nil {
		return err
	}
	if old == nil {
		return s.nothingBefore()
	}
	if err := s.leave(old, next); err != nil {
		return err
	}
	if err := s.vanished(old, next); err != nil {
		return err
	}
	return rebound(old, next)
}

// carriedOut checks that each role that the plan names has, for a reader, its
// threshold and exactly its keys.
func (s Spec) carriedOut(next *Root) error {
	for _, want := range s.Roles {
		role, _ := next.Role(want.Name)
		have := role.Distinct()
		same := len(have) == len(want.Keys) && role.Threshold == want.Threshold
		for i := 0; same && i < len(have); i++ {
			same = have[i].Public.Fingerprint() == want.Keys[i].Fingerprint()
		}
		if !same {
			return specError(want.keysField(), "two keys would have one keyid: re-encode the one whose keyid is not its hash")
		}
	}
	return nil
}

// nothingBefore: a genesis has no root before it.
func (s Spec) nothingBefore() error {
	if len(s.Leaving) > 0 {
		return specError("leaving", "a genesis has no root before it, so no key can leave")
	}
	if len(s.Reencode) > 0 {
		return specError("reencode", "a genesis has no root before it, so no key is there to be written anew")
	}
	return nil
}

// leave checks the keys that the plan says leave or are re-encoded.
func (s Spec) leave(old, next *Root) error {
	for _, k := range s.Leaving {
		if _, was := old.KeyOf(k.Fingerprint()); !was {
			return specError("leaving", "key %s is not in the trusted root", k.Fingerprint().Short())
		}
		if _, stays := next.KeyOf(k.Fingerprint()); stays {
			return specError("leaving", "key %s is still in a role of the new root", k.Fingerprint().Short())
		}
	}
	for _, k := range s.Reencode {
		_, was := old.KeyOf(k.Fingerprint())
		_, stays := next.KeyOf(k.Fingerprint())
		if !was || !stays {
			return specError("reencode", "key %s is not in both the trusted root and the new one", k.Fingerprint().Short())
		}
	}
	return nil
}

// vanished checks that every key of the old root is in the new one or leaving.
// A key without material, of a kind that we do not know, goes by its keyid.
func (s Spec) vanished(old, next *Root) error {
	for _, k := range old.Keys {
		if k.Public.IsZero() {
			if err := s.vanishedID(k, next); err != nil {
				return err
			}
			continue
		}
		f := k.Public.Fingerprint()
		if _, stays := next.KeyOf(f); !stays && !contains(s.Leaving, f) {
			return specError("leaving", "key %v of the trusted root is in no role of the new one: name it under leaving, or keep it", f)
		}
	}
	return nil
}

func (s Spec) vanishedID(k Key, next *Root) error {
	stays, named := next.hasID(k.ID), slices.Contains(s.Remove, "keys/"+k.ID)
	switch {
	case stays && named:
		return specError("remove", "key %s is still in a role of the new root", clip(k.ID))
	case !stays && !named:
		return specError("remove", "key %s of the trusted root (%s) is in no role of the new one: name it here as keys/%s, or keep the role as it is",
			clip(k.ID), k.Problem, clip(k.ID))
	}
	return nil
}

// rebound checks that no keyid names one key in the old root and another in
// the new one: a signature is entered by keyid, and must have one meaning.
func rebound(old, next *Root) error {
	was := make(map[string]Key, len(old.Keys))
	for _, k := range old.Keys {
		was[k.ID] = k
	}
	for _, k := range next.Keys {
		if before, had := was[k.ID]; had && !before.Same(k) {
			return specError("keys", "keyid %s names another key in the trusted root", clip(k.ID))
		}
	}
	return nil
}

func (b *Body) hasID(id string) bool {
	return slices.ContainsFunc(b.Keys, func(k Key) bool { return k.ID == id })
}

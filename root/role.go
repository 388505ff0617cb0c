package root

// The roles of conda below the root: that of a root whose keys sign key manager
// documents, which is the type of these, and that of these whose keys sign packages.
const (
	RoleManager  = "key_mgr"
	RolePackages = "pkg_mgr"
)

// A Role is whose keys speak for something, and how many must agree.
type Role struct {
	Name      string
	Threshold int
	KeyIDs    []string // as listed, repeats included
	Pointer   string

	keys map[string]*Key // the document's keys by keyid
	held []*Key          // those that it lists, each keyid once, in the order listed
	form Form            // the form of signature that counts
}

// hold finds the role's keys among those of the document.
func (r *Role) hold(keys map[string]*Key) {
	r.keys = keys
	r.held = make([]*Key, 0, len(r.KeyIDs))
	seen := make(map[string]bool, len(r.KeyIDs))
	for _, id := range r.KeyIDs {
		if k, ok := keys[id]; ok && !seen[id] {
			seen[id] = true
			r.held = append(r.held, k)
		}
	}
}

// public is the key of that keyid, zero where the document has none.
func (r Role) public(id string) PublicKey {
	if k, ok := r.keys[id]; ok {
		return k.Public
	}
	return PublicKey{}
}

// Keys are the keys of the role that the document resolves, each keyid once,
// in the order listed.
func (r Role) Keys() []Key {
	out := make([]Key, len(r.held))
	for i, k := range r.held {
		out[i] = *k
	}
	return out
}

// Distinct are the usable keys of the role, each key material once, under the
// first keyid that the role lists it by.
func (r Role) Distinct() []Key {
	var out []Key
	for _, k := range r.distinct() {
		out = append(out, *k)
	}
	return out
}

func (r Role) distinct() []*Key {
	seen := make(map[Fingerprint]bool, len(r.held))
	out := make([]*Key, 0, len(r.held))
	for _, k := range r.held {
		if k.Usable() && !seen[k.Public.identity()] {
			seen[k.Public.identity()] = true
			out = append(out, k)
		}
	}
	return out
}

// Has reports whether the role has this key material, usable.
func (r Role) Has(f Fingerprint) bool { return len(r.IDsOf(f)) > 0 }

// IDsOf are the keyids under which the role lists this key material.
func (r Role) IDsOf(f Fingerprint) []string {
	var out []string
	for _, k := range r.held {
		if k.Usable() && k.Public.print == f {
			out = append(out, k.ID)
		}
	}
	return out
}

// Standing is where one key of a role stands in an envelope.
type Standing uint8

// The standings: those of a key that can count from worst to best, then that
// of a key that cannot.
const (
	Unsigned   Standing = iota // no signature, or an empty one
	BadForm                    // a signature that is malformed or of a form that does not count here
	BadSig                     // a signature that does not verify
	GoodSig                    // counts
	NotCounted                 // the key itself counts nothing: unknown, weak, or unresolved
)

// String says the standing for people.
func (s Standing) String() string {
	return [...]string{"not signed", "signature of the wrong form", "signature does not verify", "signed", "key cannot count"}[s]
}

// A KeyStanding is one key material of a role and where it stands.
type KeyStanding struct {
	Key      Key // under the first keyid that the role lists it by
	Standing Standing
	Pointer  string // the signature, where there is one
}

// A Tally is how a role stands in an envelope.
type Tally struct {
	Role      string
	Threshold int
	Good      int // distinct keys with a good signature
	Keys      []KeyStanding
	// Wrong are the signatures under keyids of the role that do not verify or
	// are of a form that does not count, also where the same key has a good one
	// under another keyid.
	Wrong []KeyStanding
}

// Met reports whether enough distinct keys have signed. A threshold below one
// is never met: it would need nobody (CVE-2026-23992).
func (t Tally) Met() bool { return t.Threshold >= 1 && t.Good >= t.Threshold }

// Tally counts the signatures of e that count for r. It is the only counter.
// A signature counts if its keyid is listed in r, resolves to a usable key of
// r's document, and verifies over e's signed bytes; then one key material
// counts once, whatever it is called (CVE-2020-6174, GHSA-3633-5h82-39pq).
// Signatures of keyids that r does not list are not looked at, and of each
// keyid only the first is (CVE-2020-6173).
func (r Role) Tally(e *Envelope) Tally {
	t := Tally{Role: r.Name, Threshold: r.Threshold, Keys: make([]KeyStanding, 0, len(r.held))}
	first := e.first()
	at := make(map[Fingerprint]int, len(r.held))
	for _, k := range r.held {
		standing, pointer := r.standing(e, k, first)
		if standing == BadSig || standing == BadForm {
			t.Wrong = append(t.Wrong, KeyStanding{*k, standing, pointer})
		}
		i, again := at[k.Public.identity()]
		switch {
		case k.Usable() && again && standing > t.Keys[i].Standing:
			t.Keys[i].Standing, t.Keys[i].Pointer = standing, pointer
		case k.Usable() && again:
		default:
			if k.Usable() {
				at[k.Public.identity()] = len(t.Keys)
			}
			t.Keys = append(t.Keys, KeyStanding{*k, standing, pointer})
		}
	}
	for _, k := range t.Keys {
		if k.Standing == GoodSig {
			t.Good++
		}
	}
	return t
}

// Standing is where one keyid stands in e, whatever other keyids its key has. A
// keyid that r does not list, or the document does not resolve, has not signed.
func (r Role) Standing(e *Envelope, id string) Standing {
	for _, k := range r.held {
		if k.ID == id {
			s, _ := r.standing(e, k, e.first())
			return s
		}
	}
	return Unsigned
}

// first is where each keyid's first signature stands.
func (e *Envelope) first() map[string]int {
	first := make(map[string]int, len(e.Entries))
	for i := len(e.Entries) - 1; i >= 0; i-- {
		first[e.Entries[i].KeyID] = i
	}
	return first
}

// standing is where a key stands, and the place of its signature, if any.
func (r Role) standing(e *Envelope, k *Key, first map[string]int) (s Standing, pointer string) {
	i, has := first[k.ID]
	if has {
		pointer = e.Entries[i].Pointer
	}
	switch {
	case !k.Usable():
		return NotCounted, pointer
	case !has || e.Entries[i].Form == Placeholder:
		return Unsigned, pointer
	case e.Entries[i].Form != r.form:
		return BadForm, pointer
	case e.verify(i, k.Public):
		return GoodSig, pointer
	}
	return BadSig, pointer
}

package root

import "github.com/rootmoot/rootmoot/internal/canonical"

// IDRule is the rule by which a keyid is the hash of its key. Published roots
// follow five; only the first is written.
type IDRule uint8

// The rules, in the order in which they are tried.
const (
	IDNone          IDRule = iota // by no known rule, or conda
	IDWholeObject                 // SHA-256 of the canonical key object (TUF 1.0.34, 4.2)
	IDCoreMembers                 // only keytype, scheme and keyval (tuf-on-ci until 2024)
	IDNoHashList                  // all but keyid_hash_algorithms (securesystemslib)
	IDHashListAdded               // the core, with a keyid_hash_algorithms that is not there (securesystemslib before 1.0)
	IDTypeAndValue                // only keytype and keyval (go-tuf before it had schemes)
)

// String says the rule for people.
func (r IDRule) String() string {
	return [...]string{
		"no known rule", "hash of the key object", "hash of keytype, scheme and keyval",
		"hash of the key object without keyid_hash_algorithms",
		"hash of the key with keyid_hash_algorithms sha256 and sha512", "hash of keytype and keyval",
	}[r]
}

// idRule finds the rule that a keyid follows. The forms of the older rules are
// made only for a keyid that does not follow the first.
func idRule(id string, object *canonical.Value) IDRule {
	switch id {
	case hashID(object):
		return IDWholeObject
	case hashID(only(object, "keytype", "scheme", "keyval")):
		return IDCoreMembers
	case hashID(object.Without("keyid_hash_algorithms")):
		return IDNoHashList
	case hashID(hashListAdded(object)):
		return IDHashListAdded
	case hashID(only(object, "keytype", "keyval")):
		return IDTypeAndValue
	}
	return IDNone
}

// only is an object with no members but these.
func only(object *canonical.Value, names ...string) *canonical.Value {
	var members []canonical.Member
	for _, name := range names {
		if v := object.Get(name); v != nil {
			members = append(members, canonical.Member{Name: name, Value: v})
		}
	}
	return canonical.NewObject(members...)
}

// hashListAdded is a key object as securesystemslib hashed it before 1.0: its
// public part, and the list of hashes, which python-tuf then left out.
func hashListAdded(object *canonical.Value) *canonical.Value {
	list := canonical.NewArray(canonical.NewString("sha256"), canonical.NewString("sha512"))
	return only(object, "keytype", "scheme").With("keyval", only(object.Get("keyval"), "public")).With("keyid_hash_algorithms", list)
}

// hashID is the keyid that we write: the SHA-256 of the canonical key object.
func hashID(object *canonical.Value) string {
	b, err := canonical.AppendTUF(make([]byte, 0, 512), object)
	if err != nil {
		return ""
	}
	return DigestOf(b).String()
}

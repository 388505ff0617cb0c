package root

import (
	"encoding/hex"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// A Key is a key as a document lists it.
type Key struct {
	ID     string    // TUF: keyid; conda: the key itself in hex
	Type   string    // TUF keytype; "ed25519" for conda
	Scheme string    // TUF scheme; "ed25519" for conda
	Public PublicKey // zero where the key cannot be used; Problem says why
	// Problem is why the key counts nothing: an unknown type or scheme, parts
	// that do not fit together, a weak key. Empty for a good key.
	Problem string
	IDRule  IDRule

	object *canonical.Value // TUF: the key object as received
}

// Usable reports whether a signature by this key can count.
func (k Key) Usable() bool { return k.Problem == "" && !k.Public.IsZero() }

// Same reports whether both are one key: the same key material, or, where
// there is none that we know, the same keytype, scheme and keyval.
func (k Key) Same(other Key) bool {
	if !k.Public.IsZero() || !other.Public.IsZero() {
		return k.Public.Fingerprint() == other.Public.Fingerprint()
	}
	return k.Type == other.Type && k.Scheme == other.Scheme && hashID(k.object.Get("keyval")) == hashID(other.object.Get("keyval"))
}

// Object is the canonical form of the TUF key object as received; nil for
// conda, which has none.
func (k Key) Object() []byte {
	if k.object == nil {
		return nil
	}
	b, err := canonical.AppendTUF(nil, k.object)
	if err != nil {
		return nil // a float in a key object: the document has no canonical form and did not parse
	}
	return b
}

// tufKey reads one key object. An object that cannot be used is kept and
// named; only one that is no key object at all makes the document fail.
func (b *Body) tufKey(id string, object *canonical.Value) (Key, error) {
	at := canonical.Names("signed", "keys", id)
	b.sameButCase(object, at, "keytype", "scheme", "keyval")
	b.sameButCase(object.Get("keyval"), at+"/keyval", "public")
	k := Key{ID: id, object: object, IDRule: idRule(id, object)}
	var okType, okScheme bool
	k.Type, okType = object.Get("keytype").Text(canonical.String)
	k.Scheme, okScheme = object.Get("scheme").Text(canonical.String)
	if !okType || !okScheme || object.Get("keyval").Kind() != canonical.Object {
		return Key{}, refuse(FaultForm, at, "a key needs keytype, scheme and keyval")
	}
	switch k.IDRule {
	case IDNone:
		b.fault(FaultKeyidMismatch, at, "the keyid is not the hash of this key by any known rule")
	case IDCoreMembers, IDNoHashList, IDHashListAdded, IDTypeAndValue:
		b.fault(FaultKeyidRule, at, "the keyid is the %v, not of the key object as it stands there", k.IDRule)
	}
	b.material(&k, at)
	return k, nil
}

// material finds the public key and says why it cannot be used, if so.
func (b *Body) material(k *Key, at string) {
	algorithm := schemeOf(k.Type, k.Scheme)
	if algorithm == UnknownAlgorithm && ofOtherType(k.Type, k.Scheme) {
		k.Problem = "key type " + clip(k.Type) + " does not go with scheme " + clip(k.Scheme)
		b.fault(FaultKeyMismatch, at, "%s", k.Problem)
		return
	}
	if algorithm == UnknownAlgorithm {
		k.Problem = "key type " + clip(k.Type) + " with scheme " + clip(k.Scheme) + " is not known"
		b.fault(FaultKeyUnknown, at, "%s: the key is kept and counts nothing", k.Problem)
		return
	}
	text, ok := k.object.Get("keyval").Get("public").Text(canonical.String)
	if !ok {
		k.Problem = "keyval has no public key"
		b.fault(FaultKeyMismatch, at, "%s", k.Problem)
		return
	}
	pub, legacy, err := readPublic(algorithm, text)
	if err != nil {
		k.Problem = err.Error()
		b.fault(FaultKeyMismatch, at, "%s", k.Problem)
		return
	}
	if legacy {
		b.fault(FaultKeyLegacy, at, "the ECDSA key is a hex point; PEM is what the specification has")
	}
	k.Public = pub
	b.weak(k, at)
}

func (b *Body) weak(k *Key, at string) {
	if why := k.Public.Weakness(); why != "" {
		k.Problem = why
		b.fault(FaultKeyWeak, at, "%s; the key counts nothing", why)
	}
}

// schemeOf is the algorithm that a key of this keytype and scheme must be of:
// the pairs of the TUF specification (1.0.34, 4.2), and the older names that
// production roots have. UnknownAlgorithm for a pair that we cannot use.
func schemeOf(keytype, scheme string) Algorithm {
	switch [2]string{keytype, scheme} {
	case [2]string{"ecdsa", "ecdsa-sha2-nistp256"}, [2]string{"ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256"}:
		return P256
	case [2]string{"ecdsa", "ecdsa-sha2-nistp384"}, [2]string{"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"}:
		return P384
	case [2]string{"ed25519", "ed25519"}:
		return Ed25519
	case [2]string{"rsa", "rsassa-pss-sha256"}:
		return RSA
	}
	return UnknownAlgorithm
}

// ofOtherType: both names are known, and not as a pair. That is no new kind of
// key but a wrong one, for instance of keytype ecdsa with the scheme of RSA.
func ofOtherType(keytype, scheme string) bool {
	switch keytype {
	case "ecdsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ed25519", "rsa":
	default:
		return false
	}
	switch scheme {
	case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ed25519", "rsassa-pss-sha256":
		return true
	}
	return false
}

// readPublic reads keyval.public: hex for Ed25519, PEM for the others, and for
// ECDSA the hex point of older roots.
func readPublic(want Algorithm, text string) (k PublicKey, legacy bool, err error) {
	if want == Ed25519 {
		raw, ok := decodeHex(text)
		if !ok {
			return PublicKey{}, false, refuse(FaultKeyMismatch, "", "an Ed25519 key is 64 lower-case hex characters")
		}
		k, err = NewEd25519(raw)
		return k, false, err
	}
	if raw, ok := decodeHex(text); ok && (want == P256 || want == P384) {
		k, err = NewECDSA(want, raw)
		return k, true, err
	}
	k, err = ParsePEM(text)
	if err == nil && k.Algorithm() != want {
		return PublicKey{}, false, refuse(FaultKeyMismatch, "", "the scheme wants a key of %v, this one is of %v", want, k.Algorithm())
	}
	return k, false, err
}

// condaKey reads one entry of pubkeys, which is key and name in one.
func (b *Body) condaKey(id, at string) (Key, error) {
	raw, ok := decodeHex(id)
	if !ok || len(raw) != 32 {
		return Key{}, refuse(FaultForm, at, "a key is 64 lower-case hex characters, this is %q", clip(id))
	}
	pub, err := NewEd25519(raw)
	if err != nil {
		return Key{}, err
	}
	k := Key{ID: id, Type: "ed25519", Scheme: "ed25519", Public: pub}
	b.weak(&k, at)
	return k, nil
}

// tufObject is the key object that we write for a key, and its keyid. Nothing
// but the key stands in it: no name, no hash list, nothing to edit later.
func tufObject(k PublicKey) (*canonical.Value, string) {
	keytype, scheme, public := "ecdsa", "ecdsa-sha2-nistp256", k.PEM()
	switch k.Algorithm() {
	case P384:
		scheme = "ecdsa-sha2-nistp384"
	case Ed25519:
		keytype, scheme, public = "ed25519", "ed25519", hex.EncodeToString(k.Raw())
	case RSA:
		keytype, scheme = "rsa", "rsassa-pss-sha256"
	}
	object := canonical.NewObject(
		canonical.Member{Name: "keytype", Value: canonical.NewString(keytype)},
		canonical.Member{Name: "scheme", Value: canonical.NewString(scheme)},
		canonical.Member{Name: "keyval", Value: canonical.NewObject(
			canonical.Member{Name: "public", Value: canonical.NewString(public)},
		)},
	)
	return object, hashID(object)
}

// Package forge makes roots for tests, good ones and bad ones, in both formats:
// a good document is a few lines, and an attack on it one more. Keys come from
// labels, so that every run has the same ones. It belongs in no program.
package forge

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"

	"github.com/rootmoot/rootmoot/root"
)

// A Key is a key pair, or what pretends to be one.
type Key struct {
	Public root.PublicKey
	ID     string         // in the format that it was made for
	Object map[string]any // TUF: its key object
	sign   func(msg []byte) []byte
}

// Ed25519 is the key of that label. Its ID is for conda; [Key.TUF] gives the
// other.
func Ed25519(label string) Key {
	seed := sha256.Sum256([]byte(label))
	priv := ed25519.NewKeyFromSeed(seed[:])
	return fromRaw(priv.Public().(ed25519.PublicKey), func(msg []byte) []byte { return ed25519.Sign(priv, msg) })
}

// SmallOrder is the identity point, whose "signature" of R = identity and S = 0
// holds for every message. [Points] has the others.
func SmallOrder() Key {
	raw := make([]byte, 32)
	raw[0] = 1
	return fromRaw(raw, func([]byte) []byte { return append(append([]byte(nil), raw...), make([]byte, 32)...) })
}

func fromRaw(raw []byte, sign func([]byte) []byte) Key {
	public, err := root.NewEd25519(raw)
	if err != nil {
		panic(err) // 32 bytes, always
	}
	id := hex.EncodeToString(raw)
	return Key{Public: public, ID: id, sign: sign, Object: map[string]any{
		"keytype": "ed25519", "scheme": "ed25519", "keyval": map[string]any{"public": id},
	}}
}

// ECDSA is the key of that label on P-256 or P-384, for TUF.
func ECDSA(a root.Algorithm, label string) Key {
	if a == root.P384 {
		return WithHash(a, label, crypto.SHA384)
	}
	return WithHash(a, label, crypto.SHA256)
}

// WithHash is the same key, which signs with another hash than its scheme has.
func WithHash(a root.Algorithm, label string, hash crypto.Hash) Key {
	curve, scheme := elliptic.P256(), "ecdsa-sha2-nistp256"
	if a == root.P384 {
		curve, scheme = elliptic.P384(), "ecdsa-sha2-nistp384"
	}
	seed := sha256.Sum256([]byte(label))
	scalar := append(make([]byte, (curve.Params().BitSize+7)/8-len(seed)), seed[:]...)
	priv, err := ecdsa.ParseRawPrivateKey(curve, scalar)
	if err != nil {
		panic(err) // out of range once in 2^32 labels
	}
	point, err := priv.PublicKey.Bytes()
	if err != nil {
		panic(err)
	}
	public, err := root.NewECDSA(a, point)
	if err != nil {
		panic(err)
	}
	sign := func(msg []byte) []byte {
		h := hash.New()
		h.Write(msg)
		sig, err := ecdsa.SignASN1(rand.Reader, priv, h.Sum(nil))
		if err != nil {
			panic(err)
		}
		return sig
	}
	return Key{Public: public, sign: sign}.As("ecdsa", scheme, public.PEM())
}

// As is the key with another object: the same secret, written down otherwise.
func (k Key) As(keytype, scheme string, public any) Key {
	k.Object = map[string]any{"keytype": keytype, "scheme": scheme, "keyval": map[string]any{"public": public}}
	return k.TUF()
}

// TUF is the key with the keyid that TUF has for its object.
func (k Key) TUF() Key {
	k.ID = root.DigestOf(canon(root.TUF, k.Object)).String()
	return k
}

// With is the key with one more member in its object: the same key material
// under another keyid.
func (k Key) With(name string, value any) Key {
	object := map[string]any{name: value}
	for n, v := range k.Object {
		if n != name {
			object[n] = v
		}
	}
	k.Object = object
	return k.TUF()
}

// Called is the key under an arbitrary keyid.
func (k Key) Called(id string) Key {
	k.ID = id
	return k
}

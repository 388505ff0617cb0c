package verify_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/rootmoot/rootmoot/root"
)

// A forgery is a signed part as text, whatever it says, and how it is signed:
// by every key that it lists and that we have, under the keyids that it says.
type forgery struct {
	signed []byte
	theirs bool // over the form that go-tuf checks
}

// file is the forgery with its signatures; the text is as it was, also where
// it is no JSON.
func (f *forgery) file() []byte {
	form := ourForm(f.signed)
	if f.theirs {
		form = theirForm(f.signed)
	}
	var sigs []map[string]string
	for _, k := range f.listed() {
		sigs = append(sigs, map[string]string{"keyid": k.id, "sig": hex.EncodeToString(k.sign(form))})
	}
	list, err := json.Marshal(sigs)
	if err != nil {
		panic(err)
	}
	return slices.Concat([]byte(`{"signatures":`), list, []byte(`,"signed":`), f.signed, []byte("}"))
}

type namedKey struct {
	id   string
	sign func([]byte) []byte
}

// listed are the keys of the trusted root, and those of the signed part that
// are known by their value, whatever else their objects say.
func (f *forgery) listed() []namedKey {
	var out []namedKey
	seen := make(map[string]bool)
	add := func(id string, sign func([]byte) []byte) {
		if !seen[id] && len(out) < 16 {
			out, seen[id] = append(out, namedKey{id, sign}), true
		}
	}
	for _, k := range fuzzKeys() {
		if k.person {
			add(k.id, k.sign)
		}
	}
	var doc struct {
		Keys map[string]struct {
			Keyval struct{ Public string }
		}
	}
	if json.Unmarshal(f.signed, &doc) != nil {
		return out
	}
	ids := make([]string, 0, len(doc.Keys))
	for id := range doc.Keys {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		for _, k := range fuzzKeys() {
			if public := doc.Keys[id].Keyval.Public; public != "" && k.shows(public) {
				add(id, k.sign)
			}
		}
	}
	return out
}

// A fuzzKey is a key that the fuzzer's harness signs with.
type fuzzKey struct {
	id     string
	object map[string]any
	person bool // in the trusted root
	point  string
	sign   func([]byte) []byte
}

// shows tells whether keyval.public is this key, in whatever case or dress.
func (k fuzzKey) shows(public string) bool {
	own := k.object["keyval"].(map[string]any)["public"].(string)
	return strings.EqualFold(public, own) || strings.EqualFold(public, k.point) || strings.Contains(public, strings.TrimSpace(own))
}

// fuzzKeys are two people with Ed25519 and one with P-256, then a key on P-384
// and one of small order.
var fuzzKeys = sync.OnceValue(func() []fuzzKey {
	return []fuzzKey{
		fuzzEd25519("one"), fuzzEd25519("two"), fuzzECDSA(root.P256, "three"), fuzzECDSA(root.P384, "four"), fuzzSmallOrder(),
	}
})

func fuzzObject(keytype, scheme, public string) (string, map[string]any) {
	object := map[string]any{"keytype": keytype, "scheme": scheme, "keyval": map[string]any{"public": public}}
	text, err := json.Marshal(object)
	if err != nil {
		panic(err)
	}
	return root.DigestOf(ourForm(text)).String(), object
}

func fuzzEd25519(label string) fuzzKey {
	seed := sha256.Sum256([]byte(label))
	priv := ed25519.NewKeyFromSeed(seed[:])
	k := fuzzKey{person: true, sign: func(msg []byte) []byte { return ed25519.Sign(priv, msg) }}
	k.point = hex.EncodeToString(priv.Public().(ed25519.PublicKey))
	k.id, k.object = fuzzObject("ed25519", "ed25519", k.point)
	return k
}

func fuzzSmallOrder() fuzzKey {
	raw := append([]byte{1}, make([]byte, 31)...)
	k := fuzzKey{point: hex.EncodeToString(raw), sign: func([]byte) []byte { return append(bytes.Clone(raw), make([]byte, 32)...) }}
	k.id, k.object = fuzzObject("ed25519", "ed25519", k.point)
	return k
}

func fuzzECDSA(a root.Algorithm, label string) fuzzKey {
	curve, scheme, hash := elliptic.P256(), "ecdsa-sha2-nistp256", crypto.SHA256
	if a == root.P384 {
		curve, scheme, hash = elliptic.P384(), "ecdsa-sha2-nistp384", crypto.SHA384
	}
	seed := sha256.Sum256([]byte(label))
	priv, err := ecdsa.ParseRawPrivateKey(curve, append(make([]byte, (curve.Params().BitSize+7)/8-len(seed)), seed[:]...))
	if err != nil {
		panic(err)
	}
	point, err := priv.PublicKey.Bytes()
	if err != nil {
		panic(err)
	}
	public, err := root.NewECDSA(a, point)
	if err != nil {
		panic(err)
	}
	k := fuzzKey{person: a == root.P256, point: hex.EncodeToString(point), sign: func(msg []byte) []byte {
		h := hash.New()
		h.Write(msg)
		sig, err := ecdsa.SignASN1(rand.Reader, priv, h.Sum(nil))
		if err != nil {
			panic(err)
		}
		return sig
	}}
	k.id, k.object = fuzzObject("ecdsa", scheme, public.PEM())
	return k
}

// plainRoot is the signed part of a root of two out of three, which lists the
// other keys too.
func plainRoot(version int) []byte {
	keys, people := map[string]any{}, []any{}
	for _, k := range fuzzKeys() {
		keys[k.id] = k.object
		if k.person {
			people = append(people, k.id)
		}
	}
	roles := map[string]any{"root": map[string]any{"keyids": people, "threshold": 2}}
	for _, role := range []string{"timestamp", "snapshot", "targets"} {
		roles[role] = map[string]any{"keyids": []any{fuzzKeys()[3].id}, "threshold": 1}
	}
	text, err := json.Marshal(map[string]any{
		"_type": "root", "spec_version": "1.0.34", "version": version, "consistent_snapshot": true,
		"expires": "2027-01-01T00:00:00Z", "keys": keys, "roles": roles, "x-more": map[string]any{"list": []any{1}},
	})
	if err != nil {
		panic(err)
	}
	return text
}

// ingredients are values that some reader may take for something.
var ingredients = sync.OnceValue(func() []any {
	out := []any{
		nil, true, false, "", "0", "root", "2027-01-01T00:00:00Z", "2027-01-01T01:00:00+01:00", "2027-01-01T00:00:00.10Z", "1.0", "1.0.0",
		json.Number("0"), json.Number("1"), json.Number("2"), json.Number("3"), json.Number("-1"), json.Number("-0"), json.Number("2.0"),
		json.Number("2e0"), json.Number("4294967297"), json.Number("9007199254740993"), json.Number("9223372036854775807"),
		json.Number("18446744073709551616"), json.Number("1e400"), json.Number("1.5"),
		[]any{},
		map[string]any{},
		"<&>\u2028\x7f", "\"\\\n", "rsa", "rsassa-pss-sha256", "ed25519", "ecdsa", "ecdsa-sha2-nistp256",
		"ecdsa-sha2-nistp384", "sigstore-oidc", fuzzKeys()[4].point, fuzzKeys()[2].point,
		map[string]any{"keyid": "0", "sig": "00"},
	}
	for _, k := range fuzzKeys() {
		out = append(out, k.id, k.object)
	}
	return out
})

func otherName(name string, with int) string {
	names := []string{
		strings.ToUpper(name), strings.Replace(name, "s", "ſ", 1), strings.Replace(name, "k", "\u212a", 1), name + " ",
		"", "keyids", "threshold", "sig", "consistent_snapshot", "x-other", "_type", "type", root.RehearsalMember, "mirrors", "public", "keyid_hash_algorithms",
	}
	return names[with%len(names)]
}

func otherText(s string, with int) string {
	switch with % 6 {
	case 0:
		return strings.ToUpper(s)
	case 1:
		return s + " "
	case 2:
		return " " + s
	case 3:
		return strings.ReplaceAll(s, "\n", "\r\n")
	case 4:
		return s + s
	}
	if other := inARow(s); other != s {
		return other
	}
	return s[:len(s)/2]
}

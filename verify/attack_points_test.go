package verify_test

import (
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"testing"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/internal/forge"
)

func point(text string) forge.Key {
	raw, err := hex.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return forge.Point(raw)
}

// Ed25519 points that sign without a secret, each in both formats: where it is
// not needed, and where it makes up the number. crypto/ed25519 takes their
// signatures.
func pointAttacks() []attack {
	const source = "seen: small-order ed25519 key; conda weakness 12"
	var out []attack
	for _, p := range forge.Points() {
		out = append(out,
			attack{name: "the point " + p, source: source, rule: "KEY-WEAK", warning: true, strictly: true, edit: unneeded(point(p))},
			attack{name: "the point " + p + " makes up the number", source: source, rule: "QUORUM-NEW", edit: needed(point(p))},
		)
	}
	for low := 0xef; low <= 0xff; low++ {
		for _, high := range []string{"7f", "ff"} {
			p := fmt.Sprintf("%02xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff%s", low, high)
			out = append(out, attack{name: "the point " + p, source: "conda weakness 12", rule: "KEY-WEAK", warning: true, strictly: true, edit: unneeded(point(p))})
		}
	}
	return append(out,
		attack{name: "one real key and three that need no secret", source: "conda weakness 12", rule: "QUORUM-NEW", edit: func(d *forge.Doc) {
			keys := []forge.Key{alice, point(forge.Points()[0]), point(forge.Points()[8]), point(forge.Points()[13])}
			for i := range keys {
				keys[i] = key(d.Format, keys[i])
			}
			d.SetRole("root", 4, keys...)
			d.Signers = append(keys, key(d.Format, bob))
		}},
		attack{name: "a point of small order for another role", source: "conda weakness 12", rule: "KEY-WEAK", also: []string{"ROLE-REACH"}, warning: true, strictly: true, edit: func(d *forge.Doc) {
			d.SetRole(other(d.Format), 1, key(d.Format, forge.SmallOrder()))
		}},
		attack{name: "S + L", source: "conda weakness 14", rule: "QUORUM-NEW", edit: both(needed(carol), mangled(forge.PlusOrder))},
	)
}

// That the attacks are attacks is shown by crypto/ed25519, to which the
// signatures that make up the number are good.
func TestPointsSignWithoutASecret(t *testing.T) {
	for _, p := range forge.Points() {
		d := forge.Root(root.TUF, 2, 2, people(root.TUF)...)
		needed(point(p))(d)
		r, err := root.Parse(d.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		raw, err := hex.DecodeString(p)
		if err != nil {
			t.Fatal(err)
		}
		if !ed25519.Verify(raw, r.Signed(), r.Envelope.Entries[2].Sig) {
			t.Errorf("%s signs nothing: the attack is hollow", p)
		}
	}
}

// Half the encodings beyond the field are no points at all, and some clients
// read none of them: what matters is that ours counts none.
func TestPointsBeyondTheField(t *testing.T) {
	for _, p := range forge.Points()[8:] {
		if k := point(p); k.Public.Weakness() == "" || k.Public.Sound() == nil {
			t.Errorf("%s is taken", p)
		}
	}
	for _, k := range []forge.Key{forge.Mixed("alice"), forge.Negative("alice")} {
		if k.Public.Weakness() != "" || k.Public.Sound() != nil {
			t.Errorf("%s is not taken: %s, %v", k.ID, k.Public.Weakness(), k.Public.Sound())
		}
	}
}

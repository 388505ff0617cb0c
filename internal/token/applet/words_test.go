package applet_test

import (
	"crypto/rand"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/applet"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// What a token says about itself is compared with what its attestation says,
// so that both must be read into the same words. No code may be shared for it:
// the judge of attestations knows no tokens.
func TestSameWordsAsAttestation(t *testing.T) {
	bundle, err := attest.RehearsalBundle()
	if err != nil {
		t.Fatal(err)
	}
	policies := []token.KeySpec{
		{Algorithm: "ecdsa-p256", PINPolicy: "once", TouchPolicy: "never"},
		{Algorithm: "ecdsa-p384", PINPolicy: "always", TouchPolicy: "cached"},
		{Algorithm: "ed25519", PINPolicy: "always", TouchPolicy: "always"},
	}
	seen := make(map[string]bool)
	for form := byte(1); form <= 7; form++ {
		for _, fips := range []byte{0, 0x80} {
			card, err := pivcard.New(pivcard.Model{Serial: 21334982, Firmware: v574, FormFactor: form | fips}, pivcard.Config{Rand: rand.Reader})
			if err != nil {
				t.Fatal(err)
			}
			c := &applet.Card{Client: pivcard.NewClient(card), Kind: token.PIV, Rand: rand.Reader}
			want := policies[int(form)%len(policies)]
			if _, err := c.Provisioner(serial).Generate(t.Context(), token.Access{}, want); err != nil {
				t.Fatal(err)
			}
			says, err := c.Inspect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			proof, err := c.Attest(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			proves, _ := attest.Check(proof.Leaf, proof.Chain, bundle, attest.Expect{SPKI: says.SPKI, Rehearsal: true}, time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC))
			type words struct{ serial, firmware, form, slot, algorithm, pin, touch string }
			a := words{says.Serial, says.Firmware, says.FormFactor, says.Slot, says.Algorithm, says.PINPolicy, says.TouchPolicy}
			b := words{proves.Serial, proves.Firmware.String(), proves.FormFactor, proves.Slot, proves.Algorithm, proves.PINPolicy, proves.TouchPolicy}
			if a != b || a.form == "" || a.algorithm != want.Algorithm || a.pin != want.PINPolicy || a.touch != want.TouchPolicy {
				t.Errorf("form factor %02x: the token says %+v, its attestation %+v", form|fips, a, b)
			}
			seen[a.form] = true
		}
	}
	if len(seen) != 7 {
		t.Errorf("%d form factors, want 7: %v", len(seen), seen)
	}
}

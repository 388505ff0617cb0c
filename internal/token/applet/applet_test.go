package applet_test

import (
	"crypto/rand"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/applet"
	"github.com/rootmoot/rootmoot/internal/token/tokentest"
)

// held is a card as a whole token: nothing is to be closed.
type held struct{ *applet.Card }

func (held) Close() error { return nil }

// blank is a new card of this firmware, and the hand that can pull it.
func blank(t *testing.T, v pivcard.Version) (held, *pivcard.Card, *evil.Hand) {
	t.Helper()
	card, err := pivcard.New(pivcard.Model{Serial: 21334982, Firmware: v, FormFactor: 3, PINComplexity: v.DeletesKeys()}, pivcard.Config{Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	hand := new(evil.Hand)
	client := pivcard.NewClient(&evil.Transport{Honest: card, Lie: hand.Lie})
	return held{&applet.Card{Client: client, Kind: token.PIV, Reader: "memory", Rand: rand.Reader}}, card, hand
}

// Firmware at which something changes: the first with attestation, the first
// with a serial number in PIV, the last without metadata, 3DES with metadata,
// AES that can be set, AES from the factory.
var firmware = []pivcard.Version{
	{Major: 4, Minor: 3, Patch: 7}, {Major: 5, Minor: 0, Patch: 3}, {Major: 5, Minor: 2, Patch: 7},
	{Major: 5, Minor: 3, Patch: 0}, {Major: 5, Minor: 4, Patch: 3}, {Major: 5, Minor: 7, Patch: 4},
}

func TestProvision(t *testing.T) {
	for _, v := range firmware {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			tokentest.RunProvision(t, func(t *testing.T) tokentest.Blank {
				tok, card, hand := blank(t, v)
				b := tokentest.Blank{Token: tok, Pull: hand.Pull, Insert: func() { hand.Insert(); card.Power() }}
				if v.DeletesKeys() {
					b.Algorithm, b.Weak = "ed25519", "111111"
				}
				return b
			})
		})
	}
}

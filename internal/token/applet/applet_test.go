package applet_test

import (
	"context"
	"crypto/rand"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/applet"
	"github.com/rootmoot/rootmoot/internal/token/tokentest"
	"github.com/rootmoot/rootmoot/internal/token/tokentest/cards"
)

// held is a card as a whole token: nothing is to be closed.
type held struct{ *applet.Card }

func (held) Close() error { return nil }

// A reader is where a card in memory lies, with all that tests do to it.
type reader struct {
	held
	card   *pivcard.Card
	client *pivcard.Client // past the lie
	finger *pivcard.Finger
	clock  *cards.Clock
	lie    evil.Lie // what happens to the APDUs; may be changed at any time
}

const serial = "21334982"

// blank is a new card of this firmware in a reader.
func blank(t *testing.T, v pivcard.Version) *reader {
	t.Helper()
	return blankOf(t, v, 21334982)
}

func blankOf(t *testing.T, v pivcard.Version, serial uint32) *reader {
	t.Helper()
	r := &reader{finger: pivcard.NewFinger(), clock: new(cards.Clock), lie: evil.Honest}
	var err error
	r.card, err = pivcard.New(pivcard.Model{Serial: serial, Firmware: v, FormFactor: 3, PINComplexity: v.DeletesKeys()},
		pivcard.Config{Rand: rand.Reader, Touch: r.finger, Clock: r.clock})
	if err != nil {
		t.Fatal(err)
	}
	r.client = pivcard.NewClient(r.card)
	through := &evil.Transport{Honest: r.card, Lie: func(ctx context.Context, honest pivcard.Transport, apdu []byte) ([]byte, error) {
		return r.lie(ctx, honest, apdu)
	}}
	r.held = held{&applet.Card{Client: pivcard.NewClient(through), Kind: token.PIV, Reader: "memory", Rand: rand.Reader, BeforeTouch: r.finger.Lift}}
	return r
}

// directly speaks to the card past the lie, with the factory's management key
// and PIN presented.
func (r *reader) directly(t *testing.T, f func(ctx context.Context, tx *pivcard.Tx) error) {
	t.Helper()
	ctx := t.Context()
	err := r.client.Transaction(ctx, func(tx *pivcard.Tx) error {
		v, err := tx.Version(ctx)
		if err != nil {
			return err
		}
		if err := tx.AuthenticateManagement(ctx, pivcard.FactoryManagementKey(v), rand.Reader); err != nil {
			return err
		}
		if err := tx.VerifyPIN(ctx, []byte(token.FactoryPIN)); err != nil {
			return err
		}
		return f(ctx, tx)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func secret(s string) token.Secret { return token.NewSecret([]byte(s)) }

var (
	v527 = pivcard.Version{Major: 5, Minor: 2, Patch: 7}
	v574 = pivcard.Version{Major: 5, Minor: 7, Patch: 4}
)

// Firmware at which something changes: the first with attestation, the first
// with a serial number in PIV, the last without metadata, 3DES with metadata,
// AES that can be set, AES from the factory.
var firmware = []pivcard.Version{
	{Major: 4, Minor: 3, Patch: 7},
	{Major: 5, Minor: 0, Patch: 3},
	v527,
	{Major: 5, Minor: 3, Patch: 0},
	{Major: 5, Minor: 4, Patch: 3},
	v574,
}

func TestProvision(t *testing.T) {
	for _, v := range firmware {
		t.Run(v.String(), func(t *testing.T) {
			t.Parallel()
			tokentest.RunProvision(t, func(t *testing.T) tokentest.Blank {
				r, hand := blank(t, v), new(evil.Hand)
				r.lie = hand.Lie
				b := tokentest.Blank{Token: r, Touch: r.finger.Press, Pull: hand.Pull, Insert: func() { hand.Insert(); r.card.Power() }}
				if v.DeletesKeys() {
					b.Algorithm, b.Weak = "ed25519", "111111"
				}
				if v != v574 && v != v527 { // with and without metadata: every command
					b.Step = 11
				}
				return b
			})
		})
	}
}

func TestConformance(t *testing.T) {
	const pin = "845127"
	for _, v := range firmware {
		t.Run(v.String(), func(t *testing.T) {
			tokentest.Run(t, func(t *testing.T) tokentest.Fixture {
				r := blank(t, v)
				cards.Provision(t, r.Card, cards.Ready{PIN: pin, Key: token.KeySpec{Algorithm: "ecdsa-p384"}})
				return tokentest.Fixture{
					Token: r, PIN: pin, Touch: r.finger.Press, Withhold: func() { r.clock.Over.Store(true) }, Remove: r.card.Remove,
				}
			})
		})
	}
}

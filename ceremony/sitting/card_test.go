package sitting_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/applet"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
	"github.com/rootmoot/rootmoot/internal/token/tokentest/cards"
)

// A card is a PIV card in memory, with a finger that is always there. Unlike a
// rehearsal token's it is found in any state, and can be written to.
type card struct {
	*applet.Card
}

func (card) Close() error { return nil }

// The secrets of a provisioned card. Nothing like hex: found only if they leak.
const (
	cardPIN = "pin#ZcW1"
	cardPUK = "puk#ZcW2"
)

// newCard is a card as it leaves the factory.
func newCard(t testing.TB, kind token.Kind, serial uint32, issuer *pivcard.Issuer) card {
	t.Helper()
	return lyingCard(t, kind, serial, issuer, evil.Honest)
}

// lyingCard is one to whose commands this happens.
func lyingCard(t testing.TB, kind token.Kind, serial uint32, issuer *pivcard.Issuer, lie evil.Lie) card {
	t.Helper()
	c, err := pivcard.New(pivcard.Model{Serial: serial, Firmware: firmware, FormFactor: 1, Issuer: issuer}, pivcard.Config{Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	return card{&applet.Card{Client: pivcard.NewClient(&evil.Transport{Honest: c, Lie: lie}), Kind: kind, Reader: "reader", Rand: rand.Reader}}
}

var firmware = pivcard.Version{Major: 5, Minor: 7, Patch: 4}

// work does what a test wants with the card, in the factory's management.
func (c card) work(t testing.TB, f func(context.Context, *pivcard.Tx) error) {
	t.Helper()
	err := c.Client.Transaction(t.Context(), func(tx *pivcard.Tx) error {
		if err := tx.AuthenticateManagement(t.Context(), pivcard.FactoryManagementKey(firmware), rand.Reader); err != nil {
			return err
		}
		return f(t.Context(), tx)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// generate makes a key on the card.
func (c card) generate(t testing.TB) card {
	t.Helper()
	cards.Provision(t, c.Card, cards.Ready{Key: token.KeySpec{Algorithm: "ecdsa-p256"}})
	return c
}

// bring has the card keep a key that was made elsewhere.
func (c card) bring(t testing.TB) card {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	scalar, err := key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	c.work(t, func(ctx context.Context, tx *pivcard.Tx) error {
		return tx.ImportKey(ctx, pivcard.SlotSignature, always, scalar)
	})
	return c
}

var always = pivcard.KeySpec{Algorithm: pivcard.P256, PIN: pivcard.PINAlways, Touch: pivcard.TouchAlways}

// secrets gives the card a PIN, a PUK and a management key that are not the
// factory's.
func (c card) secrets(t testing.TB) card {
	t.Helper()
	cards.Provision(t, c.Card, cards.Ready{PIN: cardPIN, PUK: cardPUK, Management: []byte("management#key#ZcW3 ....")})
	return c
}

// give lays a card where a keyholder's rehearsal token lay.
func (st *stage) give(name string, c token.Token) {
	if st.wraps == nil {
		st.wraps = make(map[string]func(*rehearsal.Token) token.Token)
	}
	st.wraps[name] = func(*rehearsal.Token) token.Token { return c }
	st.cast.PINs[name] = cardPIN
}

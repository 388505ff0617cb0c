// Package cards makes PIV cards in software ready for tests of tokens: with a
// key, with secrets of their own, and such as lie.
package cards

import (
	"crypto/rand"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/applet"
)

// A Ready says how a card is made ready. What is zero stays as the factory left
// it.
type Ready struct {
	PIN, PUK   string
	Management []byte
	Kept       bool // the card keeps the management key itself, behind the PIN
	// Key is the key to generate, with policies "always" where they are empty;
	// none without an algorithm.
	Key token.KeySpec
	// Certified stores the key's attestation beside it.
	Certified bool
}

// Provision makes a card ready that is as it left the factory.
func Provision(t testing.TB, card *applet.Card, r Ready) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	info, err := card.Inspect(ctx)
	must(err)
	p := card.Provisioner(info.Serial)
	a := token.Access{PIN: secret(token.FactoryPIN)}
	if r.PIN != "" {
		must(p.ChangePIN(ctx, a.PIN, secret(r.PIN)))
		a.PIN = secret(r.PIN)
	}
	if r.PUK != "" {
		must(p.ChangePUK(ctx, secret(token.FactoryPUK), secret(r.PUK)))
	}
	if r.Management != nil {
		management := token.NewSecret(r.Management)
		must(p.SetManagement(ctx, a, management, r.Kept))
		a.Management = management
	}
	if r.Key.Algorithm != "" {
		_, err := p.Generate(ctx, a, always(r.Key))
		must(err)
	}
	if r.Certified {
		proof, err := card.Attest(ctx)
		must(err)
		must(p.StoreCertificate(ctx, a, proof.Leaf))
	}
}

func always(k token.KeySpec) token.KeySpec {
	if k.PINPolicy == "" {
		k.PINPolicy = "always"
	}
	if k.TouchPolicy == "" {
		k.TouchPolicy = "always"
	}
	return k
}

func secret(s string) token.Secret { return token.NewSecret([]byte(s)) }

// Of is a card as a token speaks to it.
func Of(card pivcard.Transport) *applet.Card {
	return &applet.Card{Client: pivcard.NewClient(card), Kind: token.PIV, Reader: "memory", Rand: rand.Reader}
}

// Other is a card with another serial number and a key of its own, with PIV
// selected, which answers in another's place.
func Other(t testing.TB, a pivcard.Algorithm) *pivcard.Card {
	t.Helper()
	card, err := pivcard.New(pivcard.Model{Serial: 666, Firmware: pivcard.Version{Major: 5, Minor: 7, Patch: 4}}, pivcard.Config{Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	Provision(t, Of(card), Ready{Key: token.KeySpec{Algorithm: a.String()}})
	if err := pivcard.NewClient(card).Transaction(t.Context(), func(*pivcard.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	return card
}

// A Clock waits for ever, until it is told that time is over.
type Clock struct{ Over atomic.Bool }

// Now is always the same.
func (c *Clock) Now() time.Time { return time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC) }

// After never comes, or at once.
func (c *Clock) After(time.Duration) <-chan time.Time {
	if !c.Over.Load() {
		return nil
	}
	ch := make(chan time.Time, 1)
	ch <- c.Now()
	return ch
}

package main

import (
	"context"
	"crypto/rand"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/tokentest/cards"
)

// A card is a keyholder's, and the finger on it.
type card struct {
	*pivcard.Card
	finger *pivcard.Finger
	nobody atomic.Bool // there is nobody to touch it, and its time is over soon
	serial uint32

	pin, puk   string
	management []byte // the management key, once it is provisioned
}

// Wait is the finger.
func (c *card) Wait(ctx context.Context, clock pivcard.Clock, timeout time.Duration) bool {
	return !c.nobody.Load() && c.finger.Wait(ctx, clock, timeout)
}

// newCard is one as it leaves the factory.
func newCard(t *testing.T, issuer *pivcard.Issuer, serial uint32, pin, puk string) *card {
	t.Helper()
	c := &card{finger: pivcard.NewFinger(), serial: serial, pin: pin, puk: puk}
	model := pivcard.Model{Serial: serial, Firmware: pivcard.Version{Major: 5, Minor: 7, Patch: 4}, FormFactor: 0x01, Issuer: issuer, PINComplexity: true}
	var err error
	if c.Card, err = pivcard.New(model, pivcard.Config{Rand: rand.Reader, Touch: c}); err != nil {
		t.Fatal(err)
	}
	return c
}

// provisioned gives it the secrets and a key, without a program.
func (c *card) provisioned(t *testing.T, algorithm string) *card {
	t.Helper()
	management := make([]byte, 24)
	rand.Read(management)
	cards.Provision(t, cards.Of(c.Card), cards.Ready{
		PIN: c.pin, PUK: c.puk, Management: management, Kept: true, Key: token.KeySpec{Algorithm: algorithm}, Certified: true,
	})
	c.Power()
	return c
}

//go:build cgo

package piv_test

import (
	"errors"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/tokentest"
)

func TestSuite(t *testing.T) {
	for _, c := range []struct {
		name string
		recipe
	}{
		{"p-256", recipe{algorithm: pivcard.P256}},
		{"ed25519", recipe{algorithm: pivcard.Ed25519}},
		{"firmware 5.2.7, without metadata, p-384", recipe{firmware: v527, algorithm: pivcard.P384}},
		{"firmware 4.3.7, without a serial number of its own", recipe{firmware: v437}},
	} {
		t.Run(c.name, func(t *testing.T) {
			stack, slot := pcsctest.Get(t), 0
			tokentest.Run(t, func(t *testing.T) tokentest.Fixture {
				finger := &hand{}
				slot = 1 - slot
				r := c.recipe
				r.touch, r.clock = finger, fastClock{}
				s := insertAt(t, stack, slot, r.make(t))
				f := tokentest.Fixture{Token: s, PIN: testPIN, Withhold: finger.leave, Remove: s.remove}
				if c.algorithm == pivcard.Ed25519 {
					f.MaxMessage = pivcard.MaxMessage
				}
				return f
			})
		})
	}
}

// A bench is a reader from which a hand takes a blank card at a planned
// command.
type bench struct {
	*seat
	hand evil.Hand
	card *pivcard.Card
}

// back puts the card in again.
func (b *bench) back(t *testing.T) {
	t.Helper()
	b.remove()
	b.hand.Insert()
	_, b.remove = b.stack.Insert(t, b.slot, lying(b.card, b.hand.Lie))
	if _, err := b.Inspect(t.Context()); errors.Is(err, token.ErrStuck) {
		// piv-go keeps the reader when its SELECT fails, TestEveryAnswerGarbled.
		b.stack.StopService(t)
		b.stack.StartService(t)
		_, b.remove = b.stack.Insert(t, b.slot, lying(b.card, b.hand.Lie))
	}
}

func TestProvisionSuite(t *testing.T) {
	for _, c := range []struct {
		name string
		recipe
		step int // 0 if it is not pulled
	}{
		{"p-256", recipe{algorithm: pivcard.P256}, 149},
		{"firmware 5.2.7, without metadata", recipe{firmware: v527}, 0},
		{"firmware 4.3.7, without a serial number of its own", recipe{firmware: v437}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			stack, slot := pcsctest.Get(t), 0
			tokentest.RunProvision(t, func(t *testing.T) tokentest.Blank {
				r := c.recipe
				r.blank, r.strict = true, r.firmware == pivcard.Version{}
				b := &bench{card: r.make(t)}
				stack.Take(slot) // a subtest may want several cards, one after the other
				slot = 1 - slot
				b.seat = insertAt(t, stack, slot, lying(b.card, b.hand.Lie))
				f := tokentest.Blank{
					Token: b, Step: c.step, Algorithm: c.algorithm.String(),
				}
				if c.step > 0 {
					f.Pull, f.Insert = b.hand.Pull, func() { b.back(t) }
				}
				if c.algorithm == 0 {
					f.Algorithm = ""
				}
				if r.strict {
					f.Weak = "111111"
				}
				return f
			})
		})
	}
}

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
		{"p-384", recipe{algorithm: pivcard.P384}},
		{"ed25519", recipe{algorithm: pivcard.Ed25519}},
		{"firmware 5.2.7, without metadata", recipe{firmware: v527}},
		{"firmware 4.3.7, without a serial number of its own", recipe{firmware: v437}},
	} {
		t.Run(c.name, func(t *testing.T) {
			stack := pcsctest.Get(t)
			tokentest.Run(t, func(t *testing.T) tokentest.Fixture {
				finger := &hand{}
				r := c.recipe
				r.touch, r.clock = finger, fastClock{}
				s := insert(t, stack, r.make(t))
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
	_, b.remove = b.stack.Insert(t, 0, lying(b.card, b.hand.Lie))
	if _, err := b.Inspect(t.Context()); errors.Is(err, token.ErrStuck) {
		// piv-go keeps the reader when its SELECT fails, TestEveryAnswerGarbled.
		b.stack.StopService(t)
		b.stack.StartService(t)
		_, b.remove = b.stack.Insert(t, 0, lying(b.card, b.hand.Lie))
	}
}

func TestProvisionSuite(t *testing.T) {
	for _, c := range []struct {
		name string
		recipe
		step int // 0 if it is not pulled
	}{
		{"p-256", recipe{algorithm: pivcard.P256}, 31},
		{"firmware 5.2.7, without metadata", recipe{firmware: v527}, 0},
		{"firmware 4.3.7, without a serial number of its own", recipe{firmware: v437}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			stack := pcsctest.Get(t)
			var last *bench // a subtest may want several cards, one after the other
			tokentest.RunProvision(t, func(t *testing.T) tokentest.Blank {
				r := c.recipe
				r.blank, r.strict = true, r.firmware == pivcard.Version{}
				if last != nil {
					last.remove()
				}
				b := &bench{card: r.make(t)}
				b.seat = insert(t, stack, lying(b.card, b.hand.Lie))
				last = b
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

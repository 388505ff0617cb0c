//go:build cgo

package piv_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/tokentest/cards"
)

// Rows 6 and 11 of the scenarios: whatever a card says, only a signature over
// the message, by the enrolled key, on the token with the right serial number,
// comes out; and whatever it does, nobody is left holding the reader. A count
// of 2 or more lies to piv-go, in the connection that signs, after our own
// client has looked.
func TestEveryLieIsCaught(t *testing.T) {
	stack := pcsctest.Get(t)
	for _, a := range []pivcard.Algorithm{pivcard.P256, pivcard.Ed25519} {
		var lie atomic.Pointer[evil.Lie] // of the case
		lie.Store(new(evil.Lie(evil.Honest)))
		card := recipe{algorithm: a}.make(t)
		w := wanted(t, card)
		s := insert(t, stack, lying(card, func(ctx context.Context, honest pivcard.Transport, apdu []byte) ([]byte, error) {
			return (*lie.Load())(ctx, honest, apdu)
		}))
		for _, c := range append(cards.Lies(),
			cards.Lie{
				Name: "other card between pin and signature", Want: token.ErrNoTouch,
				Tell: func(other func() *pivcard.Card) evil.Lie { return swapAtSign(other()) },
			}) {
			t.Run(a.String()+"/"+c.Name, func(t *testing.T) {
				lie.Store(new(c.Tell(func() *pivcard.Card { return cards.Other(t, a) })))
				c.Check(t, signTwice(t, s, w))
				isWell(t, s)
			})
		}
		s.remove()
	}
}

// signTwice is the whole path: open, sign, sign something else.
func signTwice(t *testing.T, s *seat, w token.Want) error {
	session, err := s.Open(t.Context(), w, secret(testPIN), nil)
	if err != nil {
		return err
	}
	defer session.Close()
	for _, message := range []string{"one", "another"} {
		sig, err := session.SignMessage(strings.NewReader(message))
		if (sig == nil) != (err != nil) {
			t.Errorf("signature of %d bytes with error %v", len(sig), err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// swapAtSign has another card answer each command that signs.
func swapAtSign(other pivcard.Transport) evil.Lie {
	return func(ctx context.Context, honest pivcard.Transport, apdu []byte) ([]byte, error) {
		if signs(apdu) {
			return other.Transmit(ctx, apdu)
		}
		return honest.Transmit(ctx, apdu)
	}
}

func signs(apdu []byte) bool { return len(apdu) > 5 && apdu[1] == 0x87 && apdu[3] == 0x9C }

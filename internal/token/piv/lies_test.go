//go:build cgo

package piv_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
)

// other is another card, with PIV selected and a key of its own.
func other(t *testing.T, a pivcard.Algorithm) *pivcard.Card {
	t.Helper()
	card := recipe{serial: 666, algorithm: a}.make(t)
	if err := pivcard.NewClient(card).Transaction(t.Context(), func(*pivcard.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	return card
}

// Rows 6 and 11 of the scenarios: whatever a card says, only a signature over
// the message, by the enrolled key, on the token with the right serial number,
// comes out; and whatever it does, nobody is left holding the reader. A count
// of 2 or more lies to piv-go, in the connection that signs, after our own
// client has looked.
func TestEveryLieIsCaught(t *testing.T) {
	errAny := errors.New("any error")
	stack := pcsctest.Get(t)
	for _, a := range []pivcard.Algorithm{pivcard.P256, pivcard.Ed25519} {
		var lie atomic.Pointer[evil.Lie] // of the case
		lie.Store(new(evil.Lie(evil.Honest)))
		card := recipe{algorithm: a}.make(t)
		w := wanted(t, card)
		s := insert(t, stack, lying(card, func(ctx context.Context, honest pivcard.Transport, apdu []byte) ([]byte, error) {
			return (*lie.Load())(ctx, honest, apdu)
		}))
		for _, c := range []struct {
			name string
			lie  func(*testing.T) evil.Lie
			want error
		}{
			{"honest", func(*testing.T) evil.Lie { return evil.Honest }, nil},
			{"wrong signature with 9000", func(*testing.T) evil.Lie { return evil.WrongSignature() }, token.ErrBadSignature},
			{"signature over other bytes", func(*testing.T) evil.Lie { return evil.SignsOtherBytes() }, token.ErrBadSignature},
			{"replayed signature", func(*testing.T) evil.Lie { return evil.Replay() }, token.ErrBadSignature},
			{"other serial number", func(*testing.T) evil.Lie { return evil.OtherSerial(1) }, token.ErrOtherToken},
			{"other serial number when signing", func(*testing.T) evil.Lie { return evil.OtherSerial(2) }, token.ErrOtherToken},
			{"other serial number after a signature", func(*testing.T) evil.Lie { return evil.OtherSerial(3) }, token.ErrOtherToken},
			{"other card when signing", func(t *testing.T) evil.Lie { return evil.OtherCard(other(t, a), 2) }, token.ErrOtherToken},
			{"other key", func(t *testing.T) evil.Lie { return evil.OtherKey(other(t, a), 1) }, token.ErrOtherKey},
			{"other key when signing", func(t *testing.T) evil.Lie { return evil.OtherKey(other(t, a), 2) }, token.ErrOtherKey},
			{"other card between pin and signature", func(t *testing.T) evil.Lie { return swapAtSign(other(t, a)) }, token.ErrNoTouch},
			{"half a status word", func(*testing.T) evil.Lie { return evil.Truncated(1) }, token.ErrBadAnswer},
			{"answer cut off", func(*testing.T) evil.Lie { return evil.Truncated(20) }, errAny},
			{"success without data", func(*testing.T) evil.Lie { return evil.Garbage([]byte("\x90\x00")) }, token.ErrBadAnswer},
			{"no objects", func(*testing.T) evil.Lie { return evil.Garbage([]byte("garbage\x90\x00")) }, token.ErrBadAnswer},
			{"wrong object", func(*testing.T) evil.Lie { return evil.Garbage([]byte("\x7C\x03\x81\x01\x00\x90\x00")) }, token.ErrBadAnswer},
			{"length beyond the end", func(*testing.T) evil.Lie { return evil.Garbage([]byte("\x7C\x7F\x82\x01\x00\x90\x00")) }, token.ErrBadAnswer},
			{"empty signature", func(*testing.T) evil.Lie { return evil.Garbage([]byte("\x7C\x02\x82\x00\x90\x00")) }, token.ErrBadSignature},
			{"oversized answer", func(*testing.T) evil.Lie { return evil.Garbage(make([]byte, 5000)) }, token.ErrBadAnswer},
			{"unknown status", func(*testing.T) evil.Lie { return evil.Garbage([]byte("\x6F\x00")) }, errAny},
		} {
			t.Run(a.String()+"/"+c.name, func(t *testing.T) {
				lie.Store(new(c.lie(t)))
				err := signTwice(t, s, w)
				if c.want == errAny && err != nil {
					err = c.want
				}
				if !errors.Is(err, c.want) {
					t.Errorf("%v, want %v", err, c.want)
				}
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

// Package evil is a transport that lies: it sits between a client and a card,
// and one of its lies happens to the APDUs that pass. Tests swap it in for the
// transport, changing no other line, to show that each lie is caught.
package evil

import (
	"bytes"
	"context"
	"errors"

	"github.com/rootmoot/rootmoot/internal/pivcard"
)

// A Lie answers one APDU, with the help of the honest card behind it or not.
type Lie func(ctx context.Context, honest pivcard.Transport, apdu []byte) ([]byte, error)

// A Transport passes every APDU through its lie.
type Transport struct {
	Honest pivcard.Transport
	Lie    Lie
}

var _ pivcard.Exclusive = (*Transport)(nil)

// Transmit lies.
func (t *Transport) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	return t.Lie(ctx, t.Honest, apdu)
}

// Begin begins an honest transaction.
func (t *Transport) Begin(ctx context.Context) error {
	if x, ok := t.Honest.(pivcard.Exclusive); ok {
		return x.Begin(ctx)
	}
	return nil
}

// End ends it.
func (t *Transport) End() error {
	if x, ok := t.Honest.(pivcard.Exclusive); ok {
		return x.End()
	}
	return nil
}

// A Card is a card that lies when a reader powers it.
type Card struct {
	*pivcard.Card
	Lie Lie
}

// Transmit lies.
func (c *Card) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	return c.Lie(ctx, c.Card, apdu)
}

// What the lies look for in a command's header.
const (
	insAuthenticate = 0x87
	insMetadata     = 0xF7
	insSerial       = 0xF8
	slot            = 0x9C
	header          = 5
)

func signs(apdu []byte) bool {
	return len(apdu) > header && apdu[1] == insAuthenticate && apdu[3] == slot
}

func asksKey(apdu []byte) bool { return len(apdu) >= 4 && apdu[1] == insMetadata && apdu[3] == slot }

func asksSerial(apdu []byte) bool { return len(apdu) >= 4 && apdu[1] == insSerial }

// Honest is no lie.
func Honest(ctx context.Context, card pivcard.Transport, apdu []byte) ([]byte, error) {
	return card.Transmit(ctx, apdu)
}

// answer makes a lie that changes the honest answers to some commands.
func answer(when func([]byte) bool, change func([]byte) []byte) Lie {
	return func(ctx context.Context, card pivcard.Transport, apdu []byte) ([]byte, error) {
		b, err := card.Transmit(ctx, apdu)
		if err != nil || !when(apdu) {
			return b, err
		}
		return change(bytes.Clone(b)), nil
	}
}

// WrongSignature flips a bit near the end of each signature and answers 9000.
func WrongSignature() Lie {
	return answer(signs, func(b []byte) []byte {
		if len(b) > 3 {
			b[len(b)-3] ^= 1
		}
		return b
	})
}

// SignsOtherBytes has the card sign something else, really and validly, with
// the right key.
func SignsOtherBytes() Lie {
	return func(ctx context.Context, card pivcard.Transport, apdu []byte) ([]byte, error) {
		if signs(apdu) {
			apdu = bytes.Clone(apdu)
			apdu[len(apdu)-1] ^= 1
		}
		return card.Transmit(ctx, apdu)
	}
}

// OtherSerial claims another serial number from the nth asking on, counted
// from 1.
func OtherSerial(from int) Lie {
	asked := 0
	return answer(asksSerial, func(b []byte) []byte {
		if asked++; asked >= from {
			b[0] ^= 0x40
		}
		return b
	})
}

// OtherCard passes everything to another card from the nth asking for the
// serial number on: cards were exchanged.
func OtherCard(other pivcard.Transport, from int) Lie {
	asked := 0
	return func(ctx context.Context, card pivcard.Transport, apdu []byte) ([]byte, error) {
		if asksSerial(apdu) {
			asked++
		}
		if asked < from {
			return card.Transmit(ctx, apdu)
		}
		if asked == from && asksSerial(apdu) { // it has to be told which applet is wanted
			if _, err := other.Transmit(ctx, []byte("\x00\xA4\x04\x00\x05\xA0\x00\x00\x03\x08")); err != nil {
				return nil, err
			}
		}
		return other.Transmit(ctx, apdu)
	}
}

// OtherKey names the slot's key of another card as its own, from the nth asking
// on. other must have PIV selected.
func OtherKey(other pivcard.Transport, from int) Lie {
	asked := 0
	return func(ctx context.Context, card pivcard.Transport, apdu []byte) ([]byte, error) {
		if asksKey(apdu) {
			if asked++; asked >= from {
				return other.Transmit(ctx, apdu)
			}
		}
		return card.Transmit(ctx, apdu)
	}
}

// Truncated leaves n bytes of the answer to every command that signs.
func Truncated(n int) Lie {
	return answer(signs, func(b []byte) []byte { return b[:min(n, len(b))] })
}

// Garbage answers every command that signs with these bytes.
func Garbage(b []byte) Lie { return answer(signs, func([]byte) []byte { return b }) }

// EndlessAnswer announces more, for ever.
func EndlessAnswer() Lie {
	return func(context.Context, pivcard.Transport, []byte) ([]byte, error) { return []byte{0xAA, 0x61, 0x00}, nil }
}

// EmptyPieces announces more, for ever, and never sends any of it.
func EmptyPieces() Lie {
	return func(context.Context, pivcard.Transport, []byte) ([]byte, error) { return []byte{0x61, 0x10}, nil }
}

// Replay answers every signature after the first with the first.
func Replay() Lie {
	var first []byte
	return answer(signs, func(b []byte) []byte {
		if first == nil {
			first = b
		}
		return bytes.Clone(first)
	})
}

// RemovedAtSign is a card taken out while it signs.
func RemovedAtSign() Lie {
	return func(ctx context.Context, card pivcard.Transport, apdu []byte) ([]byte, error) {
		if signs(apdu) {
			return nil, pivcard.ErrRemoved
		}
		return card.Transmit(ctx, apdu)
	}
}

// ErrLine is what Line fails with.
var ErrLine = errors.New("line failure")

// Line fails at the command that signs as a broken reader does.
func Line() Lie {
	return func(ctx context.Context, card pivcard.Transport, apdu []byte) ([]byte, error) {
		if signs(apdu) {
			return nil, ErrLine
		}
		return card.Transmit(ctx, apdu)
	}
}

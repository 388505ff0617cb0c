package applet

import (
	"context"
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
)

// Translate gives the client's errors the names that every kind of token
// shares. An error that has one already, and nil, stay as they are.
func Translate(err error) error {
	for _, p := range []struct{ card, token error }{
		{pivcard.ErrRemoved, token.ErrRemoved},
		{pivcard.ErrBadAnswer, token.ErrBadAnswer},
		{pivcard.ErrNotFound, token.ErrNoKey},
		{pivcard.ErrUnsupported, token.ErrOld},
	} {
		if errors.Is(err, p.card) && !errors.Is(err, p.token) {
			return fmt.Errorf("%w (%w)", p.token, err)
		}
	}
	return err
}

// verifyPIN presents the PIN.
func verifyPIN(ctx context.Context, tx *pivcard.Tx, pin token.Secret) error {
	return refused(tx.VerifyPIN(ctx, pin.Bytes()), false)
}

// refused says what a card means that refuses a PIN or PUK, or a new one.
func refused(err error, puk bool) error {
	var s *pivcard.StatusError
	if !errors.As(err, &s) {
		return err
	}
	left, ok := s.TriesLeft()
	switch {
	case ok && left > 0:
		return &token.WrongPINError{PUK: puk, Left: left}
	case ok && puk:
		return token.ErrPUKBlocked
	case ok:
		return token.ErrBlocked
	case errors.Is(err, pivcard.ErrPolicy):
		return fmt.Errorf("%w (%w)", token.ErrWeak, err)
	}
	return err
}

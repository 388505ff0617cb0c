package pivcard

import (
	"context"
	"errors"
	"fmt"
)

// PIN and PUK are 6 to 8 bytes. Wrong ones are a [*StatusError] with the tries
// left; without tries it matches [ErrBlocked].

// VerifyPIN presents the PIN. It costs a try if it is wrong.
func (t *Tx) VerifyPIN(ctx context.Context, pin []byte) error {
	return t.withSecrets(ctx, "verify pin", command{ins: insVerify, p2: refPIN}, pin)
}

// ClearPIN makes the card forget that the PIN was verified.
func (t *Tx) ClearPIN(ctx context.Context) error {
	return t.plain(ctx, "clear pin", command{ins: insVerify, p1: 0xFF, p2: refPIN})
}

// PINTries is how often a wrong PIN can still be given, at most 15, without
// using one up. It is unknown (ok false) when the PIN is verified just now.
func (t *Tx) PINTries(ctx context.Context) (left int, ok bool, err error) {
	_, err = t.send(ctx, command{ins: insVerify, p2: refPIN})
	var s *StatusError
	if err == nil {
		return 0, false, nil
	}
	if errors.As(err, &s) {
		if n, ok := s.TriesLeft(); ok {
			return n, true, nil
		}
	}
	return 0, false, fmt.Errorf("pin tries: %w", err)
}

// ChangePIN replaces the PIN.
func (t *Tx) ChangePIN(ctx context.Context, old, new []byte) error {
	return t.withSecrets(ctx, "change pin", command{ins: insChange, p2: refPIN}, old, new)
}

// ChangePUK replaces the PUK.
func (t *Tx) ChangePUK(ctx context.Context, old, new []byte) error {
	return t.withSecrets(ctx, "change puk", command{ins: insChange, p2: refPUK}, old, new)
}

// UnblockPIN sets a new PIN, with all its tries, on the strength of the PUK.
func (t *Tx) UnblockPIN(ctx context.Context, puk, newPIN []byte) error {
	return t.withSecrets(ctx, "unblock pin", command{ins: insUnblock, p2: refPIN}, puk, newPIN)
}

// SetRetries sets how many tries PIN and PUK have from now on. It wants the
// management key and the PIN in this transaction, and puts BOTH back to
// 123456 and 12345678: change them in the same transaction.
func (t *Tx) SetRetries(ctx context.Context, pin, puk byte) error {
	return t.plain(ctx, "set retries", command{ins: insSetRetries, p1: pin, p2: puk})
}

// Reset empties the card. The card refuses (ErrPolicy) unless PIN and PUK are
// both blocked. The attestation key stays.
func (t *Tx) Reset(ctx context.Context) error {
	return t.plain(ctx, "reset", command{ins: insReset})
}

// plain sends a command whose success carries no data.
func (t *Tx) plain(ctx context.Context, what string, c command) error {
	b, err := t.send(ctx, c)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if len(b) > 0 {
		return badAnswer(what, fmt.Errorf("%d bytes where none belong", len(b)))
	}
	return nil
}

// withSecrets sends secrets, padded, and clears them from memory again. A
// length that no card takes is refused here, so that it costs no try.
func (t *Tx) withSecrets(ctx context.Context, what string, c command, secrets ...[]byte) error {
	c.data = make([]byte, 0, 2*secretLen)
	defer func() { clear(c.data) }()
	for _, s := range secrets {
		if len(s) < minSecret || len(s) > secretLen {
			return fmt.Errorf("%s: a pin or puk has %d to %d characters, not %d", what, minSecret, secretLen, len(s))
		}
		c.data = append(c.data, s...)
		for range secretLen - len(s) {
			c.data = append(c.data, secretPadding)
		}
	}
	return t.plain(ctx, what, c)
}

// Package applet is a PIV applet as a token, whatever lies between: a real
// reader, or a rehearsal token's file.
//
// What it does it does through [pivcard.Client], each operation in one
// transaction: serial number and key are read again before anything is used or
// written. Older firmware is met where it stands: metadata came with 5.3
// (before it, keys are known by their attestation or certificate, and nobody
// knows whether a secret is the factory's), the serial number in the applet
// with 5.0.3, deleting a key with 5.7.
package applet

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
)

// Slot is the one slot that this project signs with.
const Slot = pivcard.SlotSignature

// A Card is a card with a PIV applet. It has all of [token.Token] but Close:
// what is to be closed is the transport.
type Card struct {
	Client *pivcard.Client
	Kind   token.Kind
	Reader string    // where it lies, for people
	Rand   io.Reader // challenges, and the wrong PINs of a reset

	// BeforeTouch, if not nil, is called just before a touch is asked for.
	BeforeTouch func()
}

// Inspect reads what the card says about itself.
func (c *Card) Inspect(ctx context.Context) (token.Info, error) {
	info := token.Info{Kind: c.Kind, Reader: c.Reader, Slot: Slot.String()}
	err := c.Client.Transaction(ctx, func(tx *pivcard.Tx) error { return read(ctx, tx, &info) })
	if err != nil {
		return token.Info{}, c.failed("inspect", err)
	}
	return info, nil
}

// Attest has the card attest the slot's key, and adds the certificate of the
// key that attests.
func (c *Card) Attest(ctx context.Context) (token.Attestation, error) {
	var a token.Attestation
	err := c.Client.Transaction(ctx, func(tx *pivcard.Tx) error {
		leaf, err := tx.Attest(ctx, Slot)
		if err != nil {
			return err
		}
		device, err := tx.Certificate(ctx, pivcard.SlotAttestation)
		a = token.Attestation{Leaf: leaf, Chain: [][]byte{device}}
		return err
	})
	if err != nil {
		return token.Attestation{}, c.failed("attest", err)
	}
	return a, nil
}

// Check says whether this is the wanted card with the wanted key: nil, or an
// error that may be a [*token.MismatchError].
func (c *Card) Check(ctx context.Context, w token.Want) error {
	err := c.Client.Transaction(ctx, func(tx *pivcard.Tx) error {
		_, err := recheck(ctx, tx, w)
		return err
	})
	if err != nil {
		return c.failed("open", err)
	}
	return nil
}

// Open checks serial number and key, and returns a session.
func (c *Card) Open(ctx context.Context, w token.Want, pin token.Secret, onTouch func(token.TouchRequest)) (token.Session, error) {
	if err := c.Check(ctx, w); err != nil {
		return nil, err
	}
	return token.NewSession(ctx, w, pin, func(ctx context.Context, w token.Want, pin token.Secret, input []byte) ([]byte, error) {
		return c.Sign(ctx, w, pin, input, onTouch)
	})
}

// Sign is the one transaction of a signature: a [token.Signer], with onTouch.
func (c *Card) Sign(ctx context.Context, w token.Want, pin token.Secret, input []byte, onTouch func(token.TouchRequest)) (sig []byte, err error) {
	err = c.Client.Transaction(ctx, func(tx *pivcard.Tx) error {
		k, err := recheck(ctx, tx, w)
		if err != nil {
			return err
		}
		if err := CheckLength(k.Algorithm, input); err != nil { // before a PIN or a touch is spent
			return err
		}
		if err := verifyPIN(ctx, tx, pin); err != nil {
			return err
		}
		defer tx.ClearPIN(context.WithoutCancel(ctx)) // best effort: the transaction ends anyway
		wantsTouch := k.Touch != pivcard.TouchNever
		if wantsTouch {
			c.askForTouch(w.Serial, onTouch)
		}
		sig, err = tx.Sign(ctx, Slot, k.Algorithm, input)
		if wantsTouch && errors.Is(err, pivcard.ErrNotSatisfied) && ctx.Err() == nil {
			return fmt.Errorf("%w (%w)", token.ErrNoTouch, err) // the PIN was right a moment ago
		}
		return errors.Join(ctx.Err(), err)
	})
	return sig, Translate(err)
}

func (c *Card) askForTouch(serial string, onTouch func(token.TouchRequest)) {
	if c.BeforeTouch != nil {
		c.BeforeTouch()
	}
	if onTouch != nil {
		onTouch(token.TouchRequest{Serial: serial, Timeout: pivcard.TouchTimeout})
	}
}

// CheckLength is token.ErrTooLong for an Ed25519 message that no card takes;
// the other algorithms sign a digest.
func CheckLength(a pivcard.Algorithm, input []byte) error {
	if a == pivcard.Ed25519 && len(input) > pivcard.MaxMessage {
		return fmt.Errorf("%w (%d bytes, the token takes %d)", token.ErrTooLong, len(input), pivcard.MaxMessage)
	}
	return nil
}

func (c *Card) failed(what string, err error) error {
	return fmt.Errorf("%s %s token %s: %w", what, c.Kind, c.Reader, Translate(err))
}

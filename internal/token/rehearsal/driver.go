package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
)

// Inspect reads what the card says about itself.
func (t *Token) Inspect(ctx context.Context) (token.Info, error) {
	info := token.Info{Kind: token.Rehearsal, Reader: t.name, Slot: slot.String()}
	err := t.client.Transaction(ctx, func(tx *pivcard.Tx) error {
		return errors.Join(readDevice(ctx, tx, &info), readKey(ctx, tx, &info))
	})
	if err != nil {
		return token.Info{}, fmt.Errorf("inspect rehearsal token %s: %w", t.name, translate(err))
	}
	return info, nil
}

// readDevice reads what concerns the card as a whole.
func readDevice(ctx context.Context, tx *pivcard.Tx, info *token.Info) error {
	serial, err := tx.Serial(ctx)
	if err != nil {
		return err
	}
	version, err := tx.Version(ctx)
	if err != nil {
		return err
	}
	pin, err := tx.PINMetadata(ctx)
	if err != nil {
		return err
	}
	puk, err := tx.PUKMetadata(ctx)
	if err != nil {
		return err
	}
	management, err := tx.ManagementMetadata(ctx)
	if err != nil {
		return err
	}
	info.Serial, info.Firmware = decimal(serial), version.String()
	info.PINLeft, info.PINTotal, info.DefaultPIN = pin.Left, pin.Total, isDefault(pin.Default)
	info.PUKLeft, info.PUKTotal, info.DefaultPUK = puk.Left, puk.Total, isDefault(puk.Default)
	info.DefaultManagement = isDefault(management.Default)
	return nil
}

// readKey reads what concerns the slot's key. An empty slot leaves it blank.
func readKey(ctx context.Context, tx *pivcard.Tx, info *token.Info) error {
	k, err := tx.KeyMetadata(ctx, slot)
	if errors.Is(err, pivcard.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	info.SPKI, err = token.SPKI(k.Public)
	info.Algorithm, info.Origin = k.Algorithm.String(), k.Origin.String()
	info.PINPolicy, info.TouchPolicy = k.PIN.String(), k.Touch.String()
	return err
}

// Attest has the card attest the slot's key, and adds the certificate of the
// key that attests.
func (t *Token) Attest(ctx context.Context) (token.Attestation, error) {
	var a token.Attestation
	err := t.client.Transaction(ctx, func(tx *pivcard.Tx) error {
		leaf, err := tx.Attest(ctx, slot)
		if err != nil {
			return err
		}
		device, err := tx.Certificate(ctx, pivcard.SlotAttestation)
		a = token.Attestation{Leaf: leaf, Chain: [][]byte{device}}
		return err
	})
	if err != nil {
		return token.Attestation{}, fmt.Errorf("attest rehearsal token %s: %w", t.name, translate(err))
	}
	return a, nil
}

// Open checks serial number and key, and returns a session.
func (t *Token) Open(ctx context.Context, w token.Want, pin token.PIN, onTouch func(token.TouchRequest)) (token.Session, error) {
	err := t.client.Transaction(ctx, func(tx *pivcard.Tx) error {
		_, err := recheck(ctx, tx, w)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open rehearsal token %s: %w", t.name, translate(err))
	}
	return token.NewSession(ctx, w, pin, func(ctx context.Context, w token.Want, pin token.PIN, input []byte) ([]byte, error) {
		return t.sign(ctx, w, pin, input, onTouch)
	})
}

// sign is the one transaction of a signature.
func (t *Token) sign(ctx context.Context, w token.Want, pin token.PIN, input []byte, onTouch func(token.TouchRequest)) (sig []byte, err error) {
	err = t.client.Transaction(ctx, func(tx *pivcard.Tx) error {
		k, err := recheck(ctx, tx, w)
		if err != nil {
			return err
		}
		if k.Algorithm == pivcard.Ed25519 && len(input) > pivcard.MaxMessage { // before a PIN or a touch is spent
			return fmt.Errorf("%w (%d bytes, the token takes %d)", token.ErrTooLong, len(input), pivcard.MaxMessage)
		}
		if err := verifyPIN(ctx, tx, pin); err != nil {
			return err
		}
		defer tx.ClearPIN(context.WithoutCancel(ctx)) // best effort: the transaction ends anyway
		wantsTouch := k.Touch != pivcard.TouchNever
		if wantsTouch {
			t.finger.Lift()
			if onTouch != nil {
				onTouch(token.TouchRequest{Serial: w.Serial, Timeout: pivcard.TouchTimeout})
			}
		}
		sig, err = tx.Sign(ctx, slot, k.Algorithm, input)
		if wantsTouch && errors.Is(err, pivcard.ErrNotSatisfied) && ctx.Err() == nil {
			return fmt.Errorf("%w (%w)", token.ErrNoTouch, err) // the PIN was right a moment ago
		}
		return errors.Join(ctx.Err(), err)
	})
	return sig, translate(err)
}

// recheck reads serial number and key and compares them with what is wanted.
func recheck(ctx context.Context, tx *pivcard.Tx, w token.Want) (pivcard.KeyMetadata, error) {
	serial, err := tx.Serial(ctx)
	if err != nil {
		return pivcard.KeyMetadata{}, err
	}
	if decimal(serial) != w.Serial {
		return pivcard.KeyMetadata{}, &token.MismatchError{What: token.WhatSerial, Want: w.Serial, Got: decimal(serial)}
	}
	k, err := tx.KeyMetadata(ctx, slot)
	if err != nil {
		return k, err
	}
	spki, err := token.SPKI(k.Public)
	if err != nil {
		return k, err
	}
	return k, w.Check(decimal(serial), spki)
}

func verifyPIN(ctx context.Context, tx *pivcard.Tx, pin token.PIN) error {
	err := tx.VerifyPIN(ctx, pin.Bytes())
	var s *pivcard.StatusError
	if !errors.As(err, &s) {
		return err
	}
	left, ok := s.TriesLeft()
	switch {
	case ok && left > 0:
		return &token.WrongPINError{Left: left}
	case ok:
		return token.ErrBlocked
	}
	return err
}

// translate gives the client's errors the names that every kind of token
// shares.
func translate(err error) error {
	for _, p := range []struct{ card, token error }{
		{pivcard.ErrRemoved, token.ErrRemoved},
		{pivcard.ErrBadAnswer, token.ErrBadAnswer},
		{pivcard.ErrNotFound, token.ErrNoKey},
	} {
		if errors.Is(err, p.card) {
			return fmt.Errorf("%w (%w)", p.token, err)
		}
	}
	return err
}

func decimal(serial uint32) string { return strconv.FormatUint(uint64(serial), 10) }

func isDefault(b bool) token.Default {
	if b {
		return token.Yes
	}
	return token.No
}

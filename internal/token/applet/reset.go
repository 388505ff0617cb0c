package applet

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
)

// maxTries is more than any counter holds.
const maxTries = 256

// Reset blocks PIN and PUK, empties the card, and proves it empty. Before each
// command that destroys something the serial number is read again, since a
// reader may lie about the transaction: a card that is put in meanwhile loses
// one try at most.
func (p *provisioner) Reset(ctx context.Context) error {
	return p.do(ctx, "reset", func(w work) error {
		if err := w.block(ctx, func(wrong, fresh []byte) error { return w.VerifyPIN(ctx, wrong) }); err != nil {
			return fmt.Errorf("block pin: %w", err)
		}
		if err := w.block(ctx, func(wrong, fresh []byte) error { return w.ChangePUK(ctx, wrong, fresh) }); err != nil {
			return fmt.Errorf("block puk: %w", err)
		}
		if _, err := recheckSerial(ctx, w.Tx, w.serial); err != nil {
			return err
		}
		if err := w.Reset(ctx); err != nil {
			return err
		}
		return w.proveEmpty(ctx)
	})
}

// block tries random values until no try is left. Each is eight letters and
// digits that nobody has chosen: that one is right does not happen, and if it
// did, the next would not be.
func (w work) block(ctx context.Context, try func(wrong, fresh []byte) error) error {
	const letters = "abcdefghijkmnpqrstuvwxyz23456789" // 32, so that no byte is favoured
	for range maxTries {
		values := make([]byte, 16)
		if _, err := io.ReadFull(w.card.Rand, values); err != nil {
			return err
		}
		for i, b := range values {
			values[i] = letters[b%byte(len(letters))]
		}
		if _, err := recheckSerial(ctx, w.Tx, w.serial); err != nil {
			return err
		}
		err := try(values[:8], values[8:])
		var s *pivcard.StatusError
		switch {
		case err == nil:
			continue
		case errors.Is(err, pivcard.ErrBlocked):
			return nil
		case !errors.As(err, &s):
			return err
		}
		if _, counted := s.TriesLeft(); !counted {
			return err
		}
	}
	return fmt.Errorf("%w: %d wrong values do not block it", token.ErrBadAnswer, maxTries)
}

// proveEmpty reads whatever could be left, with the factory's PIN and
// management key, which thereby are proven too. The PIN is presented because
// some objects are not shown, nor said to be absent, without it.
func (w work) proveEmpty(ctx context.Context) error {
	if err := verifyPIN(ctx, w.Tx, token.NewSecret([]byte(token.FactoryPIN))); err != nil {
		return notEmpty("pin", err)
	}
	if err := w.admit(ctx, token.Access{}); err != nil {
		return notEmpty("management key", err)
	}
	for _, s := range pivcard.KeySlots() {
		if _, err := key(ctx, w.Tx, s); !errors.Is(err, pivcard.ErrNotFound) {
			return notEmpty("slot "+s.String(), err)
		}
	}
	for _, o := range pivcard.UserObjects() {
		if _, err := w.Object(ctx, o); !errors.Is(err, pivcard.ErrNotFound) {
			return notEmpty("object "+o.String(), err)
		}
	}
	var info token.Info
	if err := readSecrets(ctx, w.Tx, &info); err != nil {
		return err
	}
	if info.PINLeft != info.PINTotal && info.PINTotal > 0 || info.PUKLeft != info.PUKTotal ||
		info.DefaultPIN == token.No || info.DefaultPUK == token.No || info.DefaultManagement == token.No {
		return notEmpty("pin, puk or management key", nil)
	}
	return nil
}

// notEmpty tells what is left. A card that is gone is just that.
func notEmpty(what string, err error) error {
	var s *pivcard.StatusError
	switch {
	case err == nil:
		return fmt.Errorf("%w: %s", token.ErrNotEmpty, what)
	case errors.As(err, &s), errors.Is(err, token.ErrManagement), errors.Is(err, token.ErrBlocked):
		return fmt.Errorf("%w: %s: %w", token.ErrNotEmpty, what, err)
	}
	var wrong *token.WrongPINError
	if errors.As(err, &wrong) {
		return fmt.Errorf("%w: %s: %w", token.ErrNotEmpty, what, err)
	}
	return err
}

// Retire destroys key and certificate, the key first, and looks.
func (p *provisioner) Retire(ctx context.Context, a token.Access) error {
	return p.do(ctx, "retire", func(w work) error {
		if err := w.admit(ctx, a); err != nil {
			return err
		}
		destroy := w.overwrite
		if w.version.DeletesKeys() {
			destroy = w.delete
		}
		if err := destroy(ctx); err != nil {
			return err
		}
		return w.storeCertificate(ctx, nil)
	})
}

func (w work) delete(ctx context.Context) error {
	if err := w.DeleteKey(ctx, Slot); err != nil && !errors.Is(err, pivcard.ErrNotFound) {
		return err
	}
	if _, err := key(ctx, w.Tx, Slot); !errors.Is(err, pivcard.ErrNotFound) {
		return notEmpty("slot "+Slot.String(), err)
	}
	return nil
}

// overwrite puts another key where firmware cannot delete one.
func (w work) overwrite(ctx context.Context) error {
	before, err := key(ctx, w.Tx, Slot)
	if err != nil && !errors.Is(err, pivcard.ErrNotFound) {
		return err
	}
	after, err := w.Generate(ctx, Slot, pivcard.KeySpec{Algorithm: pivcard.P256, PIN: pivcard.PINAlways, Touch: pivcard.TouchAlways})
	if err != nil {
		return err
	}
	if same, ok := after.(interface{ Equal(crypto.PublicKey) bool }); ok && before.Public != nil && same.Equal(before.Public) {
		return notEmpty("slot "+Slot.String(), nil)
	}
	return nil
}

// storeCertificate stores a certificate, or none, and reads it back.
func (w work) storeCertificate(ctx context.Context, der []byte) error {
	if err := w.PutCertificate(ctx, Slot, der); err != nil {
		return err
	}
	got, err := w.Certificate(ctx, Slot)
	if err != nil && !errors.Is(err, pivcard.ErrNotFound) {
		return err
	}
	if !bytes.Equal(got, der) {
		return fmt.Errorf("%w: another certificate lies there than the one it was given", token.ErrBadAnswer)
	}
	return nil
}

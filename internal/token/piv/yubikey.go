//go:build cgo || windows

package piv

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	pivgo "github.com/go-piv/piv-go/v2/piv"

	"github.com/rootmoot/rootmoot/internal/pcsc"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
)

// connects is how often piv-go is let try: between the probe and its own
// connection another program may get hold of the reader.
const connects = 3

// withYubiKey runs f over piv-go, in one exclusive connection and one
// transaction, after which the card has forgotten every secret. f passes each
// error of piv-go's through heard.
func (t *Token) withYubiKey(ctx context.Context, f func(*pivgo.YubiKey) error) error {
	yk, err := t.connect(ctx)
	if err == nil {
		err = t.use(yk, f)
	}
	var lost lostError
	if errors.As(err, &lost) {
		return t.examine(ctx, lost)
	}
	return err
}

// connect has piv-go connect. The APDU client knocks first, so that what is
// likely to fail fails there; see keepsReader.
func (t *Token) connect(ctx context.Context) (yk *pivgo.YubiKey, err error) {
	for range connects {
		if err := t.probe(ctx); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if yk, err = pivgo.Open(t.reader); err == nil || !busy(err) {
			break
		}
	}
	t.held = err != nil && keepsReader(err)
	return yk, heard(err)
}

// use runs f, has the card forget, and lets go of it, also when piv-go panics.
func (t *Token) use(yk *pivgo.YubiKey, f func(*pivgo.YubiKey) error) (err error) {
	defer func() {
		// Selecting another applet and PIV again drops PIN and management key.
		// Closing does not, and would leave them to the next program.
		_, forgot := yk.FormFactor()
		// That closing fails, as it does when the token was pulled out right
		// after its signature, must not cost the signature: the context is
		// released all the same, and with it the reader.
		_ = yk.Close()
		if forgot != nil {
			err = errors.Join(err, t.reset(forgot))
		}
	}()
	return guarded(func() error { return f(yk) })
}

// reset resets a card that did not forget by itself. One that is gone has
// forgotten too.
func (t *Token) reset(why error) error {
	if cutOff(why) && t.leaves() {
		return nil
	}
	err := t.probe(context.Background())
	if err == nil || errors.Is(err, pivcard.ErrRemoved) || errors.Is(err, pcsc.ErrNoService) {
		return nil
	}
	return fmt.Errorf("the card may keep the pin verified until it is taken out: %w (%w)", translate(err), why)
}

// examine finds out what is behind an error that is no answer: a card that is
// gone, a service that is gone, or an answer that nobody can read.
func (t *Token) examine(ctx context.Context, lost lostError) error {
	if cutOff(lost) && t.leaves() {
		return fmt.Errorf("%w (%w)", token.ErrRemoved, lost.error)
	}
	if err := t.probe(ctx); err != nil && !t.held {
		return fmt.Errorf("%w (%w)", translate(err), lost.error)
	}
	return lost.name()
}

// glance is how often is looked whether a card is still there.
const glance = 20 * time.Millisecond

// leaves waits a moment for the card to be gone. It must not be reset before:
// pcscd 1.9.9 then takes the reader for empty, also when another card is put in
// before it has looked.
func (t *Token) leaves() bool {
	for range pcsc.Farewell / glance {
		there, err := pcsc.Present(t.reader)
		if err != nil {
			return false
		}
		if !there {
			return true
		}
		time.Sleep(glance)
	}
	return false
}

// errOld is for firmware before 5.3, whose touch policies and, before 5.0.3,
// serial number piv-go cannot read. The APDU client serves it alone.
var errOld = errors.New("firmware before 5.3")

// checkCard says whether the connected card is the one with this serial number,
// and one that piv-go can serve.
func checkCard(yk *pivgo.YubiKey, serial string) error {
	if v := yk.Version(); v.Major < 5 || v.Major == 5 && v.Minor < 3 {
		return errOld
	}
	n, err := yk.Serial()
	if err != nil {
		return heard(err)
	}
	if got := strconv.FormatUint(uint64(n), 10); got != serial {
		return &token.MismatchError{What: token.WhatSerial, Want: serial, Got: got}
	}
	return nil
}

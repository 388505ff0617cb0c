package applet

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
)

// admit proves the management key that a names. Trying one costs nothing: it
// has no counter.
func (w work) admit(ctx context.Context, a token.Access) error {
	algorithm, factory, err := w.managementAlgorithm(ctx)
	if err != nil {
		return err
	}
	if given := a.Management.Bytes(); len(given) > 0 {
		return w.authenticate(ctx, algorithm, given)
	}
	kept, err := w.KeepsManagementKey(ctx)
	if err != nil {
		return err
	}
	if kept && factory != token.Yes {
		err := w.admitKept(ctx, algorithm, a.PIN)
		if err == nil || factory == token.No || !errors.Is(err, token.ErrManagement) {
			return err
		}
		// Old firmware does not tell: the card may have been pulled after the
		// note of the new key and before the key itself.
	}
	return w.authenticate(ctx, algorithm, pivcard.FactoryManagementKey(w.version).Value)
}

// managementAlgorithm is what kind of key the management key is. Firmware
// without metadata has 3DES only, and does not tell whose key it is.
func (w work) managementAlgorithm(ctx context.Context) (pivcard.Algorithm, token.Default, error) {
	m, err := w.ManagementMetadata(ctx)
	if errors.Is(err, pivcard.ErrUnsupported) {
		return pivcard.TripleDES, token.Unknown, nil
	}
	return m.Algorithm, isDefault(m.Default), err
}

// admitKept proves the key that the card keeps behind the PIN.
func (w work) admitKept(ctx context.Context, algorithm pivcard.Algorithm, pin token.Secret) error {
	if len(pin.Bytes()) == 0 {
		return fmt.Errorf("%w: the token keeps its own behind the pin, and no pin is given", token.ErrManagement)
	}
	if err := verifyPIN(ctx, w.Tx, pin); err != nil {
		return err
	}
	key, err := w.KeptManagementKey(ctx)
	if errors.Is(err, pivcard.ErrNotFound) {
		return fmt.Errorf("%w: the token says that it keeps its own, and does not", token.ErrManagement)
	}
	if err != nil {
		return err
	}
	defer clear(key)
	return w.authenticate(ctx, algorithm, key)
}

// authenticate proves one key. Which length a key has says which kinds it can
// be, so a wrong length is a wrong key.
func (w work) authenticate(ctx context.Context, algorithm pivcard.Algorithm, key []byte) error {
	if n := managementSize(algorithm); n != len(key) {
		return fmt.Errorf("%w: it has %d bytes, the token's has %d", token.ErrManagement, len(key), n)
	}
	err := w.AuthenticateManagement(ctx, pivcard.ManagementKey{Algorithm: algorithm, Value: key}, w.card.Rand)
	if errors.Is(err, pivcard.ErrNotSatisfied) {
		return fmt.Errorf("%w (%w)", token.ErrManagement, err)
	}
	return err
}

func managementSize(a pivcard.Algorithm) int {
	return map[pivcard.Algorithm]int{pivcard.TripleDES: 24, pivcard.AES128: 16, pivcard.AES192: 24, pivcard.AES256: 32}[a]
}

// ManagementKeySize is how many bytes a new management key has: 24, of 3DES
// and of AES-192 alike.
func (p *provisioner) ManagementKeySize(ctx context.Context) (int, error) {
	err := p.do(ctx, "management key", func(work) error { return nil })
	return managementKeySize, err
}

// SetManagement replaces the management key. A kept one is noted before it is
// set, and forgotten after: a card that is pulled between can always be opened
// with the factory's key, which it then says it has, or with the one that the
// caller knows. Only one kept key that replaces another is lost if the card is
// pulled just then; the card still signs, and a reset helps.
func (p *provisioner) SetManagement(ctx context.Context, a token.Access, fresh token.Secret, protect bool) error {
	if n := len(fresh.Bytes()); n != managementKeySize {
		return fmt.Errorf("set management key: token %s: %d bytes: it has %d", p.serial, n, managementKeySize)
	}
	return p.do(ctx, "set management key", func(w work) error {
		if err := w.admit(ctx, a); err != nil {
			return err
		}
		key := pivcard.ManagementKey{Algorithm: pivcard.TripleDES, Value: fresh.Bytes()}
		if w.version.HasAESKey() {
			key.Algorithm = pivcard.AES192
		}
		if protect {
			return w.setKept(ctx, a.PIN, key)
		}
		if err := w.SetManagementKey(ctx, key, pivcard.TouchNever); err != nil {
			return err
		}
		return w.forgetKept(ctx)
	})
}

// setKept sets a key that the card keeps, and reads it back.
func (w work) setKept(ctx context.Context, pin token.Secret, key pivcard.ManagementKey) error {
	if err := verifyPIN(ctx, w.Tx, pin); err != nil {
		return err
	}
	if err := w.KeepManagementKey(ctx, key.Value); err != nil {
		return err
	}
	kept, err := w.KeptManagementKey(ctx)
	if err != nil && !errors.Is(err, pivcard.ErrNotFound) {
		return err
	}
	defer clear(kept)
	if !bytes.Equal(kept, key.Value) {
		return fmt.Errorf("%w: it keeps another management key than it was given", token.ErrBadAnswer)
	}
	return w.SetManagementKey(ctx, key, pivcard.TouchNever)
}

func (w work) forgetKept(ctx context.Context) error {
	kept, err := w.KeepsManagementKey(ctx)
	if err != nil || !kept {
		return err
	}
	return w.KeepManagementKey(ctx, nil)
}

package applet

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
)

// recheck reads serial number and key again and compares them with what is
// wanted: a [*token.MismatchError], or pivcard.ErrNotFound if the slot is
// empty. What the firmware does not tell is zero.
func recheck(ctx context.Context, tx *pivcard.Tx, w token.Want) (pivcard.KeyMetadata, error) {
	serial, err := recheckSerial(ctx, tx, w.Serial)
	if err != nil {
		return pivcard.KeyMetadata{}, err
	}
	k, err := key(ctx, tx, Slot)
	if err != nil {
		return k, err
	}
	if k.Public == nil {
		return k, fmt.Errorf("slot %s: %w: a key of a kind that is not known here", Slot, token.ErrNoKey)
	}
	spki, err := token.SPKI(k.Public)
	if err != nil {
		return k, err
	}
	return k, w.Check(serial, spki)
}

func recheckSerial(ctx context.Context, tx *pivcard.Tx, want string) (string, error) {
	got, err := serial(ctx, tx)
	if err == nil && got != want {
		err = &token.MismatchError{What: token.WhatSerial, Want: want, Got: got}
	}
	return got, err
}

// key is what a card says about a slot's key; pivcard.ErrNotFound if there is
// none. Firmware before 5.3 has no metadata: then it is what the card attests,
// and for a key that it cannot attest, what the certificate in the slot says.
func key(ctx context.Context, tx *pivcard.Tx, s pivcard.Slot) (pivcard.KeyMetadata, error) {
	k, err := tx.KeyMetadata(ctx, s)
	if !errors.Is(err, pivcard.ErrUnsupported) {
		return k, err
	}
	der, err := tx.Attest(ctx, s)
	if err == nil {
		return fromCertificate(s, der, true)
	}
	if !absent(err) {
		return k, err
	}
	if der, err = tx.Certificate(ctx, s); err != nil {
		return k, err
	}
	return fromCertificate(s, der, false)
}

// fromCertificate reads a key out of a certificate in a slot or of an
// attestation, which also tells that it was generated on the card, and its
// policies: extension .8, two raw bytes.
func fromCertificate(s pivcard.Slot, der []byte, attested bool) (pivcard.KeyMetadata, error) {
	cert, err := x509.ParseCertificate(der)
	if err != nil && !attested {
		return pivcard.KeyMetadata{}, nil // somebody put something there
	}
	if err != nil {
		return pivcard.KeyMetadata{}, fmt.Errorf("attestation of slot %s: %w: %w", s, pivcard.ErrBadAnswer, err)
	}
	k := pivcard.KeyMetadata{Algorithm: pivcard.AlgorithmOf(cert.PublicKey), Public: cert.PublicKey}
	if !attested {
		return k, nil
	}
	k.Origin = pivcard.OriginGenerated
	const policies = "1.3.6.1.4.1.41482.3.8"
	for _, e := range cert.Extensions {
		if e.Id.String() == policies && len(e.Value) == 2 {
			k.PIN, k.Touch = pivcard.PINPolicy(e.Value[0]), pivcard.TouchPolicy(e.Value[1])
		}
	}
	return k, nil
}

// readKey is Key in the words of package token; found is false for an empty
// slot.
func readKey(ctx context.Context, tx *pivcard.Tx, s pivcard.Slot) (_ token.Key, found bool, err error) {
	k, err := key(ctx, tx, s)
	if absent(err) {
		return token.Key{}, false, nil
	}
	if err != nil {
		return token.Key{}, false, err
	}
	out := token.Key{Slot: s.String(), Algorithm: algorithmName(k)}
	if k.Public != nil {
		if out.SPKI, err = token.SPKI(k.Public); err != nil {
			return token.Key{}, false, err
		}
	}
	if k.Origin != 0 {
		out.Origin = k.Origin.String()
	}
	if k.PIN != pivcard.PINDefault {
		out.PINPolicy = k.PIN.String()
	}
	if k.Touch != pivcard.TouchDefault {
		out.TouchPolicy = k.Touch.String()
	}
	return out, true, nil
}

// algorithmName is never empty: whatever lies in a slot is not to be taken for
// nothing.
func algorithmName(k pivcard.KeyMetadata) string {
	switch {
	case k.Algorithm == 0:
		return "unknown"
	case k.Public == nil:
		return fmt.Sprintf("unknown (0x%02x)", byte(k.Algorithm))
	}
	return k.Algorithm.String()
}

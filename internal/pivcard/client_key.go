package pivcard

import (
	"context"
	"crypto"
	"fmt"
)

// A KeySpec says what key to generate. The zero policies are the slot's own.
type KeySpec struct {
	Algorithm Algorithm
	PIN       PINPolicy
	Touch     TouchPolicy
}

// Generate makes a key in a slot, on the card, and returns its public key. It
// wants the management key in this transaction, and overwrites what was there.
func (t *Tx) Generate(ctx context.Context, s Slot, k KeySpec) (crypto.PublicKey, error) {
	what := "generate in slot " + s.String()
	body := appendPolicies(appendTLV(nil, tagAlgorithm, []byte{byte(k.Algorithm)}), k)
	b, err := t.send(ctx, command{ins: insGenerate, p2: byte(s), data: appendTLV(nil, tagGenerate, body)})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	inner, err := readOne(b, tagPublicKey)
	if err != nil {
		return nil, badAnswer(what, err)
	}
	pub, err := parsePublicKey(k.Algorithm, inner)
	if err == nil && pub == nil {
		err = fmt.Errorf("%s: not known here", k.Algorithm)
	}
	if err != nil {
		return nil, badAnswer(what, err)
	}
	return pub, nil
}

func appendPolicies(b []byte, k KeySpec) []byte {
	if k.PIN != PINDefault {
		b = appendTLV(b, tagPINPolicy, []byte{byte(k.PIN)})
	}
	if k.Touch != TouchDefault {
		b = appendTLV(b, tagTouch, []byte{byte(k.Touch)})
	}
	return b
}

// Sign has the slot's key sign: a digest of 32 or 48 bytes for P-256 and
// P-384, the whole message for Ed25519, of which a card takes about 3,060
// bytes. The signature is ASN.1 DER, or 64 bytes for Ed25519, and is NOT
// verified here. ErrNotSatisfied means that the PIN is missing or that no
// touch came in time: after a successful VerifyPIN in this transaction, the
// latter.
func (t *Tx) Sign(ctx context.Context, s Slot, a Algorithm, input []byte) ([]byte, error) {
	// The empty 82 asks for a signature, 81 holds the input.
	body := appendTLV(appendTLV(nil, tagResponse, nil), tagChallenge, input)
	c := command{ins: insAuthenticate, p1: byte(a), p2: byte(s), data: appendTLV(nil, tagDynAuth, body)}
	return t.dynamic(ctx, "sign with slot "+s.String(), c, tagResponse)
}

// Attest is the certificate, DER, by which the card attests the slot's key.
// ErrNotFound if there is none, or if it was not generated on the card.
func (t *Tx) Attest(ctx context.Context, s Slot) ([]byte, error) {
	b, err := t.send(ctx, command{ins: insAttest, p1: byte(s)})
	if isStatus(err, swWrongData) {
		err = fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	if err != nil {
		return nil, fmt.Errorf("attest slot %s: %w", s, err)
	}
	if len(b) == 0 {
		return nil, badAnswer("attest slot "+s.String(), fmt.Errorf("no bytes"))
	}
	return b, nil
}

// ImportKey puts a key that was made elsewhere into a slot: the scalar of P-256
// or P-384, or Ed25519's seed. It wants the management key in this transaction.
// Rootmoot itself imports none: such a key is never attested. Tests of several
// packages do, to see it refused.
func (t *Tx) ImportKey(ctx context.Context, s Slot, k KeySpec, private []byte) error {
	tag := uint16(tagScalar)
	if k.Algorithm == Ed25519 {
		tag = tagSeed
	}
	data := appendPolicies(appendTLV(nil, tag, private), k)
	return t.plain(ctx, "import key to slot "+s.String(), command{ins: insImport, p1: byte(k.Algorithm), p2: byte(s), data: data})
}

// MoveKey moves a key to an empty slot (firmware 5.7 and later).
func (t *Tx) MoveKey(ctx context.Context, from, to Slot) error {
	return t.plain(ctx, "move key "+from.String(), command{ins: insMoveKey, p1: byte(to), p2: byte(from)})
}

// DeleteKey empties a slot (firmware 5.7 and later).
func (t *Tx) DeleteKey(ctx context.Context, s Slot) error {
	return t.plain(ctx, "delete key "+s.String(), command{ins: insMoveKey, p1: 0xFF, p2: byte(s)})
}

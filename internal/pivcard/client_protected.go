package pivcard

import (
	"context"
	"errors"
	"fmt"
)

// A management key may lie on the card itself, behind the PIN, so that nobody
// has to keep it. Yubico's tools and piv-go agree on where:
//
//	5FFF00  80 L { 81 01 flags }    flag 02: the key is in the next one
//	5FC109  88 L { 89 L key }       read with the PIN only
const (
	tagAdmin         = 0x80
	tagAdminFlags    = 0x81
	flagProtected    = 0x02
	tagProtected     = 0x88
	tagProtectedKey  = 0x89
	maxManagementKey = 32
)

// KeepsManagementKey says whether the card's administrative data claim that it
// keeps its management key behind the PIN.
func (t *Tx) KeepsManagementKey(ctx context.Context) (bool, error) {
	flags, err := t.innerObject(ctx, ObjectAdmin, tagAdmin, tagAdminFlags)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return len(flags) == 1 && flags[0]&flagProtected != 0, err
}

// KeptManagementKey is the management key that the card keeps; ErrNotFound if
// it keeps none. It wants the PIN in this transaction. The caller clears it; no
// other copy is left.
func (t *Tx) KeptManagementKey(ctx context.Context) ([]byte, error) {
	key, err := t.innerObject(ctx, ObjectPrinted, tagProtected, tagProtectedKey)
	if err == nil && len(key) > maxManagementKey {
		clear(key)
		return nil, badAnswer("kept management key", fmt.Errorf("%d bytes", len(key)))
	}
	if err == nil && len(key) == 0 {
		return nil, fmt.Errorf("kept management key: %w", ErrNotFound)
	}
	return key, err
}

// KeepManagementKey has the card keep a management key, and says so in its
// administrative data; no key has it forget. It does not set the key.
func (t *Tx) KeepManagementKey(ctx context.Context, key []byte) error {
	if len(key) == 0 {
		return errors.Join(t.PutObject(ctx, ObjectAdmin, nil), t.PutObject(ctx, ObjectPrinted, nil))
	}
	kept := appendTLV(nil, tagProtected, appendTLV(nil, tagProtectedKey, key))
	defer clear(kept)
	if err := t.PutObject(ctx, ObjectPrinted, kept); err != nil {
		return err
	}
	// The flag comes last: what it promises is there.
	return t.PutObject(ctx, ObjectAdmin, appendTLV(nil, tagAdmin, appendTLV(nil, tagAdminFlags, []byte{flagProtected})))
}

// innerObject is the value with one tag inside an object that is one outer
// tag; nil if it is not in there.
func (t *Tx) innerObject(ctx context.Context, o ObjectID, outer, inner uint16) ([]byte, error) {
	object, err := t.Object(ctx, o)
	if err != nil {
		return nil, err
	}
	body, err := readOne(object, outer)
	if err != nil {
		return nil, badAnswer("object "+o.String(), err)
	}
	parts, err := readTLVs(body)
	if err != nil {
		return nil, badAnswer("object "+o.String(), err)
	}
	value, _ := find(parts, inner)
	return value, nil
}

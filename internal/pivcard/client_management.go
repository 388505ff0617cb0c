package pivcard

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
)

// A ManagementKey is what writing to a card wants: TripleDES and AES192 have
// 24 bytes, AES128 16, AES256 32.
type ManagementKey struct {
	Algorithm Algorithm
	Value     []byte
}

// FactoryManagementKey is the published one that a card leaves the factory
// with: 3DES before firmware 5.7, AES-192 from then on.
func FactoryManagementKey(v Version) ManagementKey {
	a := TripleDES
	if v.has(hasEd25519) {
		a = AES192
	}
	return ManagementKey{Algorithm: a, Value: []byte(factoryManagement)}
}

// String names the algorithm only.
func (k ManagementKey) String() string { return "management key, " + k.Algorithm.String() }

// GoString is String.
func (k ManagementKey) GoString() string { return k.String() }

// AuthenticateManagement proves the management key to the card and has the
// card prove it too. A wrong key is ErrNotSatisfied; there is no counter.
func (t *Tx) AuthenticateManagement(ctx context.Context, k ManagementKey, rand io.Reader) error {
	block, err := managementCipher(k.Algorithm, k.Value)
	if err != nil {
		return err
	}
	size := block.BlockSize()
	ask := command{ins: insAuthenticate, p1: byte(k.Algorithm), p2: refManagement}

	ask.data = appendTLV(nil, tagDynAuth, appendTLV(nil, tagWitness, nil))
	witness, err := t.dynamic(ctx, "management key", ask, tagWitness)
	if err != nil {
		return err
	}
	if len(witness) != size {
		return badAnswer("management key", fmt.Errorf("witness of %d bytes, not %d", len(witness), size))
	}
	challenge := make([]byte, size)
	if _, err := io.ReadFull(rand, challenge); err != nil {
		return fmt.Errorf("management key: challenge: %w", err)
	}
	plain := make([]byte, size)
	block.Decrypt(plain, witness)
	ask.data = appendTLV(nil, tagDynAuth, appendTLV(appendTLV(nil, tagWitness, plain), tagChallenge, challenge))
	got, err := t.dynamic(ctx, "management key", ask, tagResponse)
	if err != nil {
		return err
	}
	want := make([]byte, size)
	block.Encrypt(want, challenge)
	if subtle.ConstantTimeCompare(got, want) != 1 {
		return badAnswer("management key", errors.New("the card does not know the key itself"))
	}
	return nil
}

// SetManagementKey replaces the management key. It wants the old one in this
// transaction.
func (t *Tx) SetManagementKey(ctx context.Context, k ManagementKey, touch TouchPolicy) error {
	if _, err := managementCipher(k.Algorithm, k.Value); err != nil {
		return err
	}
	p2, ok := map[TouchPolicy]byte{TouchDefault: 0xFF, TouchNever: 0xFF, TouchAlways: 0xFE, TouchCached: 0xFD}[touch]
	if !ok {
		return fmt.Errorf("set management key: %s is no policy", touch)
	}
	data := append([]byte{byte(k.Algorithm), refManagement, byte(len(k.Value))}, k.Value...)
	defer clear(data)
	return t.plain(ctx, "set management key", command{ins: insSetManagement, p1: 0xFF, p2: p2, data: data})
}

// dynamic sends a GENERAL AUTHENTICATE and takes the one object with the given
// tag out of the answer's 7C.
func (t *Tx) dynamic(ctx context.Context, what string, c command, tag uint16) ([]byte, error) {
	b, err := t.send(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	body, err := readOne(b, tagDynAuth)
	if err != nil {
		return nil, badAnswer(what, err)
	}
	v, err := readOne(body, tag)
	if err != nil {
		return nil, badAnswer(what, err)
	}
	return v, nil
}

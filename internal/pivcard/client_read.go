package pivcard

import (
	"context"
	"crypto"
	"encoding/binary"
	"errors"
	"fmt"
)

// Version is the card's firmware version.
func (t *Tx) Version(ctx context.Context) (Version, error) {
	b, err := t.exactly(ctx, "version", command{ins: insVersion}, 3)
	if err != nil {
		return Version{}, err
	}
	return Version{b[0], b[1], b[2]}, nil
}

// Serial is the card's serial number (firmware 5.0.3 and later, else
// ErrUnsupported).
func (t *Tx) Serial(ctx context.Context) (uint32, error) {
	b, err := t.exactly(ctx, "serial number", command{ins: insSerial}, 4)
	if err != nil {
		return 0, err
	}
	return binary.BigEndian.Uint32(b), nil
}

func (t *Tx) exactly(ctx context.Context, what string, c command, n int) ([]byte, error) {
	b, err := t.send(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	if len(b) != n {
		return nil, badAnswer(what, fmt.Errorf("%d bytes, not %d", len(b), n))
	}
	return b, nil
}

// An Origin says where a key came into being.
type Origin byte

// The origins that GET METADATA knows.
const (
	OriginGenerated Origin = 1
	OriginImported  Origin = 2
)

// String is "generated" or "imported".
func (o Origin) String() string {
	switch o {
	case OriginGenerated:
		return "generated"
	case OriginImported:
		return "imported"
	}
	return fmt.Sprintf("origin %02x", byte(o))
}

// KeyMetadata is what a card says about a slot's key. Only an attestation
// proves it.
type KeyMetadata struct {
	Algorithm Algorithm
	PIN       PINPolicy
	Touch     TouchPolicy
	Origin    Origin
	Public    crypto.PublicKey // nil for an algorithm that is not known here
}

// KeyMetadata reads about a slot's key (firmware 5.3 and later, else
// ErrUnsupported). ErrNotFound if the slot is empty.
func (t *Tx) KeyMetadata(ctx context.Context, s Slot) (KeyMetadata, error) {
	what := "metadata of slot " + s.String()
	m, err := t.metadata(ctx, what, byte(s))
	if err != nil {
		return KeyMetadata{}, err
	}
	alg, policy, origin := m[metaAlgorithm], m[metaPolicy], m[metaOrigin]
	if len(alg) != 1 || len(policy) != 2 || len(origin) != 1 {
		return KeyMetadata{}, badAnswer(what, errors.New("algorithm, policies or origin missing"))
	}
	k := KeyMetadata{Algorithm: Algorithm(alg[0]), PIN: PINPolicy(policy[0]), Touch: TouchPolicy(policy[1]), Origin: Origin(origin[0])}
	k.Public, err = parsePublicKey(k.Algorithm, m[metaPublicKey])
	if err != nil {
		return KeyMetadata{}, badAnswer(what, err)
	}
	return k, nil
}

// SecretMetadata is what a card says about its PIN or PUK.
type SecretMetadata struct {
	Default     bool // still the factory's
	Total, Left int  // tries
}

// PINMetadata reads about the PIN (firmware 5.3 and later).
func (t *Tx) PINMetadata(ctx context.Context) (SecretMetadata, error) {
	return t.secretMetadata(ctx, "metadata of the pin", refPIN)
}

// PUKMetadata reads about the PUK (firmware 5.3 and later).
func (t *Tx) PUKMetadata(ctx context.Context) (SecretMetadata, error) {
	return t.secretMetadata(ctx, "metadata of the puk", refPUK)
}

func (t *Tx) secretMetadata(ctx context.Context, what string, ref byte) (SecretMetadata, error) {
	m, err := t.metadata(ctx, what, ref)
	if err != nil {
		return SecretMetadata{}, err
	}
	def, tries := m[metaDefault], m[metaRetries]
	if len(def) != 1 || def[0] > 1 || len(tries) != 2 || tries[1] > tries[0] {
		return SecretMetadata{}, badAnswer(what, errors.New("default flag or tries missing or impossible"))
	}
	return SecretMetadata{Default: def[0] == 1, Total: int(tries[0]), Left: int(tries[1])}, nil
}

// ManagementMetadata is what a card says about its management key.
type ManagementMetadata struct {
	Algorithm Algorithm
	Touch     TouchPolicy
	Default   bool // still the published one
}

// ManagementMetadata reads about the management key (firmware 5.3 and later).
func (t *Tx) ManagementMetadata(ctx context.Context) (ManagementMetadata, error) {
	const what = "metadata of the management key"
	m, err := t.metadata(ctx, what, refManagement)
	if err != nil {
		return ManagementMetadata{}, err
	}
	alg, policy, def := m[metaAlgorithm], m[metaPolicy], m[metaDefault]
	if len(alg) != 1 || len(policy) != 2 || len(def) != 1 || def[0] > 1 {
		return ManagementMetadata{}, badAnswer(what, errors.New("algorithm, policy or default flag missing"))
	}
	return ManagementMetadata{Algorithm: Algorithm(alg[0]), Touch: TouchPolicy(policy[1]), Default: def[0] == 1}, nil
}

func (t *Tx) metadata(ctx context.Context, what string, ref byte) (map[uint16][]byte, error) {
	b, err := t.send(ctx, command{ins: insMetadata, p2: ref})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	ts, err := readTLVs(b)
	if err != nil {
		return nil, badAnswer(what, err)
	}
	m := make(map[uint16][]byte, len(ts))
	for _, t := range ts {
		m[t.tag] = t.value
	}
	return m, nil
}

package keymgr

import (
	"context"
	"crypto/ed25519"
	"errors"
)

// A Key makes Ed25519 signatures: [InMemory] or [OnDevice].
type Key struct {
	public [ed25519.PublicKeySize]byte
	memory Memory
	device Device
}

// A Memory is a key in the memory of this process. The same message has the same
// signature always (RFC 8032, 5.1.6). Sign is called from several goroutines.
type Memory interface {
	Public() [ed25519.PublicKeySize]byte
	Sign(message []byte) ([ed25519.SignatureSize]byte, error)
}

// A Device has a key that this process has not, as a token does. Nothing that it
// returns is believed. Sign is called from several goroutines, and must not keep
// the message.
type Device interface {
	Public() [ed25519.PublicKeySize]byte
	Sign(ctx context.Context, message []byte) ([]byte, error)
}

// InMemory is a key that this process has itself.
func InMemory(m Memory) Key { return Key{public: m.Public(), memory: m} }

// OnDevice is a key that something else has.
func OnDevice(d Device) Key { return Key{public: d.Public(), device: d} }

// ErrBadSignature says that a device returned a signature that does not verify.
var ErrBadSignature = errors.New("the device returned a signature that does not verify: nothing was written; stop using it")

// settled is the signature that a record's message is to have: had, if that is
// good, else a new one.
func (k *Key) settled(ctx context.Context, message []byte, had *[ed25519.SignatureSize]byte) (sig [ed25519.SignatureSize]byte, err error) {
	if k.memory != nil {
		return k.memory.Sign(message) // to verify would take twice as long
	}
	if had != nil && ed25519.Verify(k.public[:], message, had[:]) {
		return *had, nil
	}
	raw, err := k.device.Sign(ctx, message)
	if err != nil {
		return sig, err
	}
	if len(raw) != len(sig) || !ed25519.Verify(k.public[:], message, raw) {
		return sig, ErrBadSignature
	}
	return [ed25519.SignatureSize]byte(raw), nil
}

package token

import (
	"errors"
	"fmt"
	"log/slog"
)

// A Secret is what opens a token: a PIN, a PUK, the bytes of a management key.
// It does not print. Copies share their memory, so that Wipe wipes them all.
// The zero Secret is empty.
type Secret struct{ at *cell }

// cell keeps the bytes one pointer further away than fmt ever follows: a secret
// in an unexported field is printed without its methods, and fmt shows what a
// first pointer points to when the verb is wrong.
type cell struct{ b *[]byte }

// NewSecret takes b over: the caller must not use it again.
func NewSecret(b []byte) Secret { return Secret{at: &cell{b: &b}} }

// Bytes is the secret itself, not a copy; nil after Wipe. It is for a driver, for
// the length of one command.
func (s Secret) Bytes() []byte {
	if s.at == nil {
		return nil
	}
	return *s.at.b
}

// Wipe overwrites the secret, in every copy.
func (s Secret) Wipe() {
	if s.at == nil {
		return
	}
	b := *s.at.b
	clear(b[:cap(b)])
	*s.at.b = nil
}

const secretText = "[secret]"

// String is "[secret]".
func (Secret) String() string { return secretText }

// GoString is "[secret]".
func (Secret) GoString() string { return secretText }

// Format writes "[secret]" for every verb.
func (Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, secretText) }

// LogValue is "[secret]".
func (Secret) LogValue() slog.Value { return slog.StringValue(secretText) }

var errSecretStays = errors.New("secret: never encoded")

// MarshalText always fails.
func (Secret) MarshalText() ([]byte, error) { return nil, errSecretStays }

// MarshalJSON always fails.
func (Secret) MarshalJSON() ([]byte, error) { return nil, errSecretStays }

// MarshalBinary always fails.
func (Secret) MarshalBinary() ([]byte, error) { return nil, errSecretStays }

// What every PIV token leaves the factory with. Everybody knows it. A token says
// itself whether it has them still; none is ever tried on another.
const (
	FactoryPIN = "123456"
	FactoryPUK = "12345678"
)

// The length of a PIN, and of a PUK, which has the most always.
const (
	MinPIN = 6
	MaxPIN = 8
)

// CheckLength refuses a PIN or PUK that no token has, before a try is spent on
// it.
func (s Secret) CheckLength() error {
	if n := len(s.Bytes()); n < MinPIN || n > MaxPIN {
		return fmt.Errorf("a pin or puk has %d to %d characters, not %d", MinPIN, MaxPIN, n)
	}
	return nil
}

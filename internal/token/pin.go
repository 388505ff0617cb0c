package token

import (
	"errors"
	"fmt"
	"log/slog"
)

// A PIN is a PIN that does not print. Copies share their memory, so that Wipe
// wipes them all. The zero PIN is empty.
type PIN struct{ at *cell }

// cell keeps the bytes one pointer further away than fmt ever follows: a PIN in
// an unexported field is printed without its methods, and fmt shows what a
// first pointer points to when the verb is wrong.
type cell struct{ b *[]byte }

// A Secret is any secret of a token: a PIN, a PUK, the bytes of a management
// key. None of them prints.
type Secret = PIN

// NewPIN takes b over: the caller must not use it again.
func NewPIN(b []byte) PIN { return PIN{at: &cell{b: &b}} }

// Bytes is the PIN itself, not a copy; nil after Wipe. It is for a driver, for
// the length of one command.
func (p PIN) Bytes() []byte {
	if p.at == nil {
		return nil
	}
	return *p.at.b
}

// Wipe overwrites the PIN, in every copy.
func (p PIN) Wipe() {
	if p.at == nil {
		return
	}
	b := *p.at.b
	clear(b[:cap(b)])
	*p.at.b = nil
}

const pinText = "[PIN]"

// String is "[PIN]".
func (PIN) String() string { return pinText }

// GoString is "[PIN]".
func (PIN) GoString() string { return pinText }

// Format writes "[PIN]" for every verb.
func (PIN) Format(f fmt.State, _ rune) { fmt.Fprint(f, pinText) }

// LogValue is "[PIN]".
func (PIN) LogValue() slog.Value { return slog.StringValue(pinText) }

var errPINStays = errors.New("pin: never encoded")

// MarshalText always fails.
func (PIN) MarshalText() ([]byte, error) { return nil, errPINStays }

// MarshalJSON always fails.
func (PIN) MarshalJSON() ([]byte, error) { return nil, errPINStays }

// MarshalBinary always fails.
func (PIN) MarshalBinary() ([]byte, error) { return nil, errPINStays }

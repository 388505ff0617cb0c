package token

import (
	"errors"
	"fmt"
	"log/slog"
)

// A PIN is a PIN that does not print. Copies share their memory, so that Wipe
// wipes them all. The zero PIN is empty.
type PIN struct{ p *[]byte }

// NewPIN takes b over: the caller must not use it again.
func NewPIN(b []byte) PIN { return PIN{p: &b} }

// Bytes is the PIN itself, not a copy; nil after Wipe. It is for a driver, for
// the length of one command.
func (p PIN) Bytes() []byte {
	if p.p == nil {
		return nil
	}
	return *p.p
}

// Wipe overwrites the PIN, in every copy.
func (p PIN) Wipe() {
	if p.p == nil {
		return
	}
	b := (*p.p)[:cap(*p.p)]
	clear(b)
	*p.p = nil
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

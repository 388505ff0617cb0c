package qr

import (
	"fmt"

	"rsc.io/qr/coding"
)

// MaxVersion is the largest version of a QR code (ISO/IEC 18004).
const MaxVersion = coding.MaxVersion

// level is the error correction of the codes made here, the lowest: a screen
// has no scratches, what matters is how large a module is, and a code that
// cannot be read is one frame lost.
const level = coding.L

// A Code is a QR code: a square of dark and light modules.
type Code struct{ code *coding.Code }

// Capacity is how many alphanumeric characters a code of that version (1 to
// [MaxVersion]) holds.
func Capacity(version int) int {
	v := coding.Version(version)
	bits := 8*v.DataBytes(level) - coding.Alpha("").Bits(v)
	chars := bits / 11 * 2
	if bits%11 >= 6 {
		chars++
	}
	return chars
}

// Modules is how many modules a code of that version has on each side.
func Modules(version int) int { return 4*version + 17 }

// Encode makes a code of that version. The text is one of frames: upper-case
// letters, digits, and the signs that alphanumeric codes have.
func Encode(text string, version int) (*Code, error) {
	if version < 1 || version > MaxVersion {
		return nil, fmt.Errorf("qr code of version %d: there are 1 to %d", version, MaxVersion)
	}
	if n := Capacity(version); len(text) > n {
		return nil, fmt.Errorf("qr code of version %d: %d characters, more than the %d it holds", version, len(text), n)
	}
	plan, err := coding.NewPlan(coding.Version(version), level, 0)
	if err != nil {
		return nil, fmt.Errorf("qr code: %w", err)
	}
	c, err := plan.Encode(coding.Alpha(text))
	if err != nil {
		return nil, fmt.Errorf("qr code: %w", err)
	}
	return &Code{c}, nil
}

// Modules is how many there are on each side.
func (c *Code) Modules() int { return c.code.Size }

// Dark reports whether a module is dark. Beyond the code's edges all are light.
func (c *Code) Dark(x, y int) bool { return c.code.Black(x, y) }

package qr

import (
	"errors"
	"fmt"
)

// Why a line is refused. Errors of [Receiver.Add] wrap one of these, or are an
// [*OtherError].
var (
	// ErrNoFrame is a line that is not meant to be a frame at all.
	ErrNoFrame = errors.New("not a frame of a transfer")
	// ErrVersion is a frame of a version that is not known here.
	ErrVersion = errors.New("a frame of another version of this program")
	// ErrDamaged is a frame that was cut short or misread.
	ErrDamaged = errors.New("frame damaged")
	// ErrLimit is a frame of a file that is larger than any that is sent.
	ErrLimit = errors.New("frame of a file beyond the limits")
	// ErrContradicts is a frame that cannot be of the same file as those before.
	ErrContradicts = errors.New("frame contradicts those before it")
)

// Why there is no file.
var (
	// ErrIncomplete: more frames are needed.
	ErrIncomplete = errors.New("not enough frames yet")
	// ErrDigest: the frames, each whole in itself, make no file with the digest
	// that they announce.
	ErrDigest = errors.New("the frames do not make the file that they announce")
)

// OtherError is a frame of another transfer than the one that is being received.
type OtherError struct {
	Have ID // of the frames before
	Got  ID // of this one
}

// Error names both transfers.
func (e *OtherError) Error() string {
	return fmt.Sprintf("frame of another transfer: of %v, where the first was of %v", e.Got, e.Have)
}

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}

package verbs

import (
	"context"
	"errors"
	"io/fs"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

// The exit codes of every command.
const (
	Yes         = 0   // the answer is yes
	No          = 1   // refused, threshold not met, expired, or what is being judged is malformed
	Usage       = 2   // wrong usage, or what we stand on (plan, pin, trusted file) is faulty
	Unread      = 3   // a file, server or device failed before there were bytes to judge
	Incomplete  = 4   // the ceremony is incomplete and can be resumed
	Interrupted = 130 // by the user
)

// An Error is why a command ends, with its exit code.
type Error struct {
	Code int
	Err  error  // nil where a report has said everything already
	Hint string // what to do, if the error does not say it
}

// Error is the text of what lies below.
func (e *Error) Error() string {
	if e.Err == nil {
		return "the answer is no"
	}
	return e.Err.Error()
}

// Unwrap gives what lies below.
func (e *Error) Unwrap() error { return e.Err }

// ExitCode is the code of the error that a command returned. An error without
// a code of its own is one about files, an interruption, or else wrong usage.
func ExitCode(err error) int {
	var coded *Error
	var large *safefile.TooLargeError
	var path *fs.PathError
	switch {
	case err == nil:
		return Yes
	case errors.As(err, &coded):
		return coded.Code
	case errors.Is(err, context.Canceled):
		return Interrupted
	case errors.As(err, &large), errors.As(err, &path), errors.Is(err, safefile.ErrNotRegular), errors.Is(err, safefile.ErrNotFolder),
		errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission), errors.Is(err, root.ErrTooLarge):
		return Unread
	}
	return Usage
}

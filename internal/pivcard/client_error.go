package pivcard

import (
	"errors"
	"fmt"
)

// Errors that callers branch on. Those of a card's own answer are in a
// [*StatusError] and match with [errors.Is].
var (
	// ErrBadAnswer: what came back has not the shape that the command's answer
	// must have.
	ErrBadAnswer = errors.New("malformed answer from the card")
	// ErrBlocked: no tries are left (6983, or 63C0 on the last miss).
	ErrBlocked = errors.New("blocked: no tries left")
	// ErrNotSatisfied: 6982, a PIN or a touch or the management key is
	// missing; a card does not say which.
	ErrNotSatisfied = errors.New("security condition not satisfied")
	// ErrNotFound: no such object, key or reference (6A82, 6A88).
	ErrNotFound = errors.New("not on the card")
	// ErrUnsupported: the card does not know the instruction (6D00).
	ErrUnsupported = errors.New("not supported by this firmware")
	// ErrPolicy: 6985, a new PIN or PUK that the card does not accept, or a
	// reset while PIN or PUK still have tries.
	ErrPolicy = errors.New("conditions of use not satisfied")
	// ErrTooLong: more data than a card takes in one command.
	ErrTooLong = errors.New("too much data for the card")
)

// A StatusError is an answer that is not success.
type StatusError struct {
	Status uint16 // the status word, such as 0x6982
}

// Error names the status word and what it means.
func (e *StatusError) Error() string {
	if n, ok := e.TriesLeft(); ok && n > 0 {
		return fmt.Sprintf("card answers %04X: wrong, %d tries left", e.Status, n)
	}
	if kind := e.Unwrap(); kind != nil {
		return fmt.Sprintf("card answers %04X: %v", e.Status, kind)
	}
	return fmt.Sprintf("card answers %04X", e.Status)
}

// TriesLeft is the count in a 63Cx, and 0 in 6983.
func (e *StatusError) TriesLeft() (n int, ok bool) {
	switch s := status(e.Status); {
	case s == swBlocked:
		return 0, true
	case s&0xFFF0 == swTriesLeft:
		return int(s & 0xF), true
	}
	return 0, false
}

// Unwrap is the sentinel for this status, or nil.
func (e *StatusError) Unwrap() error {
	switch status(e.Status) {
	case swBlocked, swTriesLeft: // 63C0
		return ErrBlocked
	case swNotSatisfied:
		return ErrNotSatisfied
	case swNotFound, swNoReference:
		return ErrNotFound
	case swUnknownIns:
		return ErrUnsupported
	case swConditions:
		return ErrPolicy
	}
	return nil
}

func badAnswer(what string, err error) error {
	return fmt.Errorf("%s: %w: %w", what, ErrBadAnswer, err)
}

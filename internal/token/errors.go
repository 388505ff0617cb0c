package token

import (
	"errors"
	"fmt"
)

// What can go wrong with a token, each with what to do. A driver's error wraps
// one of these, [*WrongPINError] or [*MismatchError].
var (
	ErrRemoved      = errors.New("token is not there: insert it again")
	ErrNoTouch      = errors.New("no touch in time: try again and touch the token when it blinks")
	ErrBlocked      = errors.New("pin is blocked: no tries are left; unblock it with the PUK")
	ErrNoKey        = errors.New("no key in the slot that can be used: generate one on the token")
	ErrUnknownKey   = errors.New("the key in the slot is of a kind that this program does not know: find out whose it is before the token is used for anything else")
	ErrBadAnswer    = errors.New("token answers nonsense: take it out and examine it before using it again")
	ErrBadSignature = errors.New("token returned a signature that does not verify: nothing was kept; stop using this token")
	ErrOtherToken   = errors.New("another token than the wanted one: insert the right one")
	ErrOtherKey     = errors.New("another key than the enrolled one: stop and find out why")
	ErrTooLong      = errors.New("message is too long for the token: use an ECDSA key, which signs a digest")
	ErrBlind        = errors.New("a token signs a message that it is given whole, never a digest or an option")
	ErrClosed       = errors.New("session is closed: open the token again")
	ErrBusy         = errors.New("another program holds the reader: end it (gpg's scdaemon is the usual one: gpgconf --kill scdaemon) and try again")
	ErrStuck        = errors.New("token has not answered yet, and was given up: take it out and insert it again")
	ErrNoService    = errors.New("smart card service does not answer: start pcscd, and see docs/tokens.md")
	ErrDenied       = errors.New("smart card service refuses this user: log in at the machine itself or be root, and see docs/tokens.md")
	ErrNoDriver     = errors.New("this program was built without a driver for such tokens: build it with cgo")
	ErrPUKBlocked   = errors.New("puk is blocked: the token can only be reset, which destroys its key")
	ErrWeak         = errors.New("token refuses this PIN or PUK: 6 to 8 characters, and firmware 5.7 refuses trivial ones too")
	ErrManagement   = errors.New("management key is not the right one: writing to the token needs it; signing does not")
	ErrOld          = errors.New("token's firmware is too old for this")
	ErrNotEmpty     = errors.New("token is not empty after its reset: do not use it")
	ErrExtractable  = errors.New("the private key can leave the token, or once could, or was not made on it: generate one on the token that never can")
)

// A WrongPINError is a PIN or PUK, or a key file's password, that the token
// refused.
type WrongPINError struct {
	PUK      bool
	Password bool
	Left     int // tries left, at least 1, or -1 when not told; none left is ErrBlocked or ErrPUKBlocked
}

// Error says how many tries are left.
func (e *WrongPINError) Error() string {
	what := "pin"
	if e.PUK {
		what = "puk"
	}
	switch {
	case e.Password:
		return "wrong password, or the key file is damaged"
	case e.Left == -1:
		return "wrong " + what + ": the token does not tell how many tries are left"
	case e.Left == 1:
		return "wrong " + what + ": one try left; a wrong one blocks the token"
	}
	return fmt.Sprintf("wrong %s: %d tries left", what, e.Left)
}

// A MismatchError is a token or key that is not the wanted one. It matches
// ErrOtherToken or ErrOtherKey.
type MismatchError struct {
	What      string // WhatSerial or WhatKey
	Want, Got string // the serial numbers, or SHA-256 of the SubjectPublicKeyInfos in hex
}

// What a [MismatchError] is about.
const (
	WhatSerial = "serial"
	WhatKey    = "key"
)

// Error names both.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("%s %s, want %s: %v", e.What, e.Got, e.Want, e.Unwrap())
}

// Unwrap is ErrOtherToken or ErrOtherKey.
func (e *MismatchError) Unwrap() error {
	if e.What == WhatSerial {
		return ErrOtherToken
	}
	return ErrOtherKey
}

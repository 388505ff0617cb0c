package pcsc

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/internal/pivcard"
)

// Errors that callers branch on. All but ErrNoDriver and ErrStuck come as an
// [*Error], which says which call of which reader it was.
var (
	// ErrNoService: there is nobody to ask for readers.
	ErrNoService = errors.New("smart card service does not answer: start pcscd")
	// ErrDenied: the service is there and refuses this user; on Linux pcscd
	// asks polkit, which refuses who is not logged in at the machine itself.
	ErrDenied = errors.New("smart card service refuses this user: log in at the machine itself, or allow org.debian.pcsc-lite in polkit")
	// ErrBusy: another program is connected to the card.
	ErrBusy = errors.New("another program holds the reader: end it and try again")
	// ErrNoCard: the reader is empty, or not there. It wraps
	// [pivcard.ErrRemoved].
	ErrNoCard error = &cardError{"no card in the reader: insert it", pivcard.ErrRemoved}
	// ErrGone: the card was removed, or contact with it lost, in the middle.
	// It wraps [pivcard.ErrRemoved].
	ErrGone error = &cardError{"contact with the card was lost: insert it again", pivcard.ErrRemoved}
	// ErrMute: there is a card, and it does not answer its reset as a card
	// that speaks T=1 does. It wraps [pivcard.ErrBadAnswer].
	ErrMute error = &cardError{"card cannot be spoken to: take it out and insert it again", pivcard.ErrBadAnswer}
	// ErrStuck: an earlier call was given up and has not ended yet.
	ErrStuck = errors.New("card has not answered the last command yet: take it out and insert it again")
	// ErrNoDriver: this build has no PC/SC.
	ErrNoDriver = errors.New("this program was built without smart card readers: build it with cgo and libpcsclite's headers")
)

// A cardError is a sentinel of ours that is also one of pivcard's.
type cardError struct {
	text string
	kind error
}

func (e *cardError) Error() string { return e.text }
func (e *cardError) Unwrap() error { return e.kind }

// A Code is what a PC/SC call returned. The numbers are the same everywhere.
type Code uint32

// The codes that are told apart. The comments are where they were seen.
const (
	codeOK              Code = 0
	codeInvalidHandle   Code = 0x80100003 // pcscd was started anew since
	codeShortBuffer     Code = 0x80100008
	codeUnknownReader   Code = 0x80100009
	codeSharing         Code = 0x8010000B
	codeNoCard          Code = 0x8010000C
	codeProtocol        Code = 0x8010000F
	codeCommunication   Code = 0x80100013
	codeNotTransacted   Code = 0x80100016 // the reader driver failed
	codeNoReader        Code = 0x80100017
	codeNoService       Code = 0x8010001D
	codeServiceStopped  Code = 0x8010001E
	codeNoReaders       Code = 0x8010002E
	codeDataLost        Code = 0x8010002F // a CCID reader, when pulled out
	codeUnsupportedCard Code = 0x80100065
	codeUnresponsive    Code = 0x80100066
	codeUnpowered       Code = 0x80100067
	codeReset           Code = 0x80100068
	codeRemoved         Code = 0x80100069
	codeDenied          Code = 0x8010006A
)

// kind is the sentinel for a code, or nil.
func (c Code) kind() error {
	switch c {
	case codeNoService, codeServiceStopped:
		return ErrNoService
	case codeDenied:
		return ErrDenied
	case codeSharing:
		return ErrBusy
	case codeNoCard, codeUnknownReader, codeNoReader, codeNoReaders:
		return ErrNoCard
	case codeRemoved, codeReset, codeDataLost, codeCommunication, codeNotTransacted, codeInvalidHandle:
		return ErrGone
	case codeUnresponsive, codeUnpowered, codeUnsupportedCard, codeProtocol:
		return ErrMute
	}
	return nil
}

// An Error is a PC/SC call that failed. It matches one of the errors above,
// if its code is one that callers branch on.
type Error struct {
	Call    string // such as "SCardConnect"
	Reader  string // "" if it was about none
	Code    Code
	Holders []string // for ErrBusy: who may hold the reader, such as "scdaemon (pid 123)"
}

// Error says what, where, and what to do.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Reader != "" {
		fmt.Fprintf(&b, "reader %q: ", e.Reader)
	}
	if kind := e.Unwrap(); kind != nil {
		fmt.Fprintf(&b, "%v ", kind)
	}
	fmt.Fprintf(&b, "(%s)%s", e.call(), e.blamed())
	return b.String()
}

// Detail is what Error says beyond its sentinel and the reader: the call, its
// code, and who may hold the reader.
func (e *Error) Detail() string { return e.call() + e.blamed() }

func (e *Error) call() string { return fmt.Sprintf("%s: %08X", e.Call, uint32(e.Code)) }

func (e *Error) blamed() string {
	if len(e.Holders) == 0 {
		return ""
	}
	return "; it may be " + strings.Join(e.Holders, ", ")
}

// Unwrap is the sentinel, or nil.
func (e *Error) Unwrap() error { return e.Code.kind() }

// failed is an [*Error], or nil if the call did not fail.
func failed(call, reader string, c Code) error {
	if c == codeOK {
		return nil
	}
	return &Error{Call: call, Reader: reader, Code: c}
}

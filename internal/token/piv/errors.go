//go:build cgo || windows

package piv

import (
	"errors"
	"fmt"
	"strings"

	pivgo "github.com/go-piv/piv-go/v2/piv"

	"github.com/rootmoot/rootmoot/internal/pcsc"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/applet"
)

// translate is translate, and knows who holds the reader if this program does,
// as it did until something succeeds.
func (t *Token) translate(err error) error {
	t.held = t.held && err != nil
	if t.held && errors.Is(err, pcsc.ErrBusy) {
		return fmt.Errorf("%w, or if that does not help, end this program, which holds the reader, and start it again", token.ErrStuck)
	}
	return translate(err)
}

// translate gives errors of the APDU client and of PC/SC the names that every
// kind of token shares.
func translate(err error) error {
	for _, p := range []struct{ theirs, ours error }{
		{pcsc.ErrBusy, token.ErrBusy},
		{pcsc.ErrStuck, token.ErrStuck},
		{pcsc.ErrNoService, token.ErrNoService},
		{pcsc.ErrDenied, token.ErrDenied},
		{pcsc.ErrNoDriver, token.ErrNoDriver},
	} {
		if errors.Is(err, p.theirs) && !errors.Is(err, p.ours) {
			return renamed{p.ours, err}
		}
	}
	return applet.Translate(err)
}

// A renamed error is one of PC/SC's with our text, so that it is not told twice
// what to do.
type renamed struct{ ours, theirs error }

func (e renamed) Error() string {
	var call *pcsc.Error
	if errors.As(e.theirs, &call) {
		return fmt.Sprintf("%v (%s)", e.ours, call.Detail())
	}
	return e.ours.Error()
}

func (e renamed) Unwrap() []error { return []error{e.ours, e.theirs} }

// Status words that piv-go has no error for.
const (
	swNotSatisfied = 0x6982
	swPolicy       = 0x6985
	swUnknownIns   = 0x6D00
)

// status is the status word in an error of piv-go's, 0 if there is none. Its
// type for it is not exported, its method is.
func status(err error) uint16 {
	var s interface{ Status() uint16 }
	if errors.As(err, &s) {
		return s.Status()
	}
	return 0
}

// A lostError is an error of piv-go's that is no answer of the card's: PC/SC
// failed, or the answer could not be read.
type lostError struct{ error }

func (e lostError) Unwrap() error { return e.error }

// heard sorts an error of piv-go's. Each of its calls goes through here.
func heard(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, pivgo.ErrNotFound):
		return fmt.Errorf("%w (%w)", token.ErrNoKey, err)
	case status(err) == swUnknownIns:
		return fmt.Errorf("%w (%w)", token.ErrOld, err)
	case status(err) != 0:
		return err
	}
	return lostError{err}
}

// busy says that piv-go could not connect because somebody else is connected.
func busy(err error) bool {
	return strings.Contains(err.Error(), "because of other connections outstanding")
}

// keepsReader says whether piv-go v2.6.0 failed to connect in a way that leaves
// the reader connected to this program, exclusively and until it ends: Open
// returns without letting go of what it had. A reader that goes with its card,
// as a USB token's does, takes the connection along.
func keepsReader(err error) bool {
	text := err.Error()
	return strings.Contains(text, "beginning smart card transaction") || strings.Contains(text, "selecting piv applet")
}

// cutOff says that a command got no answer: the card may have been taken out.
func cutOff(err error) bool {
	text := err.Error()
	return strings.Contains(text, "transmitting request") || strings.Contains(text, "response too short")
}

// name says what a lostError is when the card is well afterwards. piv-go
// exports neither type nor code of what PC/SC says, and on 32-bit Linux its
// texts for the codes are wrong, so what it says that it was doing has to do.
func (e lostError) name() error {
	text := e.Error()
	kind := token.ErrBadAnswer
	switch {
	case busy(e):
		kind = token.ErrBusy
	case strings.Contains(text, "connecting to smart card daemon"):
		kind = token.ErrNoService
	case strings.Contains(text, "transmitting request"),
		strings.Contains(text, "connecting to smart card"),
		strings.Contains(text, "beginning smart card transaction"):
		kind = token.ErrRemoved // and back again
	}
	return fmt.Errorf("%w (%w)", kind, e.error)
}

// refused says what a card means that refuses a PIN or PUK, or a new one.
func refused(err error, puk bool) error {
	var a pivgo.AuthErr // 63Cx, 630x of old cards; Retries is 0 for 6983 and 6300 too
	switch {
	case errors.As(err, &a) && a.Retries > 0:
		return &token.WrongPINError{PUK: puk, Left: a.Retries}
	case errors.As(err, &a) && puk:
		return token.ErrPUKBlocked
	case errors.As(err, &a):
		return token.ErrBlocked
	case status(err) == swPolicy:
		return fmt.Errorf("%w (%w)", token.ErrWeak, err)
	}
	return err
}

// unmanaged is heard, and says what a card means that refuses a management
// key. The length piv-go looks at itself.
func unmanaged(err error) error {
	if status(err) == swNotSatisfied || err != nil && strings.Contains(err.Error(), "invalid management key length") {
		return fmt.Errorf("%w (%w)", token.ErrManagement, err)
	}
	return heard(err)
}

package sitting

import (
	"context"
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/internal/token"
)

// RefusalKind says in a few words what happened, for a headline.
type RefusalKind string

// The kinds that a front-end may want to tell apart.
const (
	NotDone      RefusalKind = "not done" // any other
	WrongWords   RefusalKind = "wrong words"
	StrayToken   RefusalKind = "a token typed" // its one-time password
	WrongToken   RefusalKind = "wrong token"
	TokenRemoved RefusalKind = "token removed"
	WrongPIN     RefusalKind = "wrong PIN"
	LastTry      RefusalKind = "wrong PIN, one try left"
	PINBlocked   RefusalKind = "PIN blocked"
	NoTouch      RefusalKind = "no touch"
	BadToken     RefusalKind = "token not to be trusted"
	NoStatement  RefusalKind = "signed, statement missing" // the signature counts
)

// A Refusal is why an act was not carried out to its end, and what to do. What
// was recorded before stays, and What says so; the same step is offered again.
type Refusal struct {
	Kind RefusalKind
	What string
	Hint string
	Err  error
}

func (r *Refusal) Error() string {
	if r.Err != nil {
		return fmt.Sprintf("%s: %v", r.What, r.Err)
	}
	return r.What
}

// Unwrap gives what lies below.
func (r *Refusal) Unwrap() error { return r.Err }

// refuse is a refusal that a front-end need not tell apart.
func refuse(hint, what string, args ...any) error {
	return refuseAs(NotDone, hint, what, args...)
}

func refuseAs(kind RefusalKind, hint, what string, args ...any) error {
	return &Refusal{Kind: kind, What: fmt.Sprintf(what, args...), Hint: hint}
}

// kindOf is what an error of a token is about.
func kindOf(err error) RefusalKind {
	var wrong *token.WrongPINError
	switch {
	case errors.As(err, &wrong) && wrong.Left == 1:
		return LastTry
	case errors.As(err, &wrong):
		return WrongPIN
	case errors.Is(err, token.ErrBlocked):
		return PINBlocked
	case errors.Is(err, token.ErrNoTouch):
		return NoTouch
	case errors.Is(err, token.ErrRemoved):
		return TokenRemoved
	case errors.Is(err, token.ErrOtherToken):
		return WrongToken
	case errors.Is(err, token.ErrBadSignature), errors.Is(err, token.ErrBadAnswer), errors.Is(err, token.ErrOtherKey):
		return BadToken
	}
	return NotDone
}

// what says what a participant's token did, or did not do.
func what(kind RefusalKind, participant string) string {
	switch kind {
	case WrongPIN, LastTry:
		return "the token of " + participant + " refused the PIN"
	case PINBlocked:
		return "the token of " + participant + " takes no PIN any more"
	case NoTouch:
		return "nobody touched the token of " + participant
	case TokenRemoved:
		return "the token of " + participant + " does not answer"
	case WrongToken:
		return "that is not the token of " + participant
	}
	return "token of " + participant
}

// hint is the one next thing to do after a failure of the participant's token;
// again is how its keyholder would go on.
func hint(kind RefusalKind, participant, again string) string {
	switch kind {
	case WrongPIN:
		return "look the PIN up, then " + again
	case LastTry:
		return "stop and look the PIN up; another wrong one blocks the token"
	case PINBlocked:
		return "put it away; go on without it if the quorum allows, and record an exception"
	case NoTouch:
		return again + ", and touch the token when it is asked for"
	case TokenRemoved, WrongToken:
		return "insert the token of " + participant + " and take it up again"
	case BadToken:
		return badTokenHint
	}
	return "take the token up again, then " + again + "; if that fails too, record an exception"
}

// badTokenHint is what to do with a token that cannot be trusted.
const badTokenHint = "put the token aside and record an exception; nothing of it was kept"

// again is how an act is tried once more.
func again(act string) string {
	switch act {
	case ActToken:
		return "take it up again"
	case ActEnrol:
		return "enrol it again"
	case ActRefuse:
		return "refuse again"
	case ActAgree, ActDisagree:
		return "seal again"
	}
	return "sign again"
}

// errGivenUp is what a wait for a touch ends with when nobody wants it any more.
var errGivenUp = errors.New("given up")

// givenUp tells the end of ctx apart from what a token did.
func givenUp(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return errGivenUp
	}
	return err
}

// tokenRefusal says what became of an act that the token on the table failed.
func tokenRefusal(act, participant string, err error) *Refusal {
	if errors.Is(err, errGivenUp) {
		return &Refusal{Kind: NotDone, What: "given up", Hint: again(act) + " when you are ready"}
	}
	kind := kindOf(err)
	return &Refusal{Kind: kind, What: what(kind, participant), Hint: hint(kind, participant, again(act)), Err: err}
}

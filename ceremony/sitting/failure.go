package sitting

import (
	"context"
	"errors"

	"github.com/rootmoot/rootmoot/internal/token"
)

// kindOf is what an error of a token is about.
func kindOf(err error) RefusalKind {
	var wrong *token.WrongPINError
	if errors.As(err, &wrong) {
		return wrongOf(wrong)
	}
	for _, k := range []struct {
		err  error
		kind RefusalKind
	}{
		{token.ErrBlocked, PINBlocked},
		{token.ErrPUKBlocked, PUKBlocked},
		{token.ErrWeak, WeakPIN},
		{token.ErrNoTouch, NoTouch},
		{token.ErrRemoved, TokenRemoved},
		{token.ErrOtherToken, WrongToken},
		{token.ErrBadSignature, BadToken},
		{token.ErrBadAnswer, BadToken},
		{token.ErrOtherKey, BadToken},
		{token.ErrBusy, ReaderBusy},
		{token.ErrNoService, NoService},
		{token.ErrStuck, TokenStuck},
		{token.ErrTooLong, TooLong},
	} {
		if errors.Is(err, k.err) {
			return k.kind
		}
	}
	return NotDone
}

func wrongOf(e *token.WrongPINError) RefusalKind {
	switch {
	case e.PUK && e.Left == 1:
		return LastPUK
	case e.PUK:
		return WrongPUK
	case e.Left == 1:
		return LastTry
	}
	return WrongPIN
}

// what says what a participant's token did, or did not do.
func what(kind RefusalKind, participant string) string {
	switch kind {
	case WrongPIN, LastTry:
		return "the token of " + participant + " refused the PIN"
	case PINBlocked:
		return "the token of " + participant + " takes no PIN any more"
	case WrongPUK, LastPUK:
		return "the token of " + participant + " refused the PUK"
	case PUKBlocked:
		return "the token of " + participant + " takes no PUK any more"
	case WeakPIN:
		return "the token of " + participant + " does not take this PIN"
	case NoTouch:
		return "nobody touched the token of " + participant
	case TokenRemoved, TokenStuck:
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
		return "unblock it with the PUK; or " + withoutHint
	case WrongPUK:
		return "look the PUK up, then " + again
	case LastPUK:
		return "stop and look the PUK up; after another wrong one the token can only be reset, which destroys its key"
	case PUKBlocked:
		return withoutHint
	case WeakPIN:
		return "choose another one, then " + again
	case NoTouch:
		return again + ", and touch the token when it is asked for"
	case TokenRemoved, WrongToken:
		return "insert the token of " + participant + " and take it up again"
	case TokenStuck:
		return "take the token of " + participant + " out, insert it again and take it up again"
	case ReaderBusy:
		return "end the other program (gpgconf --kill scdaemon), then take the token of " + participant + " up again"
	case NoService:
		return "start pcscd, then take the token of " + participant + " up again"
	case TooLong:
		return withoutHint
	case BadToken:
		return badTokenHint
	}
	return "take the token up again, then " + again + "; if that fails too, record an exception"
}

// withoutHint is what to do with a token that cannot sign any more.
const withoutHint = "put it away, go on without it if the quorum allows, and record an exception"

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
	case ActUnblock:
		return "unblock it again"
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

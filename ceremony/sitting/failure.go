package sitting

import (
	"context"
	"errors"
	"strings"

	"github.com/rootmoot/rootmoot/internal/token"
)

// KindOf is what an error of a token is about.
func KindOf(err error) RefusalKind {
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
		{token.ErrDenied, NotAllowed},
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

// A Failing says for people what a token that fails did, and the one next thing
// to do. The engines differ in how they go on, and in little else.
type Failing struct {
	Name  string                 // of the token, as in "the token of boston"
	Look  string                 // how it is looked at anew, as in "take %s up again"
	Again string                 // how the act is tried once more, as in "sign again"
	But   map[RefusalKind]string // hints that are others than in a sitting
}

// Refusal says what became of an act that failed with err, while ctx lasted or
// at its end.
func (f Failing) Refusal(ctx context.Context, err error) *Refusal {
	if err = givenUp(ctx, err); errors.Is(err, errGivenUp) {
		return &Refusal{Kind: NotDone, What: "given up", Hint: f.Again + " when you are ready"}
	}
	kind := KindOf(err)
	return &Refusal{Kind: kind, What: f.what(kind), Hint: f.hint(kind), Err: err}
}

// what says what the token did, or did not do.
func (f Failing) what(kind RefusalKind) string {
	switch kind {
	case WrongPIN, LastTry:
		return f.Name + " refused the PIN"
	case PINBlocked:
		return f.Name + " takes no PIN any more"
	case WrongPUK, LastPUK:
		return f.Name + " refused the PUK"
	case PUKBlocked:
		return f.Name + " takes no PUK any more"
	case WeakPIN:
		return f.Name + " does not take it"
	case NoTouch:
		return "nobody touched " + f.Name
	case TokenRemoved, TokenStuck:
		return f.Name + " does not answer"
	case WrongToken:
		return "that is not " + f.Name
	}
	return f.Name
}

// hint is the one next thing to do.
func (f Failing) hint(kind RefusalKind) string {
	if other, differs := f.But[kind]; differs {
		return other
	}
	switch kind {
	case WrongPIN:
		return "look the PIN up, then " + f.Again
	case LastTry:
		return "stop and look the PIN up; another wrong one blocks the token"
	case PINBlocked:
		return "unblock it with the PUK; or " + withoutHint
	case WrongPUK:
		return "look the PUK up, then " + f.Again
	case LastPUK:
		return "stop and look the PUK up; after another wrong one the token can only be reset, which destroys its key"
	case PUKBlocked, TooLong:
		return withoutHint
	case WeakPIN:
		return "choose another one, then " + f.Again
	case NoTouch:
		return f.Again + ", and touch the token when it is asked for"
	case TokenRemoved, WrongToken:
		return "insert " + f.Name + " and " + f.look("it")
	case TokenStuck:
		return "take " + f.Name + " out, insert it again and " + f.look("it")
	case ReaderBusy:
		return "end the other program (gpgconf --kill scdaemon), then " + f.look(f.Name)
	case NoService:
		return "start pcscd, then " + f.look(f.Name)
	case NotAllowed:
		return "log in at the machine itself, or be root, then " + f.look(f.Name)
	case BadToken:
		return badTokenHint
	}
	return f.look("the token") + ", then " + f.Again + "; if that fails too, record an exception"
}

func (f Failing) look(what string) string { return strings.ReplaceAll(f.Look, "%s", what) }

// withoutHint is what to do with a token that cannot sign any more.
const withoutHint = "put it away, go on without it if the quorum allows, and record an exception"

// badTokenHint is what to do with a token that cannot be trusted.
const badTokenHint = "put the token aside and record an exception; nothing of it was kept"

// failing is about a participant's token, in an act of a sitting.
func failing(act, participant string) Failing {
	return Failing{Name: "the token of " + participant, Look: "take %s up again", Again: again(act)}
}

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

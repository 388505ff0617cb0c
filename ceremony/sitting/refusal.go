package sitting

import "fmt"

// RefusalKind says in a few words what happened, for a headline.
type RefusalKind string

// The kinds that a front-end may want to tell apart.
const (
	NotDone      RefusalKind = "not done"  // any other
	NotTaken     RefusalKind = "not taken" // a file from elsewhere
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

	ReaderBusy RefusalKind = "reader in use" // by another program
	NoService  RefusalKind = "no smart card service"
	NotAllowed RefusalKind = "not allowed to use smart cards"
	TokenStuck RefusalKind = "token does not answer"
	TooLong    RefusalKind = "too long for the token"
	WeakPIN    RefusalKind = "PIN not taken"
	WrongPUK   RefusalKind = "wrong PUK"
	LastPUK    RefusalKind = "wrong PUK, one try left"
	PUKBlocked RefusalKind = "PUK blocked"

	SeveralTokens RefusalKind = "several tokens" // and nothing says which is meant
	TwinTokens    RefusalKind = "two tokens, one number"
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

// Refuse is a refusal of that kind: what to do, and what is the matter.
func Refuse(kind RefusalKind, hint, what string, args ...any) error {
	return &Refusal{Kind: kind, What: fmt.Sprintf(what, args...), Hint: hint}
}

// refuse is a refusal that a front-end need not tell apart.
func refuse(hint, what string, args ...any) error {
	return Refuse(NotDone, hint, what, args...)
}

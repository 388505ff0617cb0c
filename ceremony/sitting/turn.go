package sitting

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/ledger"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/root"
)

// A turn is a participant whose token is on the table. It is not recorded: a
// sitting that is opened again begins the turn again.
type turn struct {
	participant string
	token       token.Token // nil for an OpenPGP key
	info        token.Info
	key         root.PublicKey
	attestation *ceremony.Attestation
	checks      []CheckLine
	failed      bool
	disproven   bool           // its attestation does not hold
	short       bool           // the candidate is longer than what its key signs
	before      []ledger.Entry // what its key has signed otherwise for this version
}

// canSign reports whether the token could sign the candidate now, as far as it
// can be told without a PIN.
func (u *turn) canSign() bool { return !u.failed && !u.short && u.info.PINLeft != 0 }

// takeUp finds the token that the plan names for the participant and looks at
// it. It presents no PIN.
func (s *Sitting) takeUp(ctx context.Context, participant string, say func(Progress)) error {
	s.putAway()
	want, named := WantedBy(s.state.InForce(), participant)
	if !named {
		return refuse("look at what is offered now", "the plan names no token for %s", participant)
	}
	if want.Kind == plan.OpenPGPToken {
		return s.takeUpOpenPGP(want)
	}
	seen, err := s.find(ctx, want, say)
	if err != nil {
		return err
	}
	say(Progress{Kind: Passed, Text: safe("token %s of %s is there, in %s", seen.Info.Serial, participant, seen.Info.Reader)})
	if err := s.look(ctx, participant, seen); err != nil {
		return errors.Join(err, seen.Close())
	}
	return nil
}

// find is the token with the wanted key. What else lies there is told if it is
// not there, and what does not answer in any case.
func (s *Sitting) find(ctx context.Context, w Wanted, say func(Progress)) (Seen, error) {
	f := failing(ActToken, w.Participant)
	tokens, err := List(ctx, s.cfg.Tokens)
	if err != nil {
		f.But = map[RefusalKind]string{NotDone: "look at the readers, then " + f.look(f.Name)}
		r := f.Refusal(ctx, err)
		if r.Err != nil { // it was not given up
			r.What = "tokens cannot be listed"
		}
		return Seen{}, r
	}
	all := See(ctx, tokens)
	if ctx.Err() != nil {
		CloseSeen(all)
		return Seen{}, f.Refusal(ctx, ctx.Err())
	}
	found, err := w.Find(all, f)
	if err != nil {
		return Seen{}, err
	}
	for _, other := range all {
		if other.Err != nil {
			say(Progress{Kind: Noted, Text: safe("beside it: %s", other.silence())})
		}
	}
	return found, nil
}

// putAway lets the token on the table go.
func (s *Sitting) putAway() {
	if s.turn != nil && s.turn.token != nil {
		s.turn.token.Close() //nolint:errcheck // nothing is lost with a reader that does not close
	}
	s.turn = nil
}

// look reads what the token says and has its attestation judged.
func (s *Sitting) look(ctx context.Context, participant string, seen Seen) error {
	if err := seen.Info.Keyless(); err != nil {
		s.cannot[participant] = true
		r := &Refusal{Kind: NotDone, What: "token of " + participant, Hint: "provision it first", Err: err}
		if errors.Is(err, token.ErrUnknownKey) {
			r.Hint = badTokenHint
		}
		return r
	}
	key, err := root.ParseSPKI(seen.Info.SPKI)
	if err != nil {
		return &Refusal{Kind: BadToken, What: "token of " + participant, Hint: badTokenHint, Err: err}
	}
	u := &turn{participant: participant, token: seen.Token, info: seen.Info, key: key}
	a, err := seen.Attest(ctx)
	switch {
	case errors.Is(err, token.ErrNoKey): // none is what the checks will say
	case err != nil:
		return failing(ActToken, participant).Refusal(ctx, fmt.Errorf("attestation: %w", err))
	default:
		u.attestation = ceremony.NewAttestation(a.Leaf, a.Chain)
	}
	u.judge(s)
	s.remember(u)
	s.turn, s.cannot[participant] = u, !u.canSign()
	return nil
}

// view is what a front-end is told of it.
func (u *turn) view() Turn {
	if u.openPGP() { // a fingerprint is too long for a headline
		return Turn{Participant: u.participant, PINLeft: u.info.PINLeft, Failed: u.failed}
	}
	return Turn{
		Participant: u.participant, Serial: safe("%s", u.info.Serial), Reader: safe("%s", u.info.Reader),
		PINLeft: u.info.PINLeft, Failed: u.failed,
	}
}

// asks is what the token asks of its keyholder: touched, or unasked where it
// wants no touch, as HSMs do.
func (u *turn) asks(touched, unasked string) string {
	if p := u.info.TouchPolicy; p == "" || p == "never" {
		return unasked
	}
	return touched
}

// block shows the token.
func (u *turn) block() Block {
	if u.openPGP() {
		return u.openPGPBlock()
	}
	b := Block{
		Title: "Token of " + u.participant,
		Rows: [][2]string{
			{"serial number", safe("%s", u.info.Serial)},
			{"reader", safe("%s", u.info.Reader)},
			{"firmware", safe("%s", u.info.Firmware)},
			{"slot", safe("%s: %s, PIN %s, touch %s", u.info.Slot, u.info.Algorithm, orUntold(u.info.PINPolicy), orUntold(u.info.TouchPolicy))},
			{"key", u.key.Fingerprint().String()},
			{"PIN tries left", pinTries(u.info.PINLeft)},
		},
		Checks: u.checks,
	}
	if u.info.PINLeft == 0 {
		b.Rows = append(b.Rows, [2]string{"PUK tries left", pukTries(u.info.PUKLeft)})
	}
	return b
}

// orUntold is what a token may leave untold.
func orUntold(s string) string { return cmp.Or(s, "not told") }

func pinTries(n int) string { return tries(n, "PIN", "a wrong PIN now blocks the token") }

func pukTries(n int) string { return tries(n, "PUK", "after a wrong one the token can only be reset") }

// tries is how many are left for a secret; last is what the last one means.
func tries(n int, secret, last string) string {
	switch n {
	case -1:
		return "not told"
	case 0:
		return "none: the " + secret + " is blocked"
	case 1:
		return "1: " + last
	}
	return fmt.Sprint(n)
}

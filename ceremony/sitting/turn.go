package sitting

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// A turn is a participant whose token is on the table. It is not recorded: a
// sitting that is opened again begins the turn again.
type turn struct {
	participant string
	token       token.Token
	info        token.Info
	key         root.PublicKey
	attestation *ceremony.Attestation
	checks      []CheckLine
	failed      bool
}

// takeUp finds the token that the plan names for the participant, by serial
// number and never by reader, and looks at it. It presents no PIN.
func (s *Sitting) takeUp(ctx context.Context, participant string, say func(Progress)) error {
	s.putAway()
	want := s.state.Plan.Participants[participant].Token
	if want == nil {
		return refuse("look at what is offered now", "the plan names no token for %s", participant)
	}
	t, info, err := s.find(ctx, participant, string(want.Serial))
	if err != nil {
		return err
	}
	say(Progress{Kind: Passed, Text: safe("token %s of %s is there, in %s", info.Serial, participant, info.Reader)})
	if err := s.look(ctx, participant, t, info); err != nil {
		return errors.Join(err, t.Close())
	}
	return nil
}

// putAway lets the token on the table go.
func (s *Sitting) putAway() {
	if s.turn != nil {
		s.turn.token.Close() //nolint:errcheck // nothing is lost with a reader that does not close
		s.turn = nil
	}
}

// find lists who else's tokens are there if the wanted one is not.
func (s *Sitting) find(ctx context.Context, participant, serial string) (token.Token, token.Info, error) {
	tokens, err := s.cfg.Tokens(ctx)
	if err != nil {
		return nil, token.Info{}, &Refusal{Kind: NotDone, What: "tokens cannot be listed", Hint: "look at the readers, then take the token of " + participant + " up again", Err: err}
	}
	var others []string
	var found token.Token
	var twin string
	var its token.Info
	for _, t := range tokens {
		info, err := t.Inspect(ctx)
		if err == nil && info.Serial == serial && found == nil {
			found, its = t, info
			continue
		}
		if err == nil && info.Serial == serial {
			twin = info.Reader
		}
		if err != nil {
			others = append(others, "one that does not answer: "+err.Error())
		} else {
			others = append(others, fmt.Sprintf("%s (%s)", info.Serial, s.holderOf(info.Serial)))
		}
		t.Close() //nolint:errcheck // it was only looked at
	}
	if twin != "" {
		found.Close() //nolint:errcheck // it was only looked at
		return nil, token.Info{}, refuseAs(WrongToken, "take out the one that is not theirs, and record an exception",
			"%s", safe("two tokens say that they are the one with serial number %s: in %s and in %s", serial, its.Reader, twin))
	}
	if found != nil {
		return found, its, nil
	}
	kind, here := TokenRemoved, "no token is there"
	if len(others) > 0 {
		kind, here = WrongToken, "there are: "+strings.Join(others, ", ")
	}
	return nil, token.Info{}, refuseAs(kind, hint(kind, participant, again(ActToken)),
		"%s", safe("the token of %s, serial number %s, is not there; %s", participant, serial, here))
}

func (s *Sitting) holderOf(serial string) string {
	for _, name := range sortedKeys(s.state.Plan.Participants) {
		if t := s.state.Plan.Participants[name].Token; t != nil && string(t.Serial) == serial {
			return "of " + name
		}
	}
	return "in no plan of ours"
}

// look reads what the token says and has its attestation judged.
func (s *Sitting) look(ctx context.Context, participant string, t token.Token, info token.Info) error {
	if info.SPKI == nil {
		s.cannot[participant] = true
		return &Refusal{Kind: NotDone, What: "token of " + participant, Hint: "provision it first", Err: token.ErrNoKey}
	}
	key, err := root.ParseSPKI(info.SPKI)
	if err != nil {
		return &Refusal{Kind: BadToken, What: "token of " + participant, Hint: badTokenHint, Err: err}
	}
	u := &turn{participant: participant, token: t, info: info, key: key}
	if a, err := t.Attest(ctx); err == nil {
		u.attestation = &ceremony.Attestation{Leaf: a.Leaf}
		for _, c := range a.Chain {
			u.attestation.Chain = append(u.attestation.Chain, c)
		}
	} else if !errors.Is(err, token.ErrNoKey) {
		kind := kindOf(err)
		return &Refusal{Kind: kind, What: "attestation of the token of " + participant, Hint: hint(kind, participant, again(ActToken)), Err: err}
	}
	u.judge(s)
	s.turn, s.cannot[participant] = u, u.failed || info.PINLeft == 0
	return nil
}

func (u *turn) judge(s *Sitting) {
	// A token is what its attestation says. Where the plan wants none, that it
	// was found by the driver of the wanted kind is all there is.
	if p := s.state.Plan.Participants[u.participant]; p.Attestation == plan.AttestationNone && string(p.Token.Kind) != string(u.info.Kind) {
		u.add(MarkFail, "the plan wants a token of kind %s, this one is of kind %s", p.Token.Kind, u.info.Kind)
	}
	if want, known := s.state.InForce().KeyOf(u.participant); known && want.Fingerprint() != u.key.Fingerprint() {
		u.add(MarkFail, "the key in slot %s is not the one in the plan (%s), it is %s", u.info.Slot, want.Fingerprint().Short(), u.key.Fingerprint().Short())
	}
	for _, d := range []struct {
		what string
		is   token.Default
	}{{"PIN", u.info.DefaultPIN}, {"PUK", u.info.DefaultPUK}, {"management key", u.info.DefaultManagement}} {
		if d.is == token.Yes {
			u.add(MarkFail, "the %s is still the factory's", d.what)
		}
	}
	c := s.contribution(ceremony.Enrolled, u)
	for _, check := range s.state.Attest(c) {
		mark := map[verify.Result]Mark{verify.Pass: MarkPass, verify.Fail: MarkFail, verify.Warn: MarkWarn, verify.Skip: MarkNote}[check.Result]
		u.add(mark, "%s: %s", check.Rule, check.Detail)
	}
}

func (u *turn) add(mark Mark, format string, args ...any) {
	u.checks = append(u.checks, CheckLine{mark, safe(format, args...)})
	u.failed = u.failed || mark == MarkFail
}

// view is what a front-end is told of it.
func (u *turn) view() Turn {
	return Turn{
		Participant: u.participant, Serial: safe("%s", u.info.Serial), Reader: safe("%s", u.info.Reader),
		PINLeft: u.info.PINLeft, Failed: u.failed,
	}
}

// block shows the token.
func (u *turn) block() Block {
	return Block{
		Title: "Token of " + u.participant,
		Rows: [][2]string{
			{"serial number", safe("%s", u.info.Serial)},
			{"reader", safe("%s", u.info.Reader)},
			{"firmware", safe("%s", u.info.Firmware)},
			{"slot", safe("%s: %s, PIN %s, touch %s", u.info.Slot, u.info.Algorithm, u.info.PINPolicy, u.info.TouchPolicy)},
			{"key", u.key.Fingerprint().String()},
			{"PIN tries left", tries(u.info.PINLeft)},
		},
		Checks: u.checks,
	}
}

func tries(n int) string {
	switch n {
	case -1:
		return "not told"
	case 0:
		return "none: the PIN is blocked"
	case 1:
		return "1: a wrong PIN now blocks the token"
	}
	return fmt.Sprint(n)
}

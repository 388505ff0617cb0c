package sitting

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/root"
)

// contribution is what the participant of this turn contributes, before it is
// signed or stated.
func (s *Sitting) contribution(kind ceremony.ContributionKind, u *turn) ceremony.Contribution {
	c := ceremony.Contribution{
		Kind: kind, Participant: u.participant, Chain: s.state.Chain(), Attempt: s.state.Attempt,
		Plan: s.state.Plan.Digest(), Key: u.key.SPKI(), Attestation: u.attestation,
		Token: ceremony.Token{Kind: string(u.info.Kind), Serial: u.info.Serial, Firmware: u.info.Firmware, Slot: u.info.Slot},
	}
	if kind != ceremony.Enrolled {
		c.Plan, c.Candidate = s.state.Frozen.Digest(), s.state.Candidate.Digest()
	}
	return c
}

// session opens the token of this turn for signing with the key that was
// looked at, and for the length of f. Serial number and key are read again in
// the transaction of each signature.
func (s *Sitting) session(ctx context.Context, pin PIN, say func(Progress), f func(token.Session) error) error {
	u := s.turn
	if u.failed {
		return refuse("put the token away; record an exception", "the token of %s does not pass its checks", u.participant)
	}
	if err := s.ready(); err != nil {
		return err
	}
	toucher, _ := u.token.(token.Toucher)
	onTouch := func(r token.TouchRequest) {
		s.awaits(toucher)
		say(Progress{Kind: Touch, Target: u.participant, Press: toucher != nil, Timeout: r.Timeout, Text: safe("touch the token of %s (%s) now: %d seconds", u.participant, r.Serial, int(r.Timeout/time.Second))})
	}
	session, err := u.token.Open(ctx, token.Want{Serial: u.info.Serial, SPKI: u.key.SPKI()}, pin, onTouch)
	if err == nil {
		err = f(session)
		err = errors.Join(err, session.Close())
	}
	s.awaits(nil)
	if err == nil {
		return nil
	}
	s.lookAgain(ctx)
	var refusal *Refusal
	if errors.As(err, &refusal) { // it says already what it is about
		return err
	}
	return &Refusal{What: "token of " + u.participant, Hint: hint(err), Err: err}
}

// ready refuses to ask anybody for a signature that could not be recorded: the
// journal must not be broken, and the medium must take what will be written.
func (s *Sitting) ready() error {
	if s.broken {
		return refuse(mendHint, "the journal could not be written before, and takes no more")
	}
	const probe = ".tmp-probe"
	err := s.dir.WriteFile(probe, make([]byte, 1<<16), 0o600)
	err = errors.Join(err, s.dir.Remove(probe))
	if err != nil {
		return &Refusal{What: "the medium takes no more; nothing was signed", Hint: mendHint, Err: err}
	}
	return nil
}

// lookAgain reads the token anew after a failure, the tries left above all. One
// that does not answer any more is put away.
func (s *Sitting) lookAgain(ctx context.Context) {
	u := s.turn
	info, err := u.token.Inspect(ctx)
	if err == nil {
		err = s.look(ctx, u.participant, u.token, info)
	}
	if err != nil {
		s.putAway()
	}
}

func hint(err error) string {
	var wrong *token.WrongPINError
	switch {
	case errors.As(err, &wrong):
		return "nothing was signed; look the PIN up before you try again"
	case errors.Is(err, token.ErrBlocked):
		return "go on without this token if the quorum allows, and record an exception"
	case errors.Is(err, token.ErrBadSignature), errors.Is(err, token.ErrBadAnswer), errors.Is(err, token.ErrOtherKey):
		return "nothing was kept; put the token aside and record an exception"
	}
	return "nothing was signed; the same step is offered again"
}

// contribute takes c through the one path for contributions and has the key
// state it. A signature over the candidate is recorded before its statement is
// asked for: it is good for ever, and a token that dies between the two touches
// must not take it along. A refusal and an enrolment are worth nothing without
// the statement, so nothing of them is recorded before it is there.
func (s *Sitting) contribute(c ceremony.Contribution, session token.Session, say func(Progress)) error {
	f, err := s.state.Accept(c)
	if err != nil {
		return err
	}
	say(Progress{Kind: Passed, Text: "attestation and key are what the plan wants"})
	signature := c.Kind == ceremony.SignatureMade
	if signature {
		if err := s.record(f); err != nil {
			return &Refusal{
				What: fmt.Sprintf("%s has signed candidate %v, and it could not be recorded; the signature is %x", c.Participant, c.Candidate, []byte(c.Signature.Sig)),
				Hint: "it stays valid: write it down or photograph it; " + mendHint, Err: err,
			}
		}
		say(Progress{Kind: Passed, Text: safe("the signature of %s is recorded", c.Participant)})
	}
	st, err := s.stated(c, session)
	switch {
	case err != nil && signature:
		return &Refusal{
			What: "the signature of " + c.Participant + " is recorded and counts; its statement is missing",
			Hint: "go on: it stands in the record as a signature only", Err: err,
		}
	case err != nil:
		return err
	}
	if !signature {
		if err := s.record(f); err != nil {
			return err
		}
	}
	if err := s.record(ceremony.Fact{Body: st}); err != nil {
		return err
	}
	say(Progress{Kind: Passed, Text: safe("the %s of %s is stated, verified and recorded", c.Kind, c.Participant)})
	return nil
}

// stated is the statement of the key about c: one touch.
func (s *Sitting) stated(c ceremony.Contribution, session token.Session) (ceremony.Stated, error) {
	st := ceremony.Stated{Contribution: c.Digest(), Journal: root.Digest(s.journal.Head())}
	k, err := root.ParseSPKI(c.Key)
	if err != nil {
		return st, err
	}
	text := c.Statement(k, s.state.Rehearsal(), st.Journal).Text()
	if st.Sig, err = session.SignMessage(bytes.NewReader(text)); err != nil {
		return st, err
	}
	return st, s.state.AcceptStated(c, st)
}

// awaits remembers the token that waits for a touch.
func (s *Sitting) awaits(t token.Toucher) {
	s.touching.Lock()
	defer s.touching.Unlock()
	s.touch = t
}

// touched is a key press for a rehearsal token; a real one feels its own.
func (s *Sitting) touched() error {
	s.touching.Lock()
	defer s.touching.Unlock()
	if s.touch == nil {
		return refuse("", "no token waits for a key press")
	}
	s.touch.Touch()
	s.touch = nil
	return nil
}

package sitting

import (
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
		Plan: s.state.Plan.Digest(), Key: u.key.SPKI(), Attestation: u.attestation, At: root.FormatTime(s.cfg.Now()),
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
func (s *Sitting) session(ctx context.Context, a Act, say func(Progress), f func(*signing) error) error {
	u := s.turn
	if u.failed {
		return Refuse(BadToken, "put the token away; record an exception", "the token of %s does not pass its checks", u.participant)
	}
	if err := s.unspent(ctx, a.ID, func(i token.Info) int { return i.PINLeft }); err != nil {
		return err
	}
	g := &signing{ctx: ctx, of: touches(a.ID)}
	toucher, _ := u.token.(token.Toucher)
	onTouch := func(r token.TouchRequest) {
		s.awaits(toucher, g.number)
		p := g.progress(u, r)
		p.Press = toucher != nil
		g.finger = !p.Press
		say(p)
	}
	var err error
	if g.Session, err = u.token.Open(ctx, token.Want{Serial: u.info.Serial, SPKI: u.key.SPKI()}, a.Secrets[PINField], onTouch); err == nil {
		err = f(g)
		err = errors.Join(err, g.Close())
	}
	s.awaits(nil, 0)
	if err == nil {
		return nil
	}
	return g.warned(s.failed(ctx, a.ID, err))
}

// unspent refuses an act that presents a secret if fewer tries are left for it
// than the screen said: the token may have been used elsewhere since, and nobody
// spends the last one without having been asked. The screen then says it.
func (s *Sitting) unspent(ctx context.Context, act string, left func(token.Info) int) error {
	u := s.turn
	info, err := u.token.Inspect(ctx)
	if err == nil && info.Serial != u.info.Serial {
		err = &token.MismatchError{What: token.WhatSerial, Want: u.info.Serial, Got: info.Serial}
	}
	if err != nil {
		return s.failed(ctx, act, err)
	}
	if now, said := left(info), left(u.info); now == said || said >= 0 && now > said {
		return nil
	}
	s.lookAgain(ctx)
	return refuse("look at the screen again, and think before you type", "the token of %s has fewer tries left than the screen said; nothing was tried", u.participant)
}

// failed says what became of an act that the token on the table failed, and
// looks at the token anew.
func (s *Sitting) failed(ctx context.Context, act string, err error) error {
	f := failing(act, s.turn.participant)
	silent := s.lookAgain(ctx)
	var refusal *Refusal
	if errors.As(err, &refusal) { // it says already what it is about
		return err
	}
	if silent && errors.Is(givenUp(ctx, err), errGivenUp) {
		return Refuse(TokenStuck, f.hint(TokenStuck), "given up; %s has not answered yet and is put away", f.Name)
	}
	return f.Refusal(ctx, err)
}

// lookTimeout is how long a token may take to say what it is, after it has
// failed once: nobody can leave while it does.
const lookTimeout = 10 * time.Second

// lookAgain reads the token anew after a failure, the tries left above all, also
// if the act was given up. One that does not answer any more is put away, and so
// is another one that lies there in its place.
func (s *Sitting) lookAgain(ctx context.Context) (silent bool) {
	u := s.turn
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookTimeout)
	defer cancel()
	info, err := u.token.Inspect(ctx)
	if err != nil || info.Serial != u.info.Serial || s.look(ctx, u.participant, Seen{Token: u.token, Info: info}) != nil {
		s.putAway()
	}
	return err != nil
}

// contribute takes c through the one path for contributions and has the key
// state it. A signature over the candidate is recorded before its statement is
// asked for: it is good for ever, and a token that dies between the two touches
// must not take it along. A refusal and an enrolment are worth nothing without
// the statement, so nothing of them is recorded before it is there.
func (s *Sitting) contribute(c ceremony.Contribution, session *signing, say func(Progress)) error {
	f, err := s.state.Accept(c)
	if err != nil {
		return err
	}
	say(Progress{Kind: Passed, Text: "attestation and key are what the plan wants"})
	signature := c.Kind == ceremony.SignatureMade
	if signature {
		if err := s.record(f); err != nil {
			return &Refusal{
				Kind: NotDone,
				What: fmt.Sprintf("%s has signed candidate %v, and it could not be recorded; the signature is %x", c.Participant, c.Candidate, []byte(c.Signature.Sig)),
				Hint: "it stays valid: write it down or photograph it; " + journalHint(err), Err: err,
			}
		}
		s.refresh() // the meters move before the second touch
		say(Progress{Kind: Passed, Text: safe("the signature of %s is recorded", c.Participant)})
	}
	st, err := s.stated(c, session)
	switch {
	case err != nil && signature:
		return &Refusal{
			Kind: NoStatement,
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
func (s *Sitting) stated(c ceremony.Contribution, session *signing) (ceremony.Stated, error) {
	st := ceremony.Stated{Contribution: c.Digest(), Journal: root.Digest(s.journal.Head())}
	k, err := root.ParseSPKI(c.Key)
	if err != nil {
		return st, err
	}
	text := c.Statement(k, s.state.Rehearsal(), st.Journal).Text()
	if st.Sig, err = session.sign(statementOf(c.Kind), text); err != nil {
		return st, err
	}
	return st, s.state.AcceptStated(c, st)
}

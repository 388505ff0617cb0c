package sitting

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/internal/token"
)

// A signing is a token's session for the length of one act. It knows what each
// signature is for, so that the keyholder is told before they touch.
type signing struct {
	token.Session
	ctx    context.Context // of the act, as the session has it too
	what   string          // is signed now
	number int             // of this signature, from 1
	of     int             // that the act takes
	finger bool            // it waits, or was left waiting, for a touch that no key press makes
}

// sign has the token sign a message, saying what it is.
func (g *signing) sign(what string, message []byte) ([]byte, error) {
	g.what, g.number, g.finger = what, g.number+1, false
	sig, err := g.SignMessage(bytes.NewReader(message))
	err = givenUp(g.ctx, err)
	g.finger = g.finger && errors.Is(err, errGivenUp)
	return sig, err
}

// warned adds to the refusal of an act that was given up that its token still
// waits: nobody stops it by leaving, and a touch would have it sign.
func (g *signing) warned(err error) error {
	var r *Refusal
	if !g.finger || !errors.As(err, &r) {
		return err
	}
	then := r.Hint
	if r.Kind == TokenStuck {
		then = "insert it again and take it up again"
	}
	r.Hint = "take the token out now, and do not touch it: a touch would still make " + g.what + "; then " + then
	return err
}

// progress asks for the touch of the signature that is made now.
func (g *signing) progress(u *turn, r token.TouchRequest) Progress {
	return Progress{
		Kind: Touch, Target: u.participant, Serial: safe("%s", r.Serial), Policy: safe("%s", u.info.TouchPolicy),
		For: g.what, Number: g.number, Of: g.of, Timeout: r.Timeout,
		Text: safe("touch the token of %s (%s) now: %d seconds", u.participant, r.Serial, int(r.Timeout/time.Second)),
	}
}

// touches is how many signatures an act takes: that of the candidate is stated
// too.
func touches(act string) int {
	if act == ActSign {
		return 2
	}
	return 1
}

// statementOf names a contribution's statement.
func statementOf(kind ceremony.ContributionKind) string {
	switch kind {
	case ceremony.Enrolled:
		return "the proof of possession"
	case ceremony.Refused:
		return "the statement of the refusal"
	}
	return "the statement of the signature"
}

// awaits remembers the token that waits for a touch, and for the how manieth of
// its act.
func (s *Sitting) awaits(t token.Toucher, number int) {
	s.touching.Lock()
	defer s.touching.Unlock()
	s.touch, s.touchNumber = t, number
}

// touched is a key press for a rehearsal token; a real one feels its own. One
// that was meant for an earlier touch does not answer a later one, which says
// what it signs on a screen that the person had not seen.
func (s *Sitting) touched(number int) error {
	s.touching.Lock()
	defer s.touching.Unlock()
	if s.touch == nil {
		return refuse("wait until a touch is asked for", "no token waits for a key press")
	}
	if number != 0 && number != s.touchNumber {
		return refuse("look at what the touch is for", "touch %d is waited for, not touch %d", s.touchNumber, number)
	}
	s.touch.Touch()
	s.touch = nil
	return nil
}

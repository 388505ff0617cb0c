package sitting

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/internal/token"
)

// The fields of an unblocking.
const (
	pukField    = "puk"
	newPINField = "new-pin"
)

// showBlocked says what a blocked PIN means, and offers the way out.
func (s *Sitting) showBlocked(v *View) {
	u := s.turn
	if u.info.PINLeft != 0 {
		return
	}
	o, can := s.unblocking()
	text := "The PIN is blocked. With the PUK the token takes a new one; that is recorded as an exception, and its holder then goes on with the new PIN."
	switch {
	case u.info.PUKLeft == 0:
		text = "PIN and PUK are blocked. The token signs nothing any more: it can only be reset, which destroys its key."
	case !can:
		text = "The PIN is blocked, and this program cannot unblock such a token: its maker's tools can."
	}
	v.Heading = "Blocked token of " + u.participant
	v.Body = slices.Insert(v.Body, 0, Block{Text: []string{text, s.without(u.participant)}})
	if can {
		v.Acts = append(v.Acts, o)
	}
}

// unblocking is the offer to unblock the token on the table, where it can be.
func (s *Sitting) unblocking() (Offer, bool) {
	u := s.turn
	if _, writable := u.token.(token.Provisionable); !writable || u.failed || u.info.PUKLeft == 0 {
		return Offer{}, false
	}
	o := Offer{
		ID: ActUnblock, Target: u.participant, Danger: true, Next: true, Label: "unblock it with the PUK, and choose a new PIN",
		Fields: []Field{{
			Name: pukField, Kind: FieldSecret, Who: u.participant, Tries: u.info.PUKLeft,
			Prompt: fmt.Sprintf("PUK of %s (tries left: %s)", u.participant, pukTries(u.info.PUKLeft)),
		}, {
			Name: newPINField, Kind: FieldSecret, Who: u.participant, Prompt: "New PIN of " + u.participant + ", 6 to 8 characters",
		}, {
			Name: newPINField + "-again", Kind: FieldSecret, Who: u.participant, Prompt: "The new PIN once more", Same: newPINField,
		}},
	}
	if u.info.PUKLeft == 1 {
		o.Fields = append([]Field{secondThought(s.witness(), "after a wrong PUK the token can only be reset, which destroys its key")}, o.Fields...)
	}
	return o, true
}

// without says whether the quorums can be met without this participant.
func (s *Sitting) without(participant string) string {
	meters := s.meters()
	if len(meters) == 0 {
		return "A key that cannot be enrolled cannot join: the plan then has to name another token."
	}
	for _, m := range meters {
		could := m.Have
		for _, k := range m.Keys {
			if k.State == KeyCould && k.Name != participant {
				could++
			}
		}
		if could < m.Need {
			return fmt.Sprintf("Without it the %s quorum cannot be met any more: it needs %d keys, and %d are left.", m.Quorum, m.Need, could)
		}
	}
	return "It can be done without: the other keys are enough for every quorum."
}

// unblock gives the token on the table a new PIN on the strength of its PUK.
// That is a deviation, recorded before the PUK is presented: an answer can get
// lost, and a new PIN must not hold that nothing tells of. Who knew the PUK, and
// why the PIN was lost, is for people to say, and an exception stays open until
// they have. That its holder has the new PIN is proven by the signature that
// follows.
func (s *Sitting) unblock(ctx context.Context, a Act, say func(Progress)) error {
	u := s.turn
	t, writable := u.token.(token.Provisionable)
	if !writable {
		return refuse("put the token away", "this program cannot unblock the token of %s", u.participant)
	}
	if err := s.unspent(ctx, a.ID, func(i token.Info) int { return i.PUKLeft }); err != nil {
		return err
	}
	intent := s.blocked(u, "its PUK was presented to token "+u.info.Serial+" for a new one, and what came of it is not recorded: perhaps the new one holds")
	if err := s.record(intent); err != nil {
		return err
	}
	if err := t.Provisioner(u.info.Serial).Unblock(ctx, a.Secrets[pukField], a.Secrets[newPINField]); err != nil {
		return s.notUnblocked(ctx, intent, err)
	}
	done := s.blocked(u, "token "+u.info.Serial+" was given a new one with its PUK")
	if err := s.record(done); err != nil {
		return err
	}
	if err := s.settle(intent, "the token took the new PIN: exception "+done.ID().String()[:8]+" is about it"); err != nil {
		return err
	}
	say(Progress{Kind: Passed, Text: safe("the token of %s has a new PIN; an exception is open until it is said how that came", u.participant)})
	s.lookAgain(ctx)
	return nil
}

// notUnblocked says what became of an unblocking that failed with err. Only a
// token that said no is known to be as it was.
func (s *Sitting) notUnblocked(ctx context.Context, intent ceremony.Fact, err error) error {
	name := s.turn.participant
	refusal := s.failed(ctx, ActUnblock, err)
	switch kind := KindOf(err); kind {
	case WrongPUK, LastPUK, PUKBlocked, WeakPIN, WrongToken, ReaderBusy:
		if err := s.settle(intent, "the PIN is as it was: "+string(kind)); err != nil {
			return err
		}
		return refusal
	default:
		return &Refusal{
			Kind: kind, Err: givenUp(ctx, err),
			What: "the answer of the token of " + name + " is lost: perhaps the new PIN holds, and an exception is open until that is known",
			Hint: "take the token of " + name + " out, insert it again and take it up again: if its PIN has tries left, the new one holds; else unblock it again",
		}
	}
}

// blocked is the exception that a PIN was blocked, and what was done about it.
func (s *Sitting) blocked(u *turn, done string) ceremony.Fact {
	current, _ := s.state.Current()
	return ceremony.Fact{Body: ceremony.Exception{
		Step: current, Subject: u.participant, Expected: "a PIN that its holder knows",
		Happened: "the PIN of " + u.participant + " was blocked; " + done, Nonce: s.state.Exceptions(),
	}}
}

// settle closes an exception whose outcome this program has seen.
func (s *Sitting) settle(exception ceremony.Fact, outcome string) error {
	return s.record(ceremony.Fact{Body: ceremony.Closed{Exception: exception.ID(), Decision: outcome, By: "this program"}})
}

// fillsNewPIN refuses a PIN that anybody would try first, before the PUK is
// presented with it.
func (s *Sitting) fillsNewPIN(a Act) error {
	why := token.Weakness(a.Secrets[newPINField], s.turn.info.Serial)
	if why == "" && bytes.Equal(a.Secrets[newPINField].Bytes(), a.Secrets[pukField].Bytes()) {
		why = "it is the PUK: whoever reads one then knows both"
	}
	if why == "" {
		return nil
	}
	return Refuse(WeakPIN, "choose another one; nothing was tried", "the new PIN is not taken: %s", why)
}

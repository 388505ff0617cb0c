package sitting

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/token"
)

// A found is a token that was looked at.
type found struct {
	token token.Token
	info  token.Info
}

// A search goes through the tokens that are there for the one that the plan
// names for a participant: by kind and serial number, never by reader.
type search struct {
	participant string
	want        plan.Token
	of          func(serial string) string // whose token that is
	theirs      []found
	others      []string // what else is there
	trouble     error    // of the first that could not be looked at
}

// find is the token with the wanted key. What else lies there is told if it is
// not there.
func (s *Sitting) find(ctx context.Context, participant string, want plan.Token) (found, error) {
	tokens, err := s.cfg.Tokens(ctx)
	if err != nil {
		return found{}, unlisted(ctx, participant, err)
	}
	q := &search{participant: participant, want: want, of: s.holderOf}
	for _, t := range tokens {
		q.look(ctx, t)
	}
	if ctx.Err() != nil {
		q.drop(-1)
		return found{}, tokenRefusal(ActToken, participant, errGivenUp)
	}
	key, known := s.state.InForce().KeyOf(participant)
	if known {
		q.keep(key.SPKI())
	}
	return q.one()
}

// unlisted is the refusal where nobody can tell which tokens there are.
func unlisted(ctx context.Context, participant string, err error) error {
	if err = givenUp(ctx, err); errors.Is(err, errGivenUp) {
		return tokenRefusal(ActToken, participant, err)
	}
	r := &Refusal{Kind: kindOf(err), What: "tokens cannot be listed", Err: err}
	if r.Hint = hint(r.Kind, participant, again(ActToken)); r.Kind == NotDone {
		r.Hint = "look at the readers, then take the token of " + participant + " up again"
	}
	return r
}

// look takes note of a token, and lets it go if it is not theirs. A token of
// another kind never stands in for theirs, whatever number it says it has.
func (q *search) look(ctx context.Context, t token.Token) {
	info, err := t.Inspect(ctx)
	switch {
	case err != nil:
		q.others = append(q.others, "one that does not answer: "+err.Error())
		if q.trouble == nil {
			q.trouble = err
		}
	case info.Serial != string(q.want.Serial):
		q.others = append(q.others, fmt.Sprintf("%s (%s)", info.Serial, q.of(info.Serial)))
	case string(info.Kind) != string(q.want.Kind):
		q.others = append(q.others, fmt.Sprintf("%s of kind %s, and the plan wants one of kind %s", info.Serial, info.Kind, q.want.Kind))
	case !q.inSlot(info):
		q.others = append(q.others, fmt.Sprintf("%s, key %s", info.Serial, info.Slot))
	default:
		q.theirs = append(q.theirs, found{t, info})
		return
	}
	t.Close() //nolint:errcheck // it was only looked at
}

// inSlot reports whether a key of an HSM is the one that the plan names, if it
// names one. Of the keys of a card a driver shows the one that signs.
func (q *search) inSlot(info token.Info) bool {
	return info.Kind != token.PKCS11 || q.want.Slot == "" || strings.EqualFold(info.Slot, string(q.want.Slot))
}

// keep picks, of several keys of one HSM, the one that the plan has in full. If
// none is it, all stay.
func (q *search) keep(spki []byte) {
	if q.want.Kind != plan.PKCS11Token {
		return
	}
	for i, f := range q.theirs {
		if bytes.Equal(f.info.SPKI, spki) {
			q.drop(i)
			return
		}
	}
}

// drop lets all go but one.
func (q *search) drop(but int) {
	var kept []found
	for i, f := range q.theirs {
		if i == but {
			kept = append(kept, f)
			continue
		}
		f.token.Close() //nolint:errcheck // it was only looked at
	}
	q.theirs = kept
}

// one is the token, if exactly one is it.
func (q *search) one() (found, error) {
	switch len(q.theirs) {
	case 0:
		return found{}, q.missing()
	case 1:
		return q.slotted()
	}
	a, b := q.theirs[0].info, q.theirs[1].info
	q.drop(-1)
	if a.Kind == token.PKCS11 && a.Reader == b.Reader && a.Slot != b.Slot {
		return found{}, refuse("have the plan name the key's id as slot",
			"%s", safe("token %s of %s holds several keys, %s and %s among them, and the plan does not say which", a.Serial, q.participant, a.Slot, b.Slot))
	}
	return found{}, refuseAs(WrongToken, "take out the one that is not theirs, and record an exception",
		"%s", safe("two tokens say that they are the one with serial number %s: in %s and in %s", a.Serial, a.Reader, b.Reader))
}

// slotted is the one token, if the plan has its key where this program signs.
func (q *search) slotted() (found, error) {
	f := q.theirs[0]
	want := string(q.want.SlotInForce())
	if want == "" || strings.EqualFold(want, f.info.Slot) {
		return f, nil
	}
	q.drop(-1)
	return found{}, refuse("have the plan mended, or the key made in slot "+f.info.Slot,
		"%s", safe("the plan has the key of %s in slot %s, and this program signs with the one in slot %s only", q.participant, want, f.info.Slot))
}

// missing says what is there instead. What does not answer may be the one.
func (q *search) missing() error {
	kind, here := TokenRemoved, "no token is there"
	if len(q.others) > 0 {
		kind, here = WrongToken, "there are: "+strings.Join(q.others, ", ")
	}
	switch k := kindOf(q.trouble); k {
	case ReaderBusy, NoService, TokenStuck, BadToken:
		kind = k
	}
	r := &Refusal{
		Kind: kind, Hint: hint(kind, q.participant, again(ActToken)),
		What: safe("the token of %s, serial number %s, is not there; %s", q.participant, q.want.Serial, here),
	}
	if kind == BadToken { // nobody can say whose it is
		r.Hint = "take out the one that answers nonsense, insert the token of " + q.participant + " and take it up again"
	}
	return r
}

func (s *Sitting) holderOf(serial string) string {
	for _, name := range sortedKeys(s.state.Plan.Participants) {
		if t := s.state.Plan.Participants[name].Token; t != nil && string(t.Serial) == serial {
			return "of " + name
		}
	}
	return "in no plan of ours"
}

package sitting

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/internal/token"
)

// A Wanted is what is known of a token before it is looked for: by kind and
// serial number, never by reader.
type Wanted struct {
	Plan        *plan.Plan     // that names it; nil if none does
	Participant string         // by the plan
	Kind        plan.TokenKind // "" is any
	Serial      string         // "" is the only one that is there
	Slot        string         // "" is the only key
}

// WantedBy is what a plan says of a participant's token; false if it names none.
func WantedBy(p *plan.Plan, participant string) (Wanted, bool) {
	t := p.Participants[participant].Token
	if t == nil {
		return Wanted{}, false
	}
	return Wanted{Plan: p, Participant: participant, Kind: t.Kind, Serial: string(t.Serial), Slot: string(t.SlotInForce())}, true
}

// Name is the token, as people are told of it.
func (w Wanted) Name() string {
	switch {
	case w.Participant != "":
		return "the token of " + w.Participant
	case w.Serial != "":
		return "token " + w.Serial
	}
	return "the token"
}

// Find is the one token that is wanted; the others are closed. The error is a
// *[Refusal], whose hint is worded by f: what is there instead, or that several
// may be meant.
func (w Wanted) Find(all []Seen, f Failing) (Seen, error) {
	at, err := w.among(all, f)
	for i, s := range all {
		if i != at || err != nil {
			CloseSeen([]Seen{s})
		}
	}
	if err != nil {
		return Seen{}, err
	}
	return all[at], nil
}

// among is which of the tokens is the wanted one.
func (w Wanted) among(all []Seen, f Failing) (int, error) {
	var theirs []int
	var others []string
	for i, s := range all {
		if other := w.other(s); other != "" {
			others = append(others, other)
			continue
		}
		theirs = append(theirs, i)
	}
	switch theirs = w.planned(all, theirs); len(theirs) {
	case 0:
		return 0, w.missing(all, others, f)
	case 1:
		return theirs[0], w.misplaced(all[theirs[0]].Info)
	}
	return 0, w.several(all, theirs)
}

// other says what a token is that is not the wanted one, and nothing of one that
// may be. A token of another kind never stands in for theirs, whatever number it
// says it has. Of the keys of a card a driver shows the one that signs; of those
// of an HSM each counts as a token.
func (w Wanted) other(s Seen) string {
	i := s.Info
	switch {
	case s.Err != nil:
		return s.silence()
	case w.Serial != "" && i.Serial != w.Serial:
		return i.Serial + w.holder(i.Serial)
	case w.Kind != "" && string(i.Kind) != string(w.Kind):
		return fmt.Sprintf("%s of kind %s, and the plan wants one of kind %s", i.Serial, i.Kind, w.Kind)
	case i.Kind == token.PKCS11 && w.Slot != "" && !strings.EqualFold(i.Slot, w.Slot):
		return fmt.Sprintf("%s, key %s", i.Serial, i.Slot)
	}
	return ""
}

// holder is whose token the plan says that it is.
func (w Wanted) holder(serial string) string {
	if w.Plan == nil {
		return ""
	}
	for _, name := range sortedKeys(w.Plan.Participants) {
		if t := w.Plan.Participants[name].Token; t != nil && string(t.Serial) == serial {
			return " (of " + name + ")"
		}
	}
	return " (in no plan of ours)"
}

// planned picks, of several keys of one HSM, the one that the plan has in full.
// If none is it, all stay.
func (w Wanted) planned(all []Seen, theirs []int) []int {
	if w.Kind != plan.PKCS11Token {
		return theirs
	}
	key, known := w.Plan.KeyOf(w.Participant)
	for _, i := range theirs {
		if known && bytes.Equal(all[i].Info.SPKI, key.SPKI()) {
			return []int{i}
		}
	}
	return theirs
}

// misplaced refuses a card whose key is wanted in a slot that this program does
// not sign with.
func (w Wanted) misplaced(i token.Info) error {
	if w.Slot == "" || strings.EqualFold(w.Slot, i.Slot) {
		return nil
	}
	return refuse("have the plan mended, or the key made in slot "+i.Slot,
		"%s", safe("the key of %s is wanted in slot %s, and this program signs with the one in slot %s only", w.Name(), w.Slot, i.Slot))
}

// several refuses to choose.
func (w Wanted) several(all []Seen, theirs []int) error {
	a, b := all[theirs[0]].Info, all[theirs[1]].Info
	switch {
	case slices.ContainsFunc(theirs, func(i int) bool { return all[i].Info.Serial != a.Serial }):
		return Refuse(SeveralTokens, "name the serial number of one", "several tokens are there")
	case a.Kind == token.PKCS11 && a.Reader == b.Reader && a.Slot != b.Slot:
		return refuse("have the plan name the key's id as slot",
			"%s", safe("%s holds several keys, %s and %s among them, and nothing says which is meant", w.numbered(), a.Slot, b.Slot))
	}
	return Refuse(TwinTokens, "take out the one that is not theirs, and record an exception",
		"%s", safe("two tokens say that they are the one with serial number %s: in %s and in %s", a.Serial, a.Reader, b.Reader))
}

// missing says what is there instead. What does not answer may be the one.
func (w Wanted) missing(all []Seen, others []string, f Failing) error {
	kind, here := TokenRemoved, "no token is there"
	if len(others) > 0 {
		kind, here = WrongToken, "there are: "+strings.Join(others, ", ")
	}
	if i := slices.IndexFunc(all, func(s Seen) bool { return s.Err != nil }); i >= 0 {
		switch k := KindOf(all[i].Err); k {
		case ReaderBusy, NoService, NotAllowed, TokenStuck, BadToken:
			kind = k
		}
	}
	if w.Serial != "" {
		here = w.numbered() + " is not there; " + here
	}
	r := &Refusal{Kind: kind, What: safe("%s", here), Hint: f.hint(kind)}
	if kind == BadToken { // nobody can say whose it is
		r.Hint = "take out the one that answers nonsense, insert " + f.Name + " and " + f.look("it")
	}
	return r
}

// numbered is the token with its serial number, where the name lacks it.
func (w Wanted) numbered() string {
	if w.Participant == "" {
		return w.Name()
	}
	return w.Name() + ", serial number " + w.Serial + ","
}

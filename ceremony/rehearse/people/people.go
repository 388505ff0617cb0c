// Package people plays the participants of a rehearsal: it looks at the view,
// as they would look at the screen, and answers with an act. It has nothing
// else to go by, and no other way to do anything: what it does, people at the
// same screen can do.
package people

import (
	"slices"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// A Mishap is something that a participant does wrong or differently, once,
// when their turn to sign comes.
type Mishap string

// The mishaps.
const (
	WrongPIN   Mishap = "wrong-pin"   // mistypes the PIN, then types it right
	WrongWords Mishap = "wrong-words" // mistypes a word, then types it right
	Refuses    Mishap = "refuses"     // refuses to sign
	Exception  Mishap = "exception"   // records an exception, and closes it before the seal
)

// Cast is who is played, and how.
type Cast struct {
	PINs    map[string]string // by participant
	Absent  []string          // do not come
	Mishaps map[string]Mishap // by participant
}

// People plays a cast. Make one for each sitting.
type People struct {
	cast Cast
	done map[string]bool // mishaps that have happened
}

// New plays the cast.
func New(c Cast) *People { return &People{cast: c, done: make(map[string]bool)} }

// Answer is what the people do at this view; false if they do not know how to
// go on.
func (p *People) Answer(v sitting.View) (sitting.Act, bool) {
	for _, o := range p.order(v) {
		if a, ok := p.act(v, o); ok {
			return a, true
		}
	}
	return sitting.Act{}, false
}

// order puts the mishaps that are due first, then what the step waits for,
// then the arrivals, which nothing waits for but which come first in a room.
func (p *People) order(v sitting.View) []sitting.Offer {
	var due, arrivals, next, rest []sitting.Offer
	for _, o := range v.Acts {
		switch {
		case p.due(v, o):
			due = append(due, o)
		case o.ID == sitting.ActSignIn && !p.absent(o.Target):
			arrivals = append(arrivals, o)
		case o.Next && !p.absent(o.Target):
			next = append(next, o)
		case o.ID == sitting.ActClose:
			rest = append(rest, o)
		}
	}
	return append(append(append(due, arrivals...), next...), rest...)
}

func (p *People) absent(name string) bool { return slices.Contains(p.cast.Absent, name) }

// due reports whether o is how a mishap happens now: at the participant's turn
// to sign.
func (p *People) due(v sitting.View, o sitting.Offer) bool {
	signer := turn(v)
	if signer == "" || p.done[signer] {
		return false
	}
	switch p.cast.Mishaps[signer] {
	case Refuses:
		return o.ID == sitting.ActRefuse
	case Exception:
		return o.ID == sitting.ActException
	}
	return false
}

// turn is whose signature is offered.
func turn(v sitting.View) string {
	for _, o := range v.Acts {
		if o.ID == sitting.ActSign {
			return o.Target
		}
	}
	return ""
}

// act fills an offer in.
func (p *People) act(v sitting.View, o sitting.Offer) (sitting.Act, bool) {
	a := o.Act()
	signer := turn(v)
	mishap := p.cast.Mishaps[signer]
	fresh := signer != "" && !p.done[signer]
	for _, f := range o.Fields {
		switch f.Kind {
		case sitting.FieldWords:
			a.Fields[f.Name] = read(v, o, f)
			if fresh && mishap == WrongWords {
				a.Fields[f.Name] = "aardvark aardvark aardvark"
			}
		case sitting.FieldPhrase:
			a.Fields[f.Name] = f.Phrase
		case sitting.FieldSecret:
			pin, known := p.cast.PINs[o.Target]
			if !known || f.Name != sitting.PINField {
				return a, false
			}
			if fresh && mishap == WrongPIN {
				pin = "00000000"
			}
			a.Secrets[f.Name] = sitting.NewSecret([]byte(pin))
		default:
			typed, known := answer(v, f)
			if !known && !f.Optional {
				return a, false
			}
			a.Fields[f.Name] = typed
		}
	}
	if signer != "" {
		p.done[signer] = true
	}
	return a, true
}

// read reads the words off the screen: of the block that shows the digest of
// the offer.
func read(v sitting.View, o sitting.Offer, f sitting.Field) string {
	var out []string
	for _, b := range v.Body {
		if b.Digest != o.Digest || len(b.Words) == 0 {
			continue
		}
		for _, n := range f.Positions {
			out = append(out, b.Words[n-1])
		}
		break
	}
	return strings.Join(out, " ")
}

// answer is what people type into the fields of text; false if they would not
// know what to say.
func answer(v sitting.View, f sitting.Field) (typed string, known bool) {
	switch f.Name {
	case "outside":
		return v.Now.Format(time.RFC3339), true
	case "reason":
		return "the expiry is not what our board decided", true
	case "expected":
		return "nobody leaves the room while a token is on the table", true
	case "happened":
		return "somebody opened the door for a minute", true
	case "decision":
		return "the door was closed; the token was in view all the time", true
	case "by":
		return "the lead, with the witness", true
	}
	return "", false
}

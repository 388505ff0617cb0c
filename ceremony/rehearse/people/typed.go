package people

import (
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// wrongPIN is nobody's.
const wrongPIN = "00000000"

// act fills an offer in; false if they do not know what one of its fields
// wants. says is what they came to say.
func (p *People) act(v sitting.View, o sitting.Offer, says map[string]string) (sitting.Act, bool) {
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
			secret, known := p.secret(v, o, f)
			if !known {
				return a, false
			}
			if fresh && mishap == WrongPIN {
				secret = wrongPIN
			}
			a.Secrets[f.Name] = sitting.NewSecret([]byte(secret))
		default:
			typed, known := p.text(v, f, says)
			if !known && !f.Optional {
				return a, false
			}
			a.Fields[f.Name] = typed
		}
	}
	return a, true
}

// secret is the PIN, or what a blocked one is given anew with; false if they do
// not have it.
func (p *People) secret(v sitting.View, o sitting.Offer, f sitting.Field) (typed string, known bool) {
	switch {
	case o.ID == sitting.ActUnblock && f.Name == pukField:
		typed, known = p.cast.PUKs[o.Target]
	case o.ID == sitting.ActUnblock:
		typed, known = p.cast.NewPINs[o.Target]
	case f.Name == sitting.PINField:
		typed, known = p.cast.PINs[o.Target]
		if fresh, changed := p.cast.NewPINs[o.Target]; changed && p.unblocked[o.Target] {
			typed = fresh
		}
		if p.forgets(v, o.Target) {
			typed = wrongPIN
		}
	}
	return typed, known
}

// pukField is the field of the PUK, when a token is unblocked.
const pukField = "puk"

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

// text is what people type into the fields of text; false if they would not
// know what to say.
func (p *People) text(v sitting.View, f sitting.Field, says map[string]string) (typed string, known bool) {
	for _, said := range []map[string]string{says, p.cast.Says} {
		if typed, known = said[f.Name]; known {
			return typed, true
		}
	}
	switch f.Name {
	case "outside":
		return v.Now.Add(p.cast.Clock).Format(time.RFC3339), true
	case "reason":
		return "the expiry is not what our board decided", true
	case "second":
		return "the first candidate was given up before it was complete", true
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

package sitting_test

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// answer fills an offer in, from what the view shows.
func answer(v sitting.View, o sitting.Offer, pin string) sitting.Act {
	a := o.Act()
	for _, f := range o.Fields {
		switch {
		case f.Kind == sitting.FieldSecret:
			a.Secrets[f.Name] = sitting.NewSecret([]byte(pin))
		case f.Kind == sitting.FieldWords:
			a.Fields[f.Name] = wordsAt(v, o, f)
		case f.Kind == sitting.FieldPhrase:
			a.Fields[f.Name] = f.Phrase
		case f.Name == "outside":
			a.Fields[f.Name] = v.Now.Format(time.RFC3339)
		case f.Name == "person": // nobody says who plays whom
		case f.Name == "bip39":
			a.Fields[f.Name] = bip39(v)
		default:
			a.Fields[f.Name] = "as it was said aloud"
		}
	}
	return a
}

func wordsAt(v sitting.View, o sitting.Offer, f sitting.Field) string {
	for _, b := range v.Body {
		if b.Digest == o.Digest && len(b.Words) > 0 {
			return b.Words[f.Positions[0]-1] + " " + b.Words[f.Positions[1]-1] + " " + b.Words[f.Positions[2]-1]
		}
	}
	return ""
}

// bip39 reads the 24 words off the screen, without their numbers.
func bip39(v sitting.View) string {
	var out []string
	for _, b := range v.Body {
		if strings.Contains(b.Title, "24 words") {
			for _, w := range strings.Fields(strings.Join(b.Lines, " ")) {
				if w[0] >= 'a' {
					out = append(out, w)
				}
			}
		}
	}
	return strings.Join(out, " ")
}

func offered(v sitting.View) string {
	var out []string
	for _, o := range v.Acts {
		out = append(out, o.ID+" "+o.Target)
	}
	return strings.Join(out, ", ")
}

// now is the step that the agenda is at.
func now(v sitting.View) string {
	for _, i := range v.Agenda {
		if i.State == sitting.AgendaNow {
			return i.Step
		}
	}
	return ""
}

// shows reports whether some text of the view contains want.
func shows(v sitting.View, want string) bool {
	found := false
	texts(v, func(s string) { found = found || strings.Contains(s, want) })
	return found
}

func hexOf(s string) string { return hex.EncodeToString([]byte(s)) }

func printed(v any) string { return fmt.Sprintf("%+v %#v %s %x", v, v, v, v) }

// Package provisiontest plays whoever makes a token ready, for tests of the
// engine and of what shows it.
package provisiontest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// A Holder does what each step waits for, and makes no mistakes. What they were
// shown once they have on paper.
type Holder struct {
	PIN, PUK string
	paper    []string // the management key, group by group
}

// Answer picks the act that the step waits for and fills it in; false if there
// is none.
func (h *Holder) Answer(v sitting.View) (sitting.Act, bool) {
	for _, o := range v.Acts {
		if o.Next {
			return h.Fill(v, o), true
		}
	}
	return sitting.Act{}, false
}

// Fill answers what an offer asks for.
func (h *Holder) Fill(v sitting.View, o sitting.Offer) sitting.Act {
	for _, b := range v.Body {
		if len(b.Words) > 0 {
			h.paper = b.Words
		}
	}
	a := o.Act()
	for _, f := range o.Fields {
		switch f.Kind {
		case sitting.FieldSecret:
			a.Secrets[f.Name] = sitting.NewSecret([]byte(h.secret(f)))
		case sitting.FieldPhrase:
			a.Fields[f.Name] = f.Phrase
		default:
			a.Fields[f.Name] = h.text(v, f)
		}
	}
	return a
}

func (h *Holder) secret(f sitting.Field) string {
	switch {
	case strings.Contains(f.Prompt, "PUK"):
		return h.PUK
	case strings.HasPrefix(f.Prompt, "Management key"):
		return h.Management()
	}
	return h.PIN
}

// Management is the management key as it stands on paper; "" if it was never
// shown.
func (h *Holder) Management() string { return strings.Join(h.paper, " ") }

// text is the number on the case, or groups off the paper.
func (h *Holder) text(v sitting.View, f sitting.Field) string {
	if !strings.HasPrefix(f.Prompt, "Groups") {
		return v.Turn.Serial
	}
	var out []string
	for _, n := range regexp.MustCompile(`\d+`).FindAllString(f.Prompt, -1) {
		at, err := strconv.Atoi(n)
		if err != nil || at < 1 || at > len(h.paper) {
			return fmt.Sprintf("group %s is not on the paper", n)
		}
		out = append(out, h.paper[at-1])
	}
	return strings.Join(out, " ")
}

package plan

import (
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
)

// lineWidth is what a terminal of 80 columns shows without wrapping.
const lineWidth = 80

// maxCombinations is how many sets of organisations are spelled out; the review
// has them all.
const maxCombinations = 12

// Explain is the review for people, but for its findings: those stand in lines
// with the name of the file, which the caller knows. Plain text, 80 columns
// where no single word is longer. What comes from the file is shown with control
// characters visible.
func Explain(r Review) string {
	w := &writer{}
	state := "a draft: keys are still to be enrolled"
	if r.Frozen {
		state = "frozen: every key stands in it"
	}
	w.para("Plan: "+r.Name+" - "+state+".", "")
	w.line("")
	switch {
	case r.Compared:
	case r.Document == KeyManagerDocument:
		w.para("Not compared with the trusted root and the document before: what changes is not known.", "")
	default:
		w.para("Compared with no trusted root: who joins and what changes is not known.", "")
	}
	w.holders("Joining", r.Joining)
	w.holders("Remaining", r.Remaining)
	w.holders("Leaving", r.Leaving)
	for _, c := range r.Roles {
		if r.Compared {
			w.line(c.String())
		} else {
			w.line(c.after())
		}
	}
	if r.Document == RootDocument {
		w.para(fmt.Sprintf("%d of the next root's tokens may be lost before no further root can be made.", r.Spare), "")
	}
	w.combinations("Together these reach the root threshold:", r.Reach)
	w.combinations("Together these can block it:", r.Block)
	if !r.BeginBy.IsZero() {
		w.line("Begin the next ceremony by " + root.FormatTime(r.BeginBy) + ".")
	}
	w.line("")
	w.keys(r.Keys)
	return w.b.String()
}

// String is a role before and after: "root: 3 of 5, was 2 of 4".
func (c Change) String() string {
	s := c.after()
	switch {
	case c.KeysBefore == 0:
		return s + ", new"
	case c.KeysBefore == c.KeysAfter && c.ThresholdBefore == c.ThresholdAfter:
		return s + ", as before"
	}
	return s + fmt.Sprintf(", was %d of %d", c.ThresholdBefore, c.KeysBefore)
}

func (c Change) after() string {
	return fmt.Sprintf("%s: %d of %d", c.Role, c.ThresholdAfter, c.KeysAfter)
}

// A writer puts words into lines.
type writer struct{ b strings.Builder }

func (w *writer) line(s string) { w.b.WriteString(visible.Line(s) + "\n") }

// para breaks text at spaces; further lines begin with indent.
func (w *writer) para(text, indent string) {
	text = visible.Line(text)
	words := strings.Fields(text)
	if len(words) == 0 {
		return
	}
	line := text[:strings.Index(text, words[0])] + words[0]
	for _, word := range words[1:] {
		switch {
		case visible.Width(line)+1+visible.Width(word) > lineWidth:
			w.b.WriteString(line + "\n")
			line = indent + word
		default:
			line += " " + word
		}
	}
	w.b.WriteString(line + "\n")
}

func (w *writer) holders(what string, names []string) {
	if len(names) > 0 {
		w.para(what+": "+strings.Join(names, ", "), "  ")
	}
}

func (w *writer) combinations(what string, sets [][]string) {
	if len(sets) == 0 {
		return
	}
	w.line(what)
	for i, set := range sets {
		if i == maxCombinations {
			w.line(fmt.Sprintf("  and %d more combinations", len(sets)-i))
			return
		}
		w.para("  "+strings.Join(set, " + "), "    ")
	}
}

// keys are two lines each: the whole fingerprint stands alone, to be compared.
func (w *writer) keys(keys []Listed) {
	w.line("Keys, with the SHA-256 of each:")
	for _, k := range keys {
		w.line(fmt.Sprintf("  %s (%s)", k.Name, k.Type))
		if k.Fingerprint == (root.Fingerprint{}) {
			w.line("    to be enrolled")
			continue
		}
		w.line("    " + k.Fingerprint.String())
	}
}

package provision_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/provision"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/golden"
)

// TestViewGolden compares every view of whole runs: what a front-end has to go
// by, and no layout. What is random is masked.
func TestViewGolden(t *testing.T) {
	st := newStage(t)
	st.open()
	golden.Compare(t, "testdata/protected.views.golden", st.film(""))
	st.open()
	golden.Compare(t, "testdata/already.views.golden", st.film(""))

	st = newStage(t)
	st.sealed()
	st.open()
	first := st.film(provision.ActKey)
	st.hand.pull(1, false, false)
	first += "\n--- pulled\n" + st.film("")
	st.hand.insert()
	st.open()
	golden.Compare(t, "testdata/half-done-and-sealed.views.golden", first+"\n--- another run\n"+st.film(""))
}

// film plays until an act is offered, or to the end, or until something is
// refused, and writes down every view and what is said.
func (st *stage) film(until string) string {
	st.t.Helper()
	var out strings.Builder
	for v := st.p.View(); ; v = st.p.View() {
		dump(&out, v)
		a, known := st.holder.Answer(v)
		if v.Done || !known || a.ID == until {
			return mask(out.String())
		}
		fmt.Fprintf(&out, "DOES %s\n", a.ID)
		err := st.do(a)
		for _, s := range st.said {
			fmt.Fprintf(&out, "  .. %s\n", s)
		}
		if err != nil {
			fmt.Fprintf(&out, "  !! %v\n", err)
			return mask(out.String())
		}
	}
}

// mask hides what differs from run to run.
func mask(text string) string {
	text = regexp.MustCompile(`\b[0-9a-f]{64}\b`).ReplaceAllString(text, "(digest)")
	text = regexp.MustCompile(`\b[0-9a-f]{8}\b`).ReplaceAllStringFunc(text, func(s string) string {
		if strings.HasPrefix(s, "900001") {
			return s
		}
		return "(short)"
	})
	text = regexp.MustCompile(`words \[.+\]`).ReplaceAllString(text, "words (the management key)")
	return regexp.MustCompile(`\d+ bytes;`).ReplaceAllString(text, "NNN bytes;") // DER differs by some
}

// dump writes a view, a line for each thing that it says.
func dump(out *strings.Builder, v sitting.View) {
	fmt.Fprintf(out, "\n=== %s | %s, %s %s, rehearsal %v, at %s, done %v\n", v.Heading, v.Title, v.Format, v.Purpose, v.Rehearsal, v.Place, v.Done)
	fmt.Fprintf(out, "step  %s\nturn  %+v\n", step(v), v.Turn)
	golden.Body(out, v, func(b sitting.Block) string {
		return fmt.Sprintf("%q digest %v words %v", b.Title, b.Digest, b.Words)
	})
	for _, o := range v.Acts {
		fmt.Fprintf(out, "act   %s %q next %v, danger %v\n", o.ID, o.Label, o.Next, o.Danger)
		for _, f := range o.Fields {
			fmt.Fprintf(out, "      %s %s %q by %q, phrase %q, tries %d, same as %q\n", f.Name, f.Kind, f.Prompt, f.Who, f.Phrase, f.Tries, f.Same)
		}
	}
}

package plain

import (
	"fmt"
	"io"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/visible"
)

// width is how wide lines are made; longer ones from files are left whole.
const width = 78

// head is the line above each screen: what this is, and where it stands.
func head(w io.Writer, v sitting.View) {
	mode := "PRODUCTION"
	if v.Rehearsal {
		mode = "REHEARSAL"
	}
	fmt.Fprintf(w, "\n%s\n", strings.Repeat("=", width))
	fmt.Fprintf(w, "%s | %s | %s, %s\n", mode, v.Title, v.Format, v.Purpose)
	fmt.Fprintf(w, "place %s | %s\n", v.Place, v.Now.Format("2006-01-02 15:04:05 UTC"))
	for i, item := range v.Agenda {
		if item.State == sitting.AgendaNow {
			fmt.Fprintf(w, "Step %d of %d: %s\n", i+1, len(v.Agenda), item.Title)
			if v.Heading == item.Title {
				return
			}
		}
	}
	fmt.Fprintln(w, v.Heading)
}

// parts are what a view shows between head and acts, each as its lines.
func parts(v sitting.View) []string {
	var out []string
	part := func(write func(w io.Writer)) {
		var b strings.Builder
		write(&b)
		out = append(out, b.String())
	}
	for _, b := range v.Body {
		out = append(out, blockText(b))
	}
	for _, m := range v.Meters {
		part(func(w io.Writer) { meter(w, m) })
	}
	for _, n := range v.Notices {
		part(func(w io.Writer) { item(w, "! ", n) })
	}
	return out
}

func block(w io.Writer, b sitting.Block) {
	fmt.Fprintln(w)
	if b.Title != "" {
		fmt.Fprintf(w, "%s:\n", b.Title)
	}
	for _, p := range b.Text {
		item(w, "", p)
	}
	for _, r := range b.Rows {
		item(w, fmt.Sprintf("  %-16s ", r[0]), r[1])
	}
	for _, l := range b.Lines {
		line(w, l)
	}
	for _, c := range b.Checks {
		item(w, fmt.Sprintf("  [%s] ", c.Mark), c.Text)
	}
	if !b.Digest.IsZero() {
		fmt.Fprintf(w, "  %v\n", b.Digest)
	}
	for i := 0; i < len(b.Words); i += 4 {
		row := " "
		for j, word := range b.Words[i:min(i+4, len(b.Words))] {
			row += fmt.Sprintf(" %2d %-14s", i+j+1, word)
		}
		fmt.Fprintln(w, strings.TrimRight(row, " "))
	}
}

func meter(w io.Writer, m sitting.Meter) {
	standing := "met"
	if !m.Met() {
		standing = fmt.Sprintf("%d more needed", m.Need-m.Have)
	}
	bar := strings.Repeat("#", min(m.Have, m.Need)) + strings.Repeat(".", max(0, m.Need-m.Have))
	fmt.Fprintf(w, "\n  %s quorum [%s] %d of %d: %s\n", m.Quorum, bar, m.Have, m.Need, standing)
	for _, k := range m.Keys {
		fmt.Fprintf(w, "    %-10s %s %s\n", k.State, k.Short, k.Name)
	}
}

// line writes a line that is laid out already: it is broken only if it would
// not fit.
func line(w io.Writer, l string) {
	if visible.Width(l) <= width-2 {
		fmt.Fprintf(w, "  %s\n", l)
		return
	}
	item(w, "  ", l)
}

// item writes a text after its label, broken between words, with what follows
// the first line indented. A word longer than a line, such as a digest, is
// left whole, so that it can be copied.
func item(w io.Writer, label, text string) {
	indent := strings.Repeat(" ", min(visible.Width(label), 11))
	out, column, fresh := label, visible.Width(label), true
	for _, word := range strings.Fields(text) {
		n := visible.Width(word)
		if !fresh && column+1+n > width || fresh && column > len(indent) && column+n > width {
			out, column, fresh = strings.TrimRight(out, " ")+"\n"+indent, len(indent), true
		}
		if !fresh {
			out, column = out+" ", column+1
		}
		out, column, fresh = out+word, column+n, false
	}
	fmt.Fprintln(w, strings.TrimRight(out, " "))
}

// offers lists the acts with the numbers to type.
func offers(w io.Writer, v sitting.View) {
	fmt.Fprintln(w)
	for i, o := range v.Acts {
		mark := " "
		if o.Next {
			mark = ">"
		}
		item(w, fmt.Sprintf(" %s %2d  ", mark, i+1), o.Label)
	}
}

// progress writes one thing that happens while an act is carried out.
func progress(w io.Writer, p sitting.Progress) {
	marks := map[sitting.ProgressKind]string{sitting.Passed: "pass", sitting.Failed: "FAIL", sitting.Noted: "note"}
	if p.Kind == sitting.Touch {
		item(w, fmt.Sprintf("  [touch %d of %d] ", p.Number, p.Of), p.Text)
		item(w, "          for ", p.For)
		return
	}
	item(w, fmt.Sprintf("  [%s] ", marks[p.Kind]), p.Text)
}

// refusalLines say why an act was not carried out, and what to do.
func refusalLines(w io.Writer, r *sitting.Refusal) {
	fmt.Fprintln(w)
	item(w, "  refused: ", visible.Line(r.Error()))
	if r.Hint != "" {
		item(w, "  what to do: ", r.Hint)
	}
}

// blockText is a block as it is drawn.
func blockText(b sitting.Block) string {
	var out strings.Builder
	block(&out, b)
	return out.String()
}

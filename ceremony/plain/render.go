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
	fmt.Fprintf(w, "%s | %s | %s, %s | place %s | %s\n", mode, v.Title, v.Format, v.Purpose, v.Place, v.Now.Format("2006-01-02 15:04:05Z"))
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
		part(func(w io.Writer) { block(w, b) })
	}
	for _, m := range v.Meters {
		part(func(w io.Writer) { meter(w, m) })
	}
	for _, n := range v.Notices {
		part(func(w io.Writer) { fmt.Fprintf(w, "! %s\n", n) })
	}
	return out
}

func block(w io.Writer, b sitting.Block) {
	fmt.Fprintln(w)
	if b.Title != "" {
		fmt.Fprintf(w, "%s:\n", b.Title)
	}
	for _, p := range b.Text {
		fmt.Fprintln(w, wrap(p))
	}
	for _, r := range b.Rows {
		fmt.Fprintf(w, "  %-16s %s\n", r[0], r[1])
	}
	for _, l := range b.Lines {
		fmt.Fprintf(w, "  %s\n", l)
	}
	for _, c := range b.Checks {
		fmt.Fprintf(w, "  [%s] %s\n", c.Mark, c.Text)
	}
	if !b.Digest.IsZero() {
		fmt.Fprintf(w, "  %v\n", b.Digest)
	}
	for i := 0; i < len(b.Words); i += 4 {
		line := " "
		for j, word := range b.Words[i:min(i+4, len(b.Words))] {
			line += fmt.Sprintf(" %2d %-14s", i+j+1, word)
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}

func meter(w io.Writer, m sitting.Meter) {
	standing := "needs more"
	if m.Met() {
		standing = "met"
	}
	bar := strings.Repeat("#", min(m.Have, m.Need)) + strings.Repeat(".", max(0, m.Need-m.Have))
	fmt.Fprintf(w, "\n  %s quorum [%s] %d of %d needed: %s\n", m.Quorum, bar, m.Have, m.Need, standing)
	for _, k := range m.Keys {
		fmt.Fprintf(w, "    %-10s %s %s\n", k.State, k.Short, k.Name)
	}
}

// wrap breaks a paragraph into lines.
func wrap(p string) string {
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(p) {
		if n := visible.Width(word); column > 0 && column+1+n > width {
			b.WriteString("\n")
			column = 0
		} else if column > 0 {
			b.WriteString(" ")
			column++
		}
		b.WriteString(word)
		column += visible.Width(word)
	}
	return b.String()
}

// offers lists the acts with the numbers to type.
func offers(w io.Writer, v sitting.View) {
	fmt.Fprintln(w)
	for i, o := range v.Acts {
		mark := " "
		if o.Next {
			mark = ">"
		}
		fmt.Fprintf(w, " %s %2d  %s\n", mark, i+1, o.Label)
	}
}

// progress writes one thing that happens while an act is carried out.
func progress(w io.Writer, p sitting.Progress) {
	marks := map[sitting.ProgressKind]string{sitting.Passed: "pass", sitting.Failed: "FAIL", sitting.Noted: "note", sitting.Touch: "touch"}
	fmt.Fprintf(w, "  [%s] %s\n", marks[p.Kind], p.Text)
}

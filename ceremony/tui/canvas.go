package tui

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// A canvas is where a screen draws: so many columns, in this look. What it
// gives are lines, none wider.
type canvas struct {
	look
	width int
}

// A page is what there is to see, as long as it is. Up to line whole it has to
// have been on the screen before an act is begun that asks for words.
type page struct {
	title string
	end   string // of the title, never cut
	lines []string
	whole int
}

// titled is the label of an act as a title.
func titled(label string) string {
	r, size := utf8.DecodeRuneInString(label)
	return string(unicode.ToUpper(r)) + label[size:]
}

// add puts lines below, after an empty one.
func (p *page) add(lines ...string) {
	if len(p.lines) > 0 && len(lines) > 0 {
		p.lines = append(p.lines, "")
	}
	p.lines = append(p.lines, lines...)
}

// blocks are a whole body, block by block.
func (c canvas) blocks(title string, blocks []sitting.Block) page {
	p := page{title: title}
	for _, b := range blocks {
		p.add(c.block(b)...)
		if b.Whole {
			p.whole = len(p.lines)
		}
	}
	return p
}

// block is one part of a body.
func (c canvas) block(b sitting.Block) []string {
	var out []string
	if b.Title != "" {
		out = append(out, c.strong.Render(c.fit(b.Title)))
	}
	for _, t := range b.Text {
		out = append(out, c.text(t)...)
	}
	out = append(out, c.rows(b.Rows)...)
	for _, l := range b.Lines {
		out = append(out, c.laidOut(l)...)
	}
	for _, k := range b.Checks {
		out = append(out, c.check(k)...)
	}
	if !b.Digest.IsZero() {
		out = append(out, c.digest(b.Digest.String())...)
	}
	return append(out, c.words(b.Words)...)
}

// text is a paragraph.
func (c canvas) text(t string) []string { return c.after("", t) }

// after is a text behind its label, with what follows the first line below
// itself. A word longer than the line, such as a digest, is broken in halves.
func (c canvas) after(label, t string) []string {
	indent := ansi.StringWidth(label)
	room := max(c.width-indent, 10)
	lines := strings.Split(lipgloss.Wrap(halved(t, room), room, ""), "\n")
	for i, l := range lines {
		lines[i] = strings.Repeat(" ", indent) + l
	}
	lines[0] = label + strings.TrimLeft(lines[0], " ")
	return lines
}

// halved parts long runs of ASCII, which are digests, where the eye finds the
// middle; others are broken where the line ends.
func halved(t string, room int) string {
	fields := strings.Split(t, " ")
	for i, f := range fields {
		if n := len(f); n > room && n <= 2*room && !strings.ContainsFunc(f, func(r rune) bool { return r >= 0x80 }) {
			fields[i] = f[:(n+1)/2] + " " + f[(n+1)/2:]
		}
	}
	return strings.Join(fields, " ")
}

// rows are names and values, the values below each other.
func (c canvas) rows(rows [][2]string) []string {
	column := 0
	for _, r := range rows {
		column = max(column, ansi.StringWidth(r[0]))
	}
	var out []string
	for _, r := range rows {
		label := r[0] + strings.Repeat(" ", column-ansi.StringWidth(r[0]))
		out = append(out, c.after(c.faint.Render(label)+"  ", r[1])...)
	}
	return out
}

// laidOut is a line that has its own layout; only if it does not fit is it
// broken, and what follows is set in.
func (c canvas) laidOut(l string) []string {
	if ansi.StringWidth(l) <= c.width {
		return []string{l}
	}
	bare := strings.TrimLeft(l, " ")
	lines := canvas{c.look, c.width - 2}.after(strings.Repeat(" ", min(len(l)-len(bare), 8)), bare)
	if strings.Contains(bare, " ") { // a digest goes on below itself
		for i := range lines[1:] {
			lines[i+1] = "  " + lines[i+1]
		}
	}
	return lines
}

// check is an outcome: sign, word and colour, then what it is about.
func (c canvas) check(k sitting.CheckLine) []string {
	return c.after(c.marked(k.Mark)+"  ", k.Text)
}

// digest is one in hexadecimal, in groups that the eye can hold: on one line if
// that fits, else on two.
func (c canvas) digest(hex string) []string {
	const group, per = 8, 4
	var groups []string
	for i := 0; i < len(hex); i += group {
		groups = append(groups, hex[i:min(i+group, len(hex))])
	}
	if one := strings.Join(groups, " "); len(one) <= c.width {
		return []string{one}
	}
	var out []string
	for i := 0; i < len(groups); i += per {
		out = append(out, strings.Join(groups[i:min(i+per, len(groups))], " "))
	}
	return out
}

// words are a digest's words with their numbers, a few a line, to be read from
// left to right.
func (c canvas) words(words []string) []string {
	const cell, most = 15, 8
	per := most
	for per > 1 && per*cell > c.width+1 {
		per /= 2
	}
	var out []string
	for i := 0; i < len(words); i += per {
		var line strings.Builder
		for j, w := range words[i:min(i+per, len(words))] {
			fmt.Fprintf(&line, "%s %-12s", c.faint.Render(fmt.Sprintf("%2d", i+j+1)), w)
		}
		out = append(out, strings.TrimRight(line.String(), " "))
	}
	return out
}

// few are at most so many lines, and show where they were cut.
func (c canvas) few(most int, lines []string) []string {
	if len(lines) <= most {
		return lines
	}
	lines = lines[:most:most]
	lines[most-1] = ansi.Truncate(lines[most-1], c.width-ansi.StringWidth(c.cut), "") + c.cut
	return lines
}

// fit cuts a line that is too wide, and shows that it did.
func (c canvas) fit(l string) string { return ansi.Truncate(l, c.width, c.cut) }

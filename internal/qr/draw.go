package qr

import "strings"

// quiet is how many light modules surround a code on a terminal, on each side.
// The standard wants four, readers are content with two, and only so does a
// code of version 6 fit 24 lines.
const quiet = 2

// A Look is how a terminal shows codes. The zero Look is half a line for a
// module, dark on light, in colours.
type Look struct {
	ASCII    bool // no half blocks: a line for a module, and twice the columns
	Mono     bool // no colours: what the terminal writes with is light
	Inverted bool // where it writes dark on light, with Mono
}

// Size is how many columns and lines a code of that version takes, with the
// light around it.
func (l Look) Size(version int) (columns, lines int) {
	n := Modules(version) + 2*quiet
	if l.ASCII {
		return 2 * n, n
	}
	return n, (n + 1) / 2
}

// Largest is the version of the largest code that fits so many columns and
// lines; 0 if none does.
func (l Look) Largest(columns, lines int) int {
	for v := MaxVersion; v > 0; v-- {
		if c, n := l.Size(v); c <= columns && n <= lines {
			return v
		}
	}
	return 0
}

// Escape sequences (ECMA-48, SGR). Where bright white is not known as a
// background, the white before it stays.
const (
	reset     = "\x1b[0m"
	reverse   = "\x1b[7m"
	darkOn    = "\x1b[30;47;107m" // black writing on white
	lightCell = "\x1b[47;107m"
	darkCell  = "\x1b[40m"
)

// Lines draws a code, with the light around it. Each line has the colours that
// it needs, and ends without any.
func (c *Code) Lines(l Look) []string {
	_, lines := l.Size((c.Modules() - 17) / 4)
	out := make([]string, lines)
	for i := range out {
		if l.ASCII {
			out[i] = c.wide(l, i-quiet)
		} else {
			out[i] = c.halves(l, 2*i-quiet)
		}
	}
	return out
}

// halves draws two rows of modules in one line.
func (c *Code) halves(l Look, y int) string {
	var b strings.Builder
	if !l.Mono {
		b.WriteString(darkOn)
	}
	// What is written is dark on light in colours; without, it is light on what
	// is hoped to be dark.
	written := !l.Mono || l.Inverted
	for x := -quiet; x < c.Modules()+quiet; x++ {
		above, below := c.Dark(x, y) == written, c.Dark(x, y+1) == written
		switch {
		case above && below:
			b.WriteString("█")
		case above:
			b.WriteString("▀")
		case below:
			b.WriteString("▄")
		default:
			b.WriteString(" ")
		}
	}
	if !l.Mono {
		b.WriteString(reset)
	}
	return b.String()
}

// wide draws a row of modules in a line of its own, of blanks alone: their
// backgrounds have no gaps in any font.
func (c *Code) wide(l Look, y int) string {
	dark, light := darkCell, lightCell
	switch {
	case l.Mono && l.Inverted:
		dark, light = reverse, reset
	case l.Mono:
		dark, light = reset, reverse
	}
	var b strings.Builder
	last := ""
	for x := -quiet; x < c.Modules()+quiet; x++ {
		cell := light
		if c.Dark(x, y) {
			cell = dark
		}
		if cell != last {
			b.WriteString(cell)
			last = cell
		}
		b.WriteString("  ")
	}
	return b.String() + reset
}

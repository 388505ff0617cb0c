package tui

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// The size of a cell and of what stands around the screen, in pixels. The font
// is one whose letters are as wide as a cell; where it is another, textLength
// puts every run into its columns all the same.
const (
	cellWidth  = 9
	cellHeight = 20
	baseline   = 15
	svgBorder  = 14
)

// svgOf is a screen as a picture: letters as text, rules and bars and the
// guide's own signs as paths, so that they join and look the same whatever
// fonts there are.
func svgOf(title, screen string, width, height int) ([]byte, error) {
	buf := uv.NewScreenBuffer(width, height)
	uv.NewStyledString(screen).Draw(buf, buf.Bounds())
	d := drawing{lines: make(map[ink][]svgSegment), solid: make(map[ink]*strings.Builder)}
	for y := range height {
		for x := range width {
			if err := d.cell(x, y, buf.CellAt(x, y)); err != nil {
				return nil, fmt.Errorf("column %d, line %d: %w", x+1, y+1, err)
			}
		}
	}
	return d.write(title, width, height), nil
}

// A drawing collects what is on a screen, from the left to the right and from
// the top down.
type drawing struct {
	grounds []svgRun
	texts   []svgRun
	lines   map[ink][]svgSegment
	solid   map[ink]*strings.Builder
}

// An svgRun is cells of one line that look alike: a text, or a ground behind one.
type svgRun struct {
	ink
	bold        bool
	x, y, width int // in cells
	text        string
}

// An svgSegment is a straight part of a rule, in pixels.
type svgSegment struct{ x1, y1, x2, y2 float64 }

// cell puts in one cell. What follows a wide character in its second column is
// no cell of its own.
func (d *drawing) cell(x, y int, c *uv.Cell) error {
	if c == nil || c.Width == 0 {
		return nil
	}
	front, back, err := inks(c.Style)
	if err != nil {
		return err
	}
	if back != inkGround {
		d.ground(svgRun{ink: back, x: x, y: y, width: c.Width})
	}
	if c.Content == " " {
		return nil
	}
	if d.sign(front, x, y, c.Content) {
		return nil
	}
	d.text(svgRun{ink: front, bold: c.Style.Attrs&uv.AttrBold != 0, x: x, y: y, width: c.Width, text: c.Content})
	return nil
}

func (d *drawing) ground(g svgRun) {
	if n := len(d.grounds) - 1; n >= 0 && d.grounds[n].ink == g.ink && d.grounds[n].y == g.y && d.grounds[n].x+d.grounds[n].width == g.x {
		d.grounds[n].width++
		return
	}
	d.grounds = append(d.grounds, g)
}

// text goes on with the run before if that ends here, or a space before. Signs
// outside ASCII stand alone: their width differs from font to font.
func (d *drawing) text(t svgRun) {
	n := len(d.texts) - 1
	if n < 0 || !isASCII(t.text) || !isASCII(d.texts[n].text) {
		d.texts = append(d.texts, t)
		return
	}
	last := &d.texts[n]
	gap := t.x - last.x - last.width
	if last.y != t.y || last.ink != t.ink || last.bold != t.bold || gap < 0 || gap > 1 {
		d.texts = append(d.texts, t)
		return
	}
	last.text += strings.Repeat(" ", gap) + t.text
	last.width += gap + t.width
}

func isASCII(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 }) }

// line adds a part of a rule, which goes on with one that ends where it begins.
func (d *drawing) line(i ink, s svgSegment) {
	for n, old := range d.lines[i] {
		straight := old.y1 == old.y2 && old.y1 == s.y2 || old.x1 == old.x2 && old.x1 == s.x2
		if straight && old.x2 == s.x1 && old.y2 == s.y1 {
			d.lines[i][n].x2, d.lines[i][n].y2 = s.x2, s.y2
			return
		}
	}
	d.lines[i] = append(d.lines[i], s)
}

// fill adds an outline that is filled.
func (d *drawing) fill(i ink, path string, args ...any) {
	if d.solid[i] == nil {
		d.solid[i] = new(strings.Builder)
	}
	fmt.Fprintf(d.solid[i], path, args...)
}

// write is the picture: a quiet frame, then grounds, rules and signs, letters.
func (d *drawing) write(title string, width, height int) []byte {
	var b bytes.Buffer
	w, h := width*cellWidth+2*svgBorder, height*cellHeight+2*svgBorder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title" width="%d" height="%d" viewBox="0 0 %d %d">`+"\n", w, h, w, h)
	fmt.Fprintf(&b, "<title id=\"title\">%s</title>\n<style>\n%s</style>\n", xmlEscaped(title), stylesheet(d.used()))
	fmt.Fprintf(&b, "<rect class=\"frame\" x=\".5\" y=\".5\" width=\"%d\" height=\"%d\" rx=\"8\"/>\n", w-1, h-1)
	for _, g := range d.grounds {
		fmt.Fprintf(&b, "<path class=\"%s\" d=\"M%d %dh%dv%dh-%dz\"/>\n", g.ink, pixelX(g.x), pixelY(g.y), g.width*cellWidth, cellHeight, g.width*cellWidth)
	}
	for _, i := range everyInk() {
		d.writePaths(&b, i)
	}
	for _, t := range d.texts {
		t.write(&b)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// writePaths writes all that is drawn in one ink.
func (d *drawing) writePaths(b *bytes.Buffer, i ink) {
	if s := d.solid[i]; s != nil {
		fmt.Fprintf(b, "<path class=\"%s\" d=\"%s\"/>\n", i, s)
	}
	if len(d.lines[i]) == 0 {
		return
	}
	fmt.Fprintf(b, "<path class=\"%s line\" d=\"", i)
	for _, s := range d.lines[i] {
		fmt.Fprintf(b, "M%g %gL%g %g", s.x1, s.y1, s.x2, s.y2)
	}
	b.WriteString("\"/>\n")
}

func (t svgRun) write(b *bytes.Buffer) {
	class := string(t.ink)
	if t.bold {
		class += " bold"
	}
	fmt.Fprintf(b, "<text class=\"%s\" x=\"%d\" y=\"%d\" textLength=\"%d\" lengthAdjust=\"spacingAndGlyphs\">%s</text>\n",
		class, pixelX(t.x), pixelY(t.y)+baseline, t.width*cellWidth, xmlEscaped(t.text))
}

// used are the inks of the drawing, in the order of everyInk.
func (d *drawing) used() []ink {
	return slices.DeleteFunc(everyInk(), func(i ink) bool {
		has := func(r svgRun) bool { return r.ink == i }
		return d.lines[i] == nil && d.solid[i] == nil && !slices.ContainsFunc(d.texts, has) && !slices.ContainsFunc(d.grounds, has)
	})
}

// pixelX and pixelY are where a cell begins, in pixels.
func pixelX(x int) int { return svgBorder + x*cellWidth }
func pixelY(y int) int { return svgBorder + y*cellHeight }

func xmlEscaped(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) //nolint:errcheck // a strings.Builder takes everything
	return b.String()
}

// inks are what a cell is drawn with, and on.
func inks(s uv.Style) (front, back ink, err error) {
	front, back = inkText, inkGround
	if s.Attrs&uv.AttrFaint != 0 {
		front = inkFaint
	}
	if s.Fg != nil {
		c, basic := s.Fg.(ansi.BasicColor)
		if !basic {
			return "", "", fmt.Errorf("colour %v is not one of the 16", s.Fg)
		}
		front = inkOf(c)
	}
	if s.Bg != nil || s.Underline != ansi.UnderlineNone || s.Attrs&^(uv.AttrBold|uv.AttrFaint|uv.AttrReverse) != 0 {
		return "", "", fmt.Errorf("style %+v: there is no way to draw that yet", s)
	}
	if s.Attrs&uv.AttrReverse != 0 {
		front, back = back, front
	}
	return front, back, nil
}

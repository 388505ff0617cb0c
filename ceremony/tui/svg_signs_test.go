package tui

// The middle of a cell, and how far a rule reaches, in pixels. Half pixels keep
// lines of one pixel sharp.
const (
	middleX = 4.5
	middleY = 10.5
)

// inset keeps the bars of one line and the next apart, as the space between
// lines does in a terminal.
const inset = 3

// arms are where a sign of a rule reaches: up, right, down, left.
type arms struct{ up, right, down, left bool }

// ruleSigns are the signs that join with their neighbours.
func ruleSigns() map[string]arms {
	return map[string]arms{
		"─": {right: true, left: true}, "│": {up: true, down: true},
		"┌": {right: true, down: true}, "┐": {down: true, left: true},
		"└": {up: true, right: true}, "┘": {up: true, left: true},
		"├": {up: true, right: true, down: true}, "┤": {up: true, down: true, left: true},
		"┬": {right: true, down: true, left: true}, "┴": {up: true, right: true, left: true},
		"┼": {up: true, right: true, down: true, left: true},
	}
}

// sign draws what is no letter; false if c is one.
func (d *drawing) sign(i ink, x, y int, c string) bool {
	l, t := float64(pixelX(x)), float64(pixelY(y))
	if a, is := ruleSigns()[c]; is {
		d.rule(i, l, t, a)
		return true
	}
	switch c {
	case "█":
		d.fill(i, "M%g %gh%dv%dh-%dz", l, t+inset, cellWidth, cellHeight-2*inset, cellWidth)
	case "░":
		d.shade(i, l, t)
	case "▸":
		d.fill(i, "M%g %gl6 4.5l-6 4.5z", l+2, t+6)
	case "▼":
		d.fill(i, "M%g %gh8l-4 7z", l+.5, t+7)
	case "▲":
		d.fill(i, "M%g %gh8l-4-7z", l+.5, t+14)
	case "✓":
		d.fill(i, "M%g %gl1.3-1.3 2.2 2.2 3.9-6.4 1.5.9-5.1 8.2z", l+.3, t+11)
	case "✗":
		d.fill(i, "M%g %gl1.3-1.3 2.7 2.8 2.7-2.8 1.3 1.3-2.7 2.8 2.7 2.8-1.3 1.3-2.7-2.8-2.7 2.8-1.3-1.3 2.7-2.8z", l+.5, t+7.7)
	case "○":
		d.fill(i, "M%g %ga4 4 0 1 1 0 .01zm1.5 0a2.5 2.5 0 1 0 0-.01z", l+.5, t+10.5)
	default:
		return false
	}
	return true
}

// rule draws the arms of a sign, each as far as the edge of its cell.
func (d *drawing) rule(i ink, l, t float64, a arms) {
	x, y := l+middleX, t+middleY
	if a.left {
		d.line(i, svgSegment{l, y, x, y})
	}
	if a.right {
		d.line(i, svgSegment{x, y, l + cellWidth, y})
	}
	if a.up {
		d.line(i, svgSegment{x, t, x, y})
	}
	if a.down {
		d.line(i, svgSegment{x, y, x, t + cellHeight})
	}
}

// shade is a grid of dots, a quarter of what a bar covers.
func (d *drawing) shade(i ink, l, t float64) {
	const dot, every, columns, rows = 1.5, 3, 3, 5
	for row := range rows {
		for column := range columns {
			d.fill(i, "M%g %gh%gv%gh-%gz", l+.75+float64(column*every), t+inset+.25+float64(row*every), dot, dot, dot)
		}
	}
}

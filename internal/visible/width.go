package visible

import (
	"unicode"

	"golang.org/x/text/width"
)

// Width is how many cells of a terminal a line of visible text takes: two for
// wide East Asian characters and emoji, none for combining marks, else one
// (Unicode Standard Annex 11). Terminals differ about rare characters; for
// letters, digits and what this package writes they agree.
func Width(line string) int {
	cells := 0
	for _, r := range line {
		cells += cellsOf(r)
	}
	return cells
}

// Truncate shortens a line of visible text to at most cells cells. If something
// is cut off, the last cell says so with an ellipsis.
func Truncate(line string, cells int) string {
	if Width(line) <= cells {
		return line
	}
	if cells < 1 {
		return ""
	}
	used := 0
	for i, r := range line {
		if used += cellsOf(r); used > cells-1 {
			return line[:i] + "…"
		}
	}
	return line // not reached: the line is longer than that
}

func cellsOf(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me) || joins(r) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// joins says whether r is a vowel or final of Korean, drawn into the cells of
// the letter before it.
func joins(r rune) bool {
	return '\u1160' <= r && r <= '\u11ff' || '\ud7b0' <= r && r <= '\ud7fb'
}

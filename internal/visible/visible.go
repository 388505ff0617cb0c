// Package visible shows text that came from somebody else's file.
//
// A name or a comment in a file can hold characters that do not stand for
// themselves: escape sequences that repaint the terminal, bidirectional
// controls that make "3 of 5" read as something else, characters of no width
// that make two different names look the same. Nobody may sign what they could
// not see, so such characters are written out by number:
//
//	\u{202e}  a character that is not visible: control, format, private or
//	          unassigned characters, any space but the common one, characters
//	          that Unicode calls ignorable, and marks piled up
//	\xff      a byte that is not UTF-8
//	\\        a backslash, so that two different texts never look the same
//
// Letters that merely look alike, as Latin and Cyrillic ones do, are left:
// telling them apart is what fingerprints are for.
package visible

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks one letter keeps. No language in common
// use needs more; piles of them cover the lines around.
const maxMarks = 4

// String makes s visible and keeps its line feeds. For one line of a table or
// a prompt use [Line].
func String(s string) string { return show(s, true) }

// Line makes s visible, its line feeds too, so that it stays one line.
func Line(s string) string { return show(s, false) }

func show(s string, lineFeeds bool) string {
	var out strings.Builder
	out.Grow(len(s))
	base, marks := false, 0 // whether a mark has something to stand on; how many do
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		mark := unicode.Is(unicode.M, r)
		if mark {
			marks++
		} else {
			marks = 0
		}
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, s[i])
			base = false
		case r == '\n' && lineFeeds:
			out.WriteByte('\n')
			base = false
		case r == '\\':
			out.WriteString(`\\`)
			base = true
		case !plain(r), mark && (!base || marks > maxMarks):
			fmt.Fprintf(&out, `\u{%x}`, r)
			base = false
		default:
			out.WriteRune(r)
			base = true
		}
		i += size
	}
	return out.String()
}

// plain says whether r is seen as what it is. Some characters that Unicode
// counts as letters, marks or symbols show nothing.
func plain(r rune) bool {
	return unicode.IsPrint(r) && r != brailleBlank && r != graphemeJoiner &&
		!unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

const (
	graphemeJoiner = '\u034f'
	brailleBlank   = '\u2800'
)

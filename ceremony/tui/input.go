package tui

import (
	"slices"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rootmoot/rootmoot/internal/visible"
)

// An input is one line that is being typed. It is our own because what is
// typed may be a PIN: its bytes are in one place and can be wiped, it is never
// in a string, and no clipboard is asked.
type input struct {
	typed  []byte
	cursor int // a byte of typed, between characters
	secret bool
}

// maxInput bounds a line, in bytes: no field takes more. Longer than any PIN
// on purpose, so that a token's one-time password is seen for what it is and
// not as the PIN that its first letters would make.
const maxInput = 4096

func newInput(secret bool) input { return input{typed: make([]byte, 0, maxInput), secret: secret} }

func (in *input) clear() {
	clear(in.typed)
	in.typed, in.cursor = in.typed[:0], 0
}

// insert is text at the cursor. Line ends in what was pasted become spaces;
// what does not fit, or is no text, is left out whole.
func (in *input) insert(text string) bool {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' || r == '\t' }), " ")
	if !utf8.ValidString(text) || len(in.typed)+len(text) > maxInput {
		return false
	}
	in.typed = slices.Insert(in.typed, in.cursor, []byte(text)...)
	in.cursor += len(text)
	return true
}

// press takes a key of the line.
func (in *input) press(k tea.KeyPressMsg) {
	switch k.String() {
	case "left":
		in.cursor -= in.before()
	case "right":
		_, n := utf8.DecodeRune(in.typed[in.cursor:])
		in.cursor += n
	case "home", "ctrl+a":
		in.cursor = 0
	case "end", "ctrl+e":
		in.cursor = len(in.typed)
	case "backspace":
		in.cut(in.cursor-in.before(), in.cursor)
	case "delete":
		_, n := utf8.DecodeRune(in.typed[in.cursor:])
		in.cut(in.cursor, in.cursor+n)
	case "ctrl+u":
		in.clear()
	default:
		if k.Text != "" {
			in.insert(k.Text)
		}
	}
}

// before is how many bytes the character before the cursor has.
func (in *input) before() int {
	_, n := utf8.DecodeLastRune(in.typed[:in.cursor])
	return n
}

// cut takes bytes out, and leaves no copy behind the end.
func (in *input) cut(from, to int) {
	in.typed = slices.Delete(in.typed, from, to) // wipes what it frees
	in.cursor = from
}

// take hands over what was typed. The caller wipes it.
func (in *input) take() []byte {
	out := slices.Clone(in.typed)
	in.clear()
	return out
}

// draw is the line in so many columns, with the cursor in it. The end of what
// is typed stays in sight.
func (in *input) draw(c canvas, width int) string {
	var left, right string
	if in.secret {
		left = strings.Repeat(c.bullet, utf8.RuneCount(in.typed[:in.cursor]))
		right = strings.Repeat(c.bullet, utf8.RuneCount(in.typed[in.cursor:]))
	} else {
		left, right = visible.Line(string(in.typed[:in.cursor])), visible.Line(string(in.typed[in.cursor:]))
	}
	if over := ansi.StringWidth(left) - (width - 8); over > 0 {
		left = ansi.TruncateLeft(left, over+1, c.cut)
	}
	under := " "
	if right != "" {
		under = ansi.Truncate(right, 1, "")
		if under == "" { // the sign is two columns wide
			under = ansi.Truncate(right, 2, "")
		}
		right = strings.TrimPrefix(right, under)
	}
	return ansi.Truncate(left+c.heading.Reverse(true).Render(under)+right, width, c.cut)
}

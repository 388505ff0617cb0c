package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// pasted is what stands for a paste in a list of keys.
const pasted = "paste "

func TestInput(t *testing.T) {
	for _, c := range []struct {
		name string
		keys string // parted by commas
		want string // with the cursor as |
	}{
		{"nothing", "", "|"},
		{"letters", "a,b,c", "abc|"},
		{"a space", "a,space,b", "a b|"},
		{"in the middle", "a,c,left,b", "ab|c"},
		{"left at the beginning", "a,left,left,left,b", "b|a"},
		{"right at the end", "a,right,right,b", "ab|"},
		{"home and end", "b,home,a,end,c", "abc|"},
		{"backspace", "a,b,backspace", "a|"},
		{"backspace at the beginning", "backspace,a,home,backspace", "|a"},
		{"backspace in the middle", "a,b,c,left,backspace", "a|c"},
		{"delete", "a,b,home,delete", "|b"},
		{"delete at the end", "a,delete", "a|"},
		{"all away", "a,b,left,ctrl+u", "|"},
		{"wide characters", "東,京,left,backspace", "|京"},
		{"capitals", "A,É", "AÉ|"},
		{"paste in the middle", "a,d,left,paste bc", "abc|d"},
		{"paste with line ends", "paste one\ntwo\r\nthree\tfour\n", "one two three four|"},
		{"paste that is not UTF-8", "a,paste \xff", "a|"},
		{"paste that is too long", "a,paste " + strings.Repeat("x", maxInput), "a|"},
		{"paste that just fits", "paste " + strings.Repeat("x", maxInput), strings.Repeat("x", maxInput) + "|"},
		{"keys without a text", "a,up,down,tab,pgup", "a|"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := newInput(false)
			for k := range strings.SplitSeq(c.keys, ",") {
				if text, is := strings.CutPrefix(k, pasted); is {
					in.insert(text)
				} else if k != "" {
					in.press(keyOf(k))
				}
			}
			if got := string(in.typed[:in.cursor]) + "|" + string(in.typed[in.cursor:]); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestInputIsWiped: what was typed is nowhere any more once it is taken or
// dropped, and what was taken is a copy in one place.
func TestInputIsWiped(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*input)
	}{
		{"taken", func(in *input) {
			if got := string(in.take()); got != "271801" {
				t.Errorf("%q was taken", got)
			}
		}},
		{"cleared", func(in *input) { in.clear() }},
		{"all away", func(in *input) { in.press(keyOf("ctrl+u")) }},
		{"taken out one by one", func(in *input) {
			for range 6 {
				in.press(keyOf("backspace"))
			}
		}},
		{"taken out from the beginning", func(in *input) {
			in.press(keyOf("home"))
			for range 6 {
				in.press(keyOf("delete"))
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := newInput(true)
			before := in.typed[:cap(in.typed)]
			for _, r := range "271801" {
				in.press(keyOf(string(r)))
			}
			c.do(&in)
			for _, where := range [][]byte{before, in.typed[:cap(in.typed)]} {
				if kept := strings.Trim(string(where), "\x00"); kept != "" {
					t.Errorf("%q is still there", kept)
				}
			}
			if in.cursor != 0 || len(in.typed) != 0 {
				t.Errorf("%d bytes, the cursor at %d", len(in.typed), in.cursor)
			}
		})
	}
}

// TestInputDrawn: the line never gets wider than its place, shows where the
// cursor is, and nothing of a secret but how long it is.
func TestInputDrawn(t *testing.T) {
	for _, c := range []struct {
		name   string
		typed  string
		left   int // how often
		secret bool
		want   string
	}{
		{"nothing", "", 0, false, " "},
		{"a word", "abc", 0, false, "abc "},
		{"cursor inside", "abc", 1, false, "abc"},
		{"a secret", "271801", 0, true, "•••••• "},
		{"a secret of wide characters", "東京", 0, true, "•• "},
		{"wide characters", "東京", 1, false, "東京"},
		{"a combining mark", "e\u0301a", 0, false, "e\u0301a "},
		{"control and bidi characters", "a\x1b[2J\u202eb", 0, false, `a\u{1b}[2J\u{202e}b `},
		{"emoji", "🔑", 0, false, "🔑 "},
		{"long", strings.Repeat("x", 40) + "end", 0, false, "…" + strings.Repeat("x", 18) + "end "},
		{"long and wide", strings.Repeat("東", 40), 0, false, "…" + strings.Repeat("東", 11) + " "},
		{"long after the cursor", strings.Repeat("x", 40), 40, false, strings.Repeat("x", 29) + "…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := newInput(c.secret)
			in.insert(c.typed)
			for range c.left {
				in.press(keyOf("left"))
			}
			const width = 30
			got := in.draw(canvas{newLook(false), width}, width)
			if ansi.Strip(got) != c.want {
				t.Errorf("%q, want %q", ansi.Strip(got), c.want)
			}
			if n := ansi.StringWidth(got); n > width {
				t.Errorf("%d columns", n)
			}
		})
	}
}

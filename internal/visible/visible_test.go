package visible

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestShow(t *testing.T) {
	tests := []struct {
		name string
		in   string
		want string
	}{
		{"plain", "Ærøskøbing, 東京 (3 of 5) ✓", "Ærøskøbing, 東京 (3 of 5) ✓"},
		{"escape sequence", "\x1b[2Jok", `\u{1b}[2Jok`},
		{"C1 control", "\u009b2J", `\u{9b}2J`},
		{"tab, carriage return, backspace, delete", "a\tb\rc\bd\x7f", `a\u{9}b\u{d}c\u{8}d\u{7f}`},
		{"zero byte", "a\x00", `a\u{0}`},
		{"bidi override", "a\u202eb\u202c", `a\u{202e}b\u{202c}`},
		{"bidi isolate", "\u2066a\u2069", `\u{2066}a\u{2069}`},
		{"bidi marks", "\u200e\u200f\u061c", `\u{200e}\u{200f}\u{61c}`},
		{"no width", "ad\u200bmin\u200d\u2060\ufeff", `ad\u{200b}min\u{200d}\u{2060}\u{feff}`},
		{"soft hyphen", "ad\u00admin", `ad\u{ad}min`},
		{"other spaces", "a\u00a0b\u3000c\u2028d\u2029", `a\u{a0}b\u{3000}c\u{2028}d\u{2029}`},
		{"letters that show nothing", "a\u3164b\u115fc\uffa0", `a\u{3164}b\u{115f}c\u{ffa0}`},
		{"symbol that shows nothing", "\u2800", `\u{2800}`},
		{"marks that show nothing", "a\ufe0fb\u034fc\u180bd\U000e0100", `a\u{fe0f}b\u{34f}c\u{180b}d\u{e0100}`},
		{"tag characters", "a\U000e0041", `a\u{e0041}`},
		{"private use", "\ue000", `\u{e000}`},
		{"unassigned", "\u0378", `\u{378}`},
		{"not UTF-8", "a\xff\xc3b", `a\xff\xc3b`},
		{"surrogate in UTF-8", "\xed\xa0\x80", `\xed\xa0\x80`},
		{"the replacement character itself", "\ufffd", "\ufffd"},
		{"backslash", `C:\u{202e}`, `C:\\u{202e}`},
		{"marks", "e\u0301o\u0323\u0302", "e\u0301o\u0323\u0302"},
		{"mark with nothing before it", "\u0301a", `\u{301}a`},
		{"mark after something written out", "\u200b\u0301", `\u{200b}\u{301}`},
		{"piled up marks", "a" + strings.Repeat("\u0301", 6), "a" + strings.Repeat("\u0301", 4) + `\u{301}\u{301}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := String(tt.in); got != tt.want {
				t.Errorf("String(%+q)\n got %+q\nwant %+q", tt.in, got, tt.want)
			}
			if got := Line(tt.in); got != tt.want {
				t.Errorf("Line(%+q)\n got %+q\nwant %+q", tt.in, got, tt.want)
			}
		})
	}
	if got := String("a\nb"); got != "a\nb" {
		t.Errorf("String changed a line feed: %q", got)
	}
	if got := Line("a\nb"); got != `a\u{a}b` {
		t.Errorf("Line kept a line feed: %q", got)
	}
}

// Every character there is: what comes out can be seen, and says what went in.
func TestEveryCharacter(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		checkVisible(t, "a"+string(r))
	}
}

func checkVisible(t *testing.T, in string) {
	t.Helper()
	out := Line(in)
	if !utf8.ValidString(out) {
		t.Errorf("%+q: not UTF-8: %+q", in, out)
	}
	for _, r := range out {
		if unicode.In(r, unicode.C, unicode.Z, unicode.Bidi_Control, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) && r != ' ' {
			t.Errorf("%+q: shown with %U", in, r)
		}
	}
}

func FuzzLine(f *testing.F) {
	for _, s := range []string{"", "a\u202eb", "\xff\\x", "e\u0301\u0301\u0301\u0301\u0301", "\x1b]0;x\a"} {
		f.Add(s, s+"b")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		checkVisible(t, a)
		if a != b && Line(a) == Line(b) {
			t.Errorf("%+q and %+q look the same: %+q", a, b, Line(a))
		}
		for cells := range 6 {
			if got := Truncate(Line(a), cells); Width(got) > cells {
				t.Errorf("%+q cut to %d cells is %+q", a, cells, got)
			}
		}
	})
}

func TestWidth(t *testing.T) {
	tests := []struct {
		name  string
		in    string
		width int
		cut   string // to 4 cells
	}{
		{"ASCII", "abcde", 5, "abc…"},
		{"fits exactly", "abcd", 4, "abcd"},
		{"empty", "", 0, ""},
		{"wide", "東京都", 6, "東…"},
		{"wide fits", "東京", 4, "東京"},
		{"fullwidth", "ＡＢＣ", 6, "Ａ…"},
		{"emoji", "🔑🔑🔑", 6, "🔑…"},
		{"marks stay with their letter", "e\u0301e\u0301e\u0301e\u0301e\u0301", 5, "e\u0301e\u0301e\u0301…"},
		{"Korean in pieces", "\u1112\u1161\u11ab", 2, "\u1112\u1161\u11ab"},
		{"written out", Line("\u200b"), 8, `\u{…`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Width(tt.in); got != tt.width {
				t.Errorf("Width is %d, want %d", got, tt.width)
			}
			if got := Truncate(tt.in, 4); got != tt.cut {
				t.Errorf("Truncate is %q, want %q", got, tt.cut)
			}
		})
	}
	if got := Truncate("ab", 0); got != "" {
		t.Errorf("no room: %q", got)
	}
}

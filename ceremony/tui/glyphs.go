package tui

import (
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// glyphs are the signs that the guide draws itself. Each has a form in ASCII,
// for the Linux console and for serial lines, of the same width.
type glyphs struct {
	horizontal, vertical, down, up, cross string // of rules
	full, empty                           string // of bars
	cursor, more, less                    string
	done, now, todo                       string // of the agenda
	pass, fail, warn, note                string
	signed, could, refused, cannot        string
	dot, bullet, cut                      string
}

func unicodeGlyphs() glyphs {
	return glyphs{
		horizontal: "─", vertical: "│", down: "┬", up: "┴", cross: "┼",
		full: "█", empty: "░",
		cursor: "▸", more: "▼", less: "▲",
		done: "✓", now: "▸", todo: "·",
		pass: "✓", fail: "✗", warn: "!", note: "·",
		signed: "✓", could: "○", refused: "✗", cannot: "–",
		dot: "·", bullet: "•", cut: "…",
	}
}

func asciiGlyphs() glyphs {
	return glyphs{
		horizontal: "-", vertical: "|", down: "+", up: "+", cross: "+",
		full: "#", empty: ".",
		cursor: ">", more: "v", less: "^",
		done: "x", now: ">", todo: ".",
		pass: "+", fail: "X", warn: "!", note: ".",
		signed: "+", could: "o", refused: "X", cannot: "-",
		dot: "-", bullet: "*", cut: "~",
	}
}

// mark is the sign and the word of an outcome.
func (g glyphs) mark(m sitting.Mark) string {
	switch m {
	case sitting.MarkPass:
		return g.pass + " pass"
	case sitting.MarkFail:
		return g.fail + " FAIL"
	case sitting.MarkWarn:
		return g.warn + " warn"
	}
	return g.note + " note"
}

// agenda is the sign of a step.
func (g glyphs) agenda(s sitting.AgendaState) string {
	switch s {
	case sitting.AgendaDone:
		return g.done
	case sitting.AgendaNow:
		return g.now
	}
	return g.todo
}

// key is the sign of a key in a meter.
func (g glyphs) key(s sitting.KeyState) string {
	switch s {
	case sitting.KeySigned:
		return g.signed
	case sitting.KeyRefused:
		return g.refused
	case sitting.KeyCannot:
		return g.cannot
	}
	return g.could
}

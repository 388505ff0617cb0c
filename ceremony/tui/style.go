package tui

import (
	"charm.land/lipgloss/v2"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// look is how things are drawn: by what they mean, in the 16 colours that
// every terminal lets its owner choose. No meaning is in the colour alone.
type look struct {
	glyphs
	rehearsal, production  lipgloss.Style // the badge
	heading, strong, faint lipgloss.Style
	good, bad, caution     lipgloss.Style
	chosen                 lipgloss.Style // the line that a key acts on
	rule                   lipgloss.Style
	prompt                 lipgloss.Style
}

func newLook(ascii bool) look {
	plain := lipgloss.NewStyle()
	l := look{
		glyphs:     unicodeGlyphs(),
		rehearsal:  plain.Bold(true).Reverse(true).Foreground(lipgloss.Yellow),
		production: plain.Bold(true).Reverse(true).Foreground(lipgloss.Red),
		heading:    plain.Bold(true),
		strong:     plain.Bold(true),
		faint:      plain.Faint(true),
		good:       plain.Foreground(lipgloss.Green),
		bad:        plain.Bold(true).Foreground(lipgloss.Red),
		caution:    plain.Foreground(lipgloss.Yellow),
		chosen:     plain.Bold(true).Foreground(lipgloss.Cyan),
		rule:       plain.Faint(true),
		prompt:     plain.Bold(true).Foreground(lipgloss.Cyan),
	}
	if ascii {
		l.glyphs = asciiGlyphs()
	}
	return l
}

// marked is an outcome, as sign, word and colour.
func (l look) marked(m sitting.Mark) string {
	text := l.mark(m)
	switch m {
	case sitting.MarkPass:
		return l.good.Render(text)
	case sitting.MarkFail:
		return l.bad.Render(text)
	case sitting.MarkWarn:
		return l.caution.Render(text)
	}
	return l.faint.Render(text)
}

// keyed is the style of a key's state.
func (l look) keyed(s sitting.KeyState) lipgloss.Style {
	switch s {
	case sitting.KeySigned:
		return l.good
	case sitting.KeyRefused, sitting.KeyCannot:
		return l.bad
	}
	return l.strong
}

package tui

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// strange are texts that terminals draw in strange ways.
func strange() []struct{ name, text string } {
	return []struct{ name, text string }{
		{"wide", "東京タワー"},
		{"combining", "Ame\u0301lie Nan\u0303a"},
		{"emoji", "🔑👩‍🚒🇯🇵"},
		{"escape sequences", "a\x1b[2J\x1b]0;b\x07c"},
		{"bidi", "3 of \u202e5\u202c \u2066x\u2069"},
		{"no width", "ad\u200bmin\ufeff"},
		{"marks piled up", "Z" + strings.Repeat("\u0327\u0301", 20)},
		{"C1 and delete", "a\u009b31mb\x7f"},
		{"long and wide", strings.Repeat("東京", 60)},
	}
}

// rude reports what a screen must not hold: anything that does not stand for
// itself, but for the guide's own colours.
func rude(drawn string) (rune, bool) {
	bare := ansi.Strip(drawn)
	if bytes.Count([]byte(drawn), []byte("\x1b")) != bytes.Count([]byte(drawn), []byte("\x1b[")) {
		return '\x1b', true
	}
	for _, r := range bare {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Bidi_Control, r)) {
			return r, true
		}
	}
	return 0, false
}

// TestStrangePlan: what stands in the plan is drawn without moving a column or
// anything else. Control characters do not even get into one.
func TestStrangePlan(t *testing.T) {
	for _, c := range strange() {
		if strings.ContainsFunc(c.text, unicode.IsControl) {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			quoted := quote(c.text)
			d := newDesk(t, sitting.ActSignIn, "amsterdam", func(cfg *sitting.Config) {
				for old, text := range map[string]string{
					"name: Rehearsal packages":     "name: " + quoted,
					"organisation: Example Europe": "organisation: " + quoted,
				} {
					if !bytes.Contains(cfg.Plan, []byte(old)) {
						t.Fatalf("the plan has no %q", old)
					}
					cfg.Plan = bytes.Replace(cfg.Plan, []byte(old), []byte(text), 1)
				}
			})
			for _, size := range []tea.WindowSizeMsg{{Width: 80, Height: 24}, {Width: 120, Height: 40}} {
				d.take(size)
				for range 3 {
					d.columns()
					d.press("pgdown")
				}
			}
		})
	}
}

// quote writes a text for YAML.
func quote(s string) string {
	var out strings.Builder
	out.WriteByte('"')
	for _, r := range s {
		if r < 0x20 || r == 0x7f || unicode.In(r, unicode.C, unicode.Z, unicode.M) {
			out.WriteString(escape(r))
		} else {
			out.WriteRune(r)
		}
	}
	return out.String() + `"`
}

func escape(r rune) string {
	const digits = "0123456789abcdef"
	out := []byte(`\U00000000`)
	for i := len(out) - 1; r > 0; i-- {
		out[i] = digits[r&15]
		r >>= 4
	}
	return string(out)
}

// columns wants a screen whose parts stand where they belong.
func (d *desk) columns() {
	d.t.Helper()
	drawn := d.draw()
	fits(d.t, "", drawn, d.width, d.height)
	if r, is := rude(drawn); is {
		d.t.Errorf("%U is drawn:\n%q", r, drawn)
	}
	below := 0
	for i, l := range strings.Split(ansi.Strip(drawn), "\n") {
		switch at := strings.Index(l, d.look.vertical); {
		case at < 0 && i > 2 && below == 0:
			below = i
		case i > 1 && below == 0 && ansi.StringWidth(l[:at]) != margin-1:
			d.t.Errorf("line %d: the rule stands at column %d: %q", i, ansi.StringWidth(l[:at]), l)
		}
	}
	if below < 10 {
		d.t.Errorf("there is no rule:\n%s", d.screen())
	}
}

// TestStrangeTyping: what somebody types or pastes is drawn like everything
// else: in the line, among the answers, in notices, in lists of acts, and when
// it is refused.
func TestStrangeTyping(t *testing.T) {
	for _, c := range strange() {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t, sitting.ActSign, "amsterdam")
			d.choose(sitting.ActException, "")
			for range 2 {
				d.take(tea.PasteMsg{Content: c.text})
				d.columns()
				for range 5 {
					d.press("left")
					d.columns()
				}
				d.press("end", "enter")
				d.columns()
			}
			d.press("y")
			d.columns()
			if d.engine.count(sitting.ActException) != 1 {
				t.Fatalf("it was not recorded:\n%s", d.screen())
			}
			if len(d.view.Notices) != 1 {
				t.Errorf("%q", d.view.Notices)
			}
			d.press("up", "up", "up", "down", "down", "down")
			d.columns()
			d.choose(sitting.ActRefuse, "amsterdam")
			d.take(tea.PasteMsg{Content: c.text})
			d.press("enter")
			d.columns()
			for _, r := range d.pins["amsterdam"] {
				d.press(string(r))
			}
			d.press("enter")
			d.touch()
			d.columns()
			d.press("enter")
			d.take(tea.WindowSizeMsg{Width: 80, Height: 80})
			d.columns()
		})
	}
}

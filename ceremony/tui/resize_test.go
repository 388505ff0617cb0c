package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/verify"
)

// TestEverySize: at every moment of a whole rehearsal the terminal may get any
// size. What fits the smallest one is drawn; else it is said. No PIN is seen.
func TestEverySize(t *testing.T) {
	r := folder(t, plan.TUF)
	var from verify.Trusted
	for _, name := range rehearse.Sittings() {
		s := newStage(t, open(t, r, name, from), Options{Actor: people.New(r.Cast(name)), ASCII: name == rehearse.Rotate})
		pins := r.Cast(name).PINs
		seen := make(map[string]bool)
		s.run(s.Init())
		s.until("the end", func() bool {
			if m := s.moment(); m != "" && !seen[m] {
				seen[m] = true
				s.everySize(m, pins)
			}
			return s.quit
		})
		if len(seen) < 30 {
			t.Errorf("%s: only %d moments", name, len(seen))
		}
		if name == rehearse.Genesis {
			from = trusted(t, r)
		}
	}
}

// everySize draws a moment in terminals of all sizes, with and without what can
// be on top of it.
func (s *stage) everySize(moment string, pins map[string]string) {
	s.t.Helper()
	on, own, at := s.over, s.own, s.scroll
	for _, over := range []pane{nil, help{}, leaving{}} {
		s.over = over
		sizes := [][2]int{{200, 60}, {79, 24}, {80, 24}}
		if over == nil {
			sizes = append([][2]int{{100, 30}, {80, 23}, {10, 5}, {1, 1}, {0, 0}, {80, 200}}, sizes...)
		}
		for _, size := range sizes {
			s.take(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			drawn := s.draw()
			if size[0] >= minWidth && size[1] >= minHeight {
				s.sound(moment, drawn, pins)
				continue
			}
			small(s.t, moment, drawn, size[0], size[1])
		}
	}
	s.over, s.own, s.scroll = on, own, at
	s.View()
}

// small wants a terminal that is too small to say so, as far as it can.
func small(t testing.TB, moment, drawn string, width, height int) {
	t.Helper()
	if n := strings.Count(drawn, "\n") + 1; n > max(1, height) {
		t.Errorf("%s at %dx%d: %d lines", moment, width, height, n)
	}
	for l := range strings.Lines(drawn) {
		if n := ansi.StringWidth(strings.TrimSuffix(l, "\n")); n > width {
			t.Errorf("%s at %dx%d: %d columns: %q", moment, width, height, n, l)
		}
	}
	if want := fmt.Sprintf("This terminal has %d columns and %d lines.", width, height); width > 45 && !strings.Contains(drawn, want) && !strings.Contains(drawn, "Leave the sitting?") {
		t.Errorf("%s: %q", moment, drawn)
	}
}

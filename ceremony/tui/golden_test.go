package tui

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/internal/golden"
	"github.com/rootmoot/rootmoot/verify"
)

// A form is a terminal that the screens are drawn for.
type form struct {
	name          string
	width, height int
	colour, ascii bool
}

func forms() []form {
	return []form{
		{name: "80x24", width: 80, height: 24},
		{name: "80x24-colour", width: 80, height: 24, colour: true},
		{name: "80x24-ascii", width: 80, height: 24, ascii: true},
		{name: "120x40", width: 120, height: 40},
	}
}

// TestGolden has a rehearsal played, both of its sittings, in each form, and
// compares every distinct screen.
func TestGolden(t *testing.T) {
	for _, f := range forms() {
		t.Run(f.name, func(t *testing.T) {
			testdata, err := filepath.Abs("testdata")
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir()) // so that the screens name no folder of this machine
			r := folderIn(t, "rehearsal", plan.TUF)
			var from verify.Trusted
			for _, name := range rehearse.Sittings() {
				got := filmed(t, r, name, from, f)
				golden.Compare(t, filepath.Join(testdata, name+"-"+f.name+".golden"), got)
				if name == rehearse.Genesis {
					from = trusted(t, r)
				}
			}
		})
	}
}

// filmed has a sitting played, and gives each distinct screen under its name.
func filmed(t *testing.T, r *rehearse.Rehearsal, name string, from verify.Trusted, f form) string {
	t.Helper()
	pins := r.Cast(name).PINs
	s := newStage(t, open(t, r, name, from), Options{Actor: people.New(r.Cast(name)), ASCII: f.ascii, PINs: pins})
	s.take(tea.WindowSizeMsg{Width: f.width, Height: f.height})
	return s.film(pins, func(drawn string) string {
		if f.colour {
			return written(drawn)
		}
		return ansi.Strip(drawn)
	})
}

// film plays to the end, and gives each distinct screen under its name, as
// write has it.
func (s *stage) film(pins map[string]string, write func(drawn string) string) string {
	s.t.Helper()
	var film strings.Builder
	seen := make(map[string]bool)
	s.run(s.Init())
	s.until("the end", func() bool {
		m := s.moment()
		if m == "" || seen[m] {
			return s.quit
		}
		seen[m] = true
		drawn := s.draw()
		s.sound(m, drawn, pins)
		fmt.Fprintf(&film, "##### %s\n", m)
		for l := range strings.Lines(write(drawn) + "\n") {
			film.WriteString(strings.TrimRight(l, " \n") + "\n")
		}
		return s.quit
	})
	return film.String()
}

// sound holds what is true of every screen of a rehearsal.
func (s *stage) sound(moment, drawn string, pins map[string]string) {
	s.t.Helper()
	bare := ansi.Strip(drawn)
	fits(s.t, moment, drawn, s.width, s.height)
	for _, want := range []string{" REHEARSAL ", "2026-11-22 12:00:00 UTC"} {
		if !strings.Contains(bare, want) {
			s.t.Errorf("%s: there is no %q:\n%s", moment, want, bare)
		}
	}
	for i := range len(bare) {
		if s.opt.ASCII && bare[i] >= 0x80 {
			s.t.Errorf("%s: not ASCII: %q", moment, bare[i:min(i+4, len(bare))])
			break
		}
	}
	for l := range strings.Lines(bare) {
		for who, pin := range pins {
			told := s.opt.PINs != nil && strings.Contains(l, "(a rehearsal: the PIN of "+who+" is "+pin+")")
			if strings.Contains(l, pin) && !told {
				s.t.Errorf("%s: the PIN of %s is shown: %s", moment, who, l)
			}
		}
	}
}

// fits wants a screen of exactly so many lines, none wider than the terminal.
func fits(t testing.TB, moment, drawn string, width, height int) {
	t.Helper()
	lines := strings.Split(drawn, "\n")
	if len(lines) != height {
		t.Errorf("%s at %dx%d: %d lines:\n%s", moment, width, height, len(lines), ansi.Strip(drawn))
	}
	for _, l := range lines {
		if n := ansi.StringWidth(l); n > width {
			t.Errorf("%s at %dx%d: %d columns: %q", moment, width, height, n, ansi.Strip(l))
		}
	}
}

// written is a screen with its escape sequences written out.
func written(drawn string) string { return strings.ReplaceAll(drawn, "\x1b", "ESC") }

// moment names what is on the screen, for all but what is being typed.
func (s *stage) moment() string {
	name := s.view.Heading
	switch p := s.pane.(type) {
	case *choosing:
		name += " / choosing"
	case *confirming:
		name += " / confirming " + p.offer.ID
	case *filling:
		if len(p.input.typed) > 0 {
			return ""
		}
		name += " / " + p.offer.ID + " asks for " + p.field().Name
	case *working:
		if p.touch == nil {
			return ""
		}
		name += " / " + p.offer.ID + " waits for a touch"
	case *outcome:
		name += " / outcome of " + p.offer.ID
	case *ended:
		name += " / ended"
	}
	return name
}

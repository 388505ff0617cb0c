package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// TestReadToTheEnd: what carries a digest is begun by nobody who has not had
// all of it on the screen, by whichever key they turn the page.
func TestReadToTheEnd(t *testing.T) {
	for _, act := range []struct{ id, target string }{{sitting.ActConfirm, ""}, {sitting.ActSign, "amsterdam"}} {
		for _, c := range []struct {
			name string
			size tea.WindowSizeMsg
			key  string
		}{
			{"pgdown at 80x24", tea.WindowSizeMsg{Width: 80, Height: 24}, "pgdown"},
			{"space at 80x24", tea.WindowSizeMsg{Width: 80, Height: 24}, "space"},
			{"pgdown at 120x40", tea.WindowSizeMsg{Width: 120, Height: 40}, "pgdown"},
			{"space at 81x25", tea.WindowSizeMsg{Width: 81, Height: 25}, "space"},
		} {
			t.Run(act.id+" "+c.name, func(t *testing.T) {
				d := newDesk(t, act.id, act.target)
				d.take(c.size)
				seen := make(map[string]bool)
				for turns := 0; d.unread() > 0; turns++ {
					d.note(seen)
					d.press("enter")
					d.shows("First read it to the end")
					if _, still := d.pane.(*choosing); !still || turns > 40 {
						t.Fatalf("%s is begun, or never, with %d lines unread", act.id, d.unread())
					}
					d.press(c.key)
				}
				d.note(seen)
				p := d.stepPage(canvas{d.look, d.width - margin - 1})
				for _, l := range p.lines[:p.whole] {
					if l = strings.TrimSpace(ansi.Strip(l)); !seen[l] {
						t.Errorf("never on the screen: %q", l)
					}
				}
				d.press("enter")
				if f, asked := d.pane.(*filling); !asked || f.offer.ID != act.id {
					t.Errorf("%s is not begun:\n%s", act.id, d.screen())
				}
			})
		}
	}
}

// note notes the lines that are on the screen.
func (d *desk) note(seen map[string]bool) {
	for l := range strings.Lines(d.screen()) {
		if _, l, found := strings.Cut(l, d.look.vertical); found {
			seen[strings.TrimSpace(l)] = true
		}
	}
}

// TestNoJump: turns of the page that were not drawn do not get past what was,
// and reading on from there does.
func TestNoJump(t *testing.T) {
	d := newDesk(t, sitting.ActSign, "amsterdam")
	for range 30 {
		d.Update(keyOf("pgdown"))
	}
	d.View()
	if d.unread() == 0 {
		t.Fatal("lines that were never drawn count as read")
	}
	d.press("enter")
	if _, still := d.pane.(*choosing); !still {
		t.Error("the act is begun")
	}
	d.readOn()
}

// TestResizeIsNoReading: lines that another width brings to other places do not
// count as read, but what was read to its end stays so.
func TestResizeIsNoReading(t *testing.T) {
	d := newDesk(t, sitting.ActSign, "amsterdam")
	d.press("pgdown", "pgdown")
	for _, size := range []tea.WindowSizeMsg{{Width: 200, Height: 24}, {Width: 80, Height: 24}, {Width: 10, Height: 5}, {Width: 80, Height: 30}} {
		d.take(size)
		if d.width < minWidth {
			continue
		}
		if p := d.stepPage(canvas{d.look, d.width - margin - 1}); d.unread() != p.whole-d.room {
			t.Errorf("%v: %d of %d lines are unread, and %d are on the screen", size, d.unread(), p.whole, d.room)
		}
	}
	d.readOn()
	d.take(tea.WindowSizeMsg{Width: 90, Height: 24})
	if d.unread() != 0 {
		t.Errorf("%d lines have to be read once more", d.unread())
	}
}

// TestReadAnew: another keyholder reads for themselves.
func TestReadAnew(t *testing.T) {
	d := newDesk(t, sitting.ActSign, "amsterdam")
	d.do(sitting.ActSign, "amsterdam", nil)
	d.press("enter")
	d.do(sitting.ActToken, "boston", nil)
	if d.unread() == 0 {
		t.Errorf("what amsterdam read, boston need not:\n%s", d.screen())
	}
}

func TestScroll(t *testing.T) {
	long := page{lines: make([]string, 50), whole: 40}
	short := page{lines: make([]string, 5)}
	steps := func(by ...int) func(*scroll) {
		return func(s *scroll) {
			s.settle(long, 10)
			for _, n := range by {
				s.by(n, 10)
				s.settle(long, 10)
			}
		}
	}
	for _, c := range []struct {
		name   string
		do     func(*scroll)
		want   scroll
		unread int
	}{
		{"first screen", steps(), scroll{seen: 10}, 30},
		{"one line stays", steps(1), scroll{top: 9, seen: 19}, 21},
		{"back", steps(1, -1), scroll{seen: 19}, 21},
		{"not before the beginning", steps(-1, -1), scroll{seen: 10}, 30},
		{"to what must be read", steps(1, 1, 1, 1), scroll{top: 36, seen: 46, read: true}, 0},
		{"not beyond the end", steps(1, 1, 1, 1, 1, 1, 1), scroll{top: 40, seen: 50, read: true}, 0},
		{"two at once jump over nothing", func(s *scroll) { steps()(s); s.by(1, 10); s.by(1, 10); s.settle(long, 10) }, scroll{top: 10, seen: 20}, 20},
		{"another width", func(s *scroll) { steps(1)(s); s.reflow(); s.settle(long, 10) }, scroll{seen: 10}, 30},
		{"another width, after all was read", func(s *scroll) { steps(1, 1, 1, 1)(s); s.reflow(); s.settle(long, 10) }, scroll{seen: 10, read: true}, 0},
		{"a page that fits", func(s *scroll) { s.by(1, 10); s.settle(short, 10) }, scroll{seen: 5, read: true}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s scroll
			c.do(&s)
			if diff := cmp.Diff(c.want, s, cmp.AllowUnexported(scroll{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := s.unread(long); got != c.unread {
				t.Errorf("%d unread, want %d", got, c.unread)
			}
		})
	}
}

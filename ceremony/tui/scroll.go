package tui

// scroll is where a page is scrolled to, and how far it has been seen.
type scroll struct {
	top  int  // first line on the screen
	seen int  // lines of the page that have been on the screen, from its beginning
	read bool // all of it that must be has been
}

// settle keeps the page on the screen, height lines of it, and notes what is
// there to be seen. It is asked each time that anything may have changed.
func (s *scroll) settle(p page, height int) {
	s.top = max(0, min(s.top, len(p.lines)-height, s.seen)) // nothing is jumped over
	s.seen = max(s.seen, min(len(p.lines), s.top+height))
	s.read = s.read || s.seen >= p.whole
}

// unread is how many lines of a page still have to be on the screen.
func (s *scroll) unread(p page) int {
	if s.read {
		return 0
	}
	return max(0, p.whole-s.seen)
}

// reflow is for another width: lines have other numbers then, so what was not
// read to its end is read anew.
func (s *scroll) reflow() { s.top, s.seen = 0, 0 }

// by moves by a screen, less a line that stays for the eye to hold on to.
func (s *scroll) by(screens, height int) { s.top += screens * max(1, height-1) }

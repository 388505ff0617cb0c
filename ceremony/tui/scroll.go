package tui

// scroll is where a page is scrolled to, and how far it has been seen.
type scroll struct {
	top  int // first line on the screen
	seen int // lines of the page that have been on the screen, from its beginning
}

// settle keeps the page on the screen, height lines of it, and notes what is
// there to be seen. It is asked each time that anything may have changed.
func (s *scroll) settle(lines, height int) {
	s.top = max(0, min(s.top, lines-height))
	if s.top <= s.seen { // nothing was jumped over
		s.seen = max(s.seen, min(lines, s.top+height))
	}
}

// by moves by a screen, less a line that stays for the eye to hold on to.
func (s *scroll) by(screens, height int) { s.top += screens * max(1, height-1) }

package main

import (
	"fmt"
	"os"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/qr"
)

// slides are a running sequence of codes: which one is shown, and how the next
// ones are to be.
type slides struct {
	sender *qr.Sender
	what   string // safe to show
	look   qr.Look

	version int // of the largest code that is wanted
	per     int // parts a frame has
	first   int // number of the first part of the frame that is shown
	pace    float64
	paused  bool
	shown   int // codes so far
	room    int // version of the largest code that fits
}

func newSlides(sender *qr.Sender, what string, o codeOptions) *slides {
	return &slides{
		sender: sender, what: what, pace: o.pace,
		look: qr.Look{ASCII: o.ascii || blockless(os.Getenv), Mono: !coloured(os.Getenv)},
	}
}

// blockless says whether half blocks may be missing. The Linux console, unlike
// for much else, has them: they stand in the code page of its fonts.
func blockless(env func(string) string) bool {
	if env("TERM") == "linux" {
		return asciiOnly(func(name string) string {
			if name == "TERM" {
				return ""
			}
			return env(name)
		})
	}
	return asciiOnly(env)
}

// begin chooses the size of the codes, or takes the one that was asked for, and
// refuses what would take too many.
func (s *slides) begin(columns, lines, asked int) error {
	s.version = asked
	if asked == 0 {
		s.version = easyVersion
	}
	if !s.fit(columns, lines) {
		if asked > 0 && asked <= s.room {
			return tooSmall(s.sender, s.what, asked)
		}
		c, n := s.least()
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s: QR codes take %d columns and %d lines at least, here are %d and %d", s.what, c, n, columns, lines), Hint: s.enlarge()}
	}
	if asked > s.room {
		c, n := s.needs(asked)
		return &verbs.Error{
			Code: verbs.Usage, Err: fmt.Errorf("--qr-size %d: takes %d columns and %d lines, here are %d and %d", asked, c, n, columns, lines),
			Hint: fmt.Sprintf("at most --qr-size %d fits here", s.room),
		}
	}
	for asked == 0 && framesOf(s.sender, s.per) > maxFrames && s.version < s.room {
		s.version++
		s.fit(columns, lines)
	}
	return s.many(columns, lines)
}

// many refuses a file that takes more codes than anybody wants to hold a phone
// to, and says what would do.
func (s *slides) many(columns, lines int) error {
	frames := framesOf(s.sender, s.per)
	if frames <= maxFrames {
		return nil
	}
	hint := "carry the file itself"
	for v := min(s.version, s.room) + 1; v <= qr.MaxVersion; v++ {
		if per := s.sender.Fit(v); per > 0 && framesOf(s.sender, per) <= maxFrames {
			c, n := s.needs(v)
			hint += fmt.Sprintf(", or take a terminal of %d columns and %d lines", max(c, columns), max(n, lines))
			if v <= s.room {
				hint = fmt.Sprintf("--qr-size %d or more", v)
			}
			break
		}
	}
	return &verbs.Error{
		Code: verbs.Usage, Err: fmt.Errorf("%s takes %d QR codes of version %d, more than the %d that are shown", s.what, frames, s.sender.Version(s.per), maxFrames),
		Hint: hint,
	}
}

// fit adapts to a terminal of that size: the frames to come are as large as is
// wanted and fits. It reports false if none does.
func (s *slides) fit(columns, lines int) bool {
	s.room = s.look.Largest(columns-panelWidth, lines)
	per := 0
	if v := min(s.version, s.room); v > 0 && lines >= panelLines {
		per = min(s.sender.Fit(v), s.sender.Parts())
	}
	if per == 0 {
		return false
	}
	if per != s.per {
		// So that numbers of frames mean the same on both sides.
		s.per, s.first = per, s.first/per*per
	}
	return true
}

// needs is the terminal that a code of that version takes.
func (s *slides) needs(version int) (columns, lines int) {
	columns, lines = s.look.Size(version)
	return columns + panelWidth, max(lines, panelLines)
}

// least is the smallest terminal that will do.
func (s *slides) least() (columns, lines int) { return s.needs(s.sender.Version(1)) }

// enlarge says what to do about one that is too small.
func (s *slides) enlarge() string {
	if s.look.ASCII {
		return "enlarge the terminal, or take one that shows UTF-8: half blocks need half the lines"
	}
	return "enlarge the terminal"
}

// advance goes to the next frame. If one carries everything, it stays.
func (s *slides) advance() {
	if framesOf(s.sender, s.per) > 1 {
		s.first += s.per
		s.shown++
	}
}

// key does what a key says. It reports true for the last one.
func (s *slides) key(k byte) (done bool) {
	switch k {
	case 'q', 'Q':
		return true
	case '+', '=':
		s.larger()
	case '-', '_':
		s.smaller()
	case 'f', 'F':
		s.pace = min(maxPace, nextPace(s.pace))
	case 's', 'S':
		s.pace = max(minPace, lastPace(s.pace))
	case 'p', 'P':
		s.paused = !s.paused
	case 'n', 'N':
		s.paused = true
		s.advance()
	case 'i', 'I':
		s.look.Inverted = s.look.Mono && !s.look.Inverted
	}
	return false
}

// larger takes the next version that carries more.
func (s *slides) larger() {
	for v := min(s.version, s.room) + 1; v <= s.room && s.per < s.sender.Parts(); v++ {
		if s.sender.Fit(v) > s.per {
			s.version = v
			return
		}
	}
}

// smaller takes the next version that carries less, unless it is too little.
func (s *slides) smaller() {
	for v := min(s.version, s.room) - 1; v > 0; v-- {
		per := s.sender.Fit(v)
		if per == 0 || framesOf(s.sender, per) > maxFrames {
			return
		}
		if per < s.per {
			s.version = v
			return
		}
	}
}

// paces are those that the keys go through.
func paces() []float64 { return []float64{minPace, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12, 15, maxPace} }

func nextPace(pace float64) float64 {
	for _, p := range paces() {
		if p > pace {
			return p
		}
	}
	return pace
}

func lastPace(pace float64) float64 {
	last := pace
	for _, p := range paces() {
		if p < pace {
			last = p
		}
	}
	return last
}

// rate is the pace in words.
func (s *slides) rate() string {
	if s.paused {
		return "paused"
	}
	return fmt.Sprintf("%.3g a second", s.pace)
}

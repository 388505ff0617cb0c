package main

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/internal/words"
)

// The panel beside a code says what is shown, and which words both sides
// compare. With it a code of version 6 just fits 80 columns.
const (
	panelWidth = 35 // with the gap before it
	panelGap   = 2
	panelLines = 24
)

// panel is the text beside the code.
func (s *slides) panel() []string {
	digest := s.sender.Digest()
	out := []string{
		s.fitted(s.what, panelWidth-panelGap),
		s.position(),
		fmt.Sprintf("%d bytes each, %s", s.per*s.sender.PartSize(), s.rate()),
		"",
		fmt.Sprintf("SHA-256 begins %x", digest[:4]),
	}
	list := words.EncodePGP(digest)
	for i := 0; i < len(list); i += 2 {
		out = append(out, fmt.Sprintf("%3d %-9s %s", i+1, list[i], list[i+1]))
	}
	last := "n next  q done"
	if s.look.Mono {
		last = "n next  i negative  q done"
	}
	return append(out, "", "+ - size  f s speed  p pause", last)
}

// position is which frame this is. After those that carry the file itself,
// others make up for what was missed.
func (s *slides) position() string {
	frames := framesOf(s.sender, s.per)
	switch n := s.first/s.per + 1; {
	case frames == 1:
		return "this one code is all"
	case n <= frames:
		return fmt.Sprintf("code %d of %d", n, frames)
	default:
		return fmt.Sprintf("code %d: any %d will do", n, frames+1)
	}
}

// screen is everything that stands on a terminal of that size, a line each.
func (s *slides) screen(columns, lines int) ([]string, error) {
	if !s.fit(columns, lines) {
		c, n := s.least()
		return []string{
			s.fitted(fmt.Sprintf("%d by %d is too small", columns, lines), columns),
			s.fitted(fmt.Sprintf("codes take %d by %d", c, n), columns),
			s.fitted("enlarge it, or q ends", columns),
		}, nil
	}
	code, err := s.code()
	if err != nil {
		return nil, err
	}
	width, _ := s.look.Size(s.sender.Version(s.per))
	panel := s.panel()
	out := make([]string, max(len(code), len(panel)))
	for i := range out {
		left := strings.Repeat(" ", width)
		if i < len(code) {
			left = code[i]
		}
		if i < len(panel) && panel[i] != "" {
			left += strings.Repeat(" ", panelGap) + panel[i]
		}
		out[i] = left
	}
	return out, nil
}

// fitted is a text that takes at most so many columns, and has only ASCII where
// the terminal has no more.
func (s *slides) fitted(text string, columns int) string {
	text = visible.Truncate(text, columns)
	if !s.look.ASCII {
		return text
	}
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return '?'
		}
		return r
	}, text)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/qr"
	"github.com/rootmoot/rootmoot/internal/terminal"
)

// Control sequences (xterm's ctlseqs): the other screen, without a cursor and
// without wrapping at the edge; and back.
const (
	enterScreen = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"
	leaveScreen = "\x1b[0m\x1b[2J\x1b[H\x1b[?7h\x1b[?25h\x1b[?1049l"
	clearScreen = "\x1b[2J"
	homeCursor  = "\x1b[H"
	clearLine   = "\x1b[K"
	clearBelow  = "\x1b[J"
)

// code draws the frame that is shown.
func (s *slides) code() ([]string, error) {
	c, err := qr.Encode(s.sender.Frame(s.first, s.per), s.sender.Version(s.per))
	if err != nil {
		return nil, err
	}
	return c.Lines(s.look), nil
}

// run shows the codes until q is pressed or ctx ends. The terminal is left as it
// was found.
func (s *slides) run(ctx context.Context, t *terminal.Terminal) (err error) {
	keys, err := t.Steer()
	if err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return &verbs.Error{Code: verbs.Unread, Err: err}
	}
	var pressed <-chan byte // never, where keys cannot be told
	if keys != nil {
		pressed = keys.Pressed()
		defer func() { err = errors.Join(err, keys.Stop()) }()
	}
	if _, err := t.Write([]byte(enterScreen)); err != nil {
		return &verbs.Error{Code: verbs.Unread, Err: err}
	}
	defer t.Write([]byte(leaveScreen)) //nolint:errcheck // a terminal that has gone away needs nothing put back
	return s.loop(ctx, t, pressed)
}

func (s *slides) loop(ctx context.Context, t *terminal.Terminal, pressed <-chan byte) error {
	p := picture{to: t}
	s.shown = 1
	tick := time.NewTicker(s.interval())
	defer tick.Stop()
	for {
		if err := p.draw(s); err != nil {
			return &verbs.Error{Code: verbs.Unread, Err: err}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case k := <-pressed:
			pace := s.pace
			if s.key(k) {
				return nil
			}
			if s.pace != pace {
				tick.Reset(s.interval())
			}
		case <-tick.C:
			if !s.paused {
				s.advance()
			}
		}
	}
}

func (s *slides) interval() time.Duration { return time.Duration(float64(time.Second) / s.pace) }

// A picture is what stands on the terminal.
type picture struct {
	to             *terminal.Terminal
	columns, lines int
	last           []string
}

// draw makes it what is to be shown now, in one piece, so that a camera sees few
// halves. Nothing is written where nothing changes.
func (p *picture) draw(s *slides) error {
	columns, lines, err := p.to.Size()
	if err != nil {
		return err
	}
	screen, err := s.screen(columns, lines)
	if err != nil {
		return err
	}
	resized := columns != p.columns || lines != p.lines
	if !resized && slices.Equal(screen, p.last) {
		return nil
	}
	p.columns, p.lines, p.last = columns, lines, screen
	begin := homeCursor
	if resized {
		begin = clearScreen + homeCursor
	}
	text := begin + strings.Join(screen, clearLine+"\r\n") + clearLine
	if len(screen) < lines {
		text += "\r\n" + clearBelow
	}
	if _, err := p.to.Write([]byte(text)); err != nil {
		return fmt.Errorf("draw a code: %w", err)
	}
	return nil
}

package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// What is typed here.
const (
	enter    = "\r"
	controlC = "\x03"
	theAct   = "everything-at-once" // the label of the bench's act
	itsEnd   = "The sitting is over."
	away     = "\x1b[?1049l" // the screen is put away
)

// modes are those that are on in the end, of a terminal that shows its cursor
// and wraps lines.
func modes(shown string) []string {
	on := map[string]bool{"7": true, "25": true}
	for _, seq := range sequences(shown) {
		if body, private := strings.CutPrefix(seq, "\x1b[?"); private {
			name := strings.TrimRight(body, "hl")
			on[name] = strings.HasSuffix(body, "h")
		}
	}
	var out []string
	for name, set := range on {
		if set {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// fallen is a pane that cannot be drawn any more, after a key or from the start.
type fallen struct {
	ended
	now bool
}

func (p *fallen) press(*app, tea.KeyPressMsg) tea.Cmd { p.now = true; return nil }

func (p *fallen) lines(*app, canvas) []string {
	if p.now {
		panic("the pane fell")
	}
	return []string{theAct}
}

// TestRestored: however the guide ends, the terminal is as it was.
func TestRestored(t *testing.T) {
	falls := func(context.Context, func(sitting.Progress)) error { panic("the act fell") }
	fails := func(context.Context, func(sitting.Progress)) error { return errors.New("the disk is full") }
	for _, tt := range []struct {
		name string
		do   func(context.Context, func(sitting.Progress)) error
		pane *fallen // instead of the guide's first one
		end  func(s *seat, cancel func())
		want string // the error
	}{
		{name: "over", end: func(s *seat, _ func()) { s.act(itsEnd); s.press(enter) }, want: "<nil>"},
		{name: "left", end: func(s *seat, _ func()) { s.press("qy") }, want: ErrLeave.Error()},
		{name: "interrupted", end: func(s *seat, _ func()) { s.press(controlC + controlC) }, want: ErrInterrupt.Error()},
		{name: "terminated", end: func(_ *seat, cancel func()) { cancel() }, want: context.Canceled.Error()},
		{name: "act failed", do: fails, end: func(s *seat, _ func()) { s.act(away) }, want: "the disk is full"},
		{name: "act panicked", do: falls, end: func(s *seat, _ func()) { s.act(away) }, want: "the guide has failed: the act fell"},
		{name: "screen panicked", pane: &fallen{}, end: func(s *seat, _ func()) { s.press("x") }, want: "the guide has failed: the pane fell"},
		{name: "first screen panicked", pane: &fallen{now: true}, want: "the guide has failed: the pane fell"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := newSeat(t, 80, 24)
			if tt.pane != nil {
				s.first = tt.pane
			}
			s.run(ctx, &bench{do: tt.do}, Options{})
			if tt.end != nil {
				s.await(0, theAct)
				if s.termios() == s.before {
					t.Error("the guide does not have the keyboard for itself")
				}
				tt.end(s, cancel)
			}
			if got := fmt.Sprint(s.ended()); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if diff := cmp.Diff(s.before, s.termios()); diff != "" {
				t.Errorf("terminal changed (-before +after):\n%s", diff)
			}
			if diff := cmp.Diff(modes(""), modes(s.output())); diff != "" {
				t.Errorf("modes (-want +got):\n%s", diff)
			}
			if strings.Contains(s.output(), "goroutine") {
				t.Error("a stack is on the screen")
			}
		})
	}
}

// TestFaultHasItsStack: whoever mends it learns where it was, and nothing of
// what was typed.
func TestFaultHasItsStack(t *testing.T) {
	s := newSeat(t, 80, 24)
	s.first = &fallen{now: true}
	var fault *Fault
	if err := s.run(t.Context(), &bench{}, Options{}).ended(); !errors.As(err, &fault) {
		t.Fatalf("got %v", err)
	}
	if at := string(fault.Stack); !strings.Contains(at, "(*fallen).lines\n") || strings.Contains(at, "0x") {
		t.Errorf("the stack is\n%s", at)
	}
}

// TestResize: the screen follows the terminal, and one too small is told so.
func TestResize(t *testing.T) {
	s := newSeat(t, 80, 24).run(t.Context(), &bench{}, Options{})
	s.await(0, theAct)
	for _, to := range []struct {
		columns, rows uint16
		want          string
	}{
		{60, 20, "This terminal has 60 columns and 20 lines."},
		{120, 40, strings.Repeat("─", 120)},
		{79, 24, "This terminal has 79 columns and 24 lines."},
		{80, 23, "This terminal has 80 columns and 23 lines."},
		{80, 24, theAct},
		{1, 1, "R"},
		{200, 60, strings.Repeat("─", 200)},
	} {
		skip := len(s.output())
		s.resize(to.columns, to.rows)
		s.await(skip, to.want)
	}
	s.press("qy")
	if err := s.ended(); !errors.Is(err, ErrLeave) {
		t.Error(err)
	}
}

// TestActEndsFirst: an act on its way has ended when the guide returns, for the
// sitting is closed then.
func TestActEndsFirst(t *testing.T) {
	for _, tt := range []struct {
		name string
		end  func(s *seat, cancel func())
		want error
	}{
		{"terminated", func(_ *seat, cancel func()) { cancel() }, context.Canceled},
		{"interrupted", func(s *seat, _ func()) { s.press(controlC + controlC) }, ErrInterrupt},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			finish, stopped := make(chan struct{}), make(chan struct{})
			var ended atomic.Bool
			waits := func(ctx context.Context, say func(sitting.Progress)) error {
				say(sitting.Progress{Kind: sitting.Touch, Target: "a", Serial: "1", Policy: "always", Timeout: time.Minute})
				<-ctx.Done()
				close(stopped)
				<-finish
				ended.Store(true)
				return &sitting.Refusal{Kind: sitting.NoTouch, What: "given up"}
			}
			s := newSeat(t, 80, 24).run(ctx, &bench{do: waits}, Options{})
			s.await(0, theAct)
			s.act("TOUCH")
			tt.end(s, cancel)
			<-stopped
			select {
			case err := <-s.over:
				t.Fatalf("returned %v while the act was on its way", err)
			case <-time.After(100 * time.Millisecond): // longer than it takes to restore the terminal
			}
			close(finish)
			if err := s.ended(); !errors.Is(err, tt.want) || !ended.Load() {
				t.Errorf("got %v; the act has ended: %v", err, ended.Load())
			}
		})
	}
}

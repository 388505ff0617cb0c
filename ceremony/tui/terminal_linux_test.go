package tui

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// What is typed here.
const (
	enter    = "\r"
	controlC = "\x03"
	theAct   = "everything-at-once" // the label of the bench's act
	itsEnd   = "The sitting is over."
)

// sequences are the control sequences in what was shown, in order.
func sequences(shown string) []string {
	var out []string
	var state byte
	for len(shown) > 0 {
		seq, _, n, next := ansi.DecodeSequence(shown, state, nil)
		if strings.HasPrefix(seq, "\x1b") {
			out = append(out, seq)
		}
		state, shown = next, shown[n:]
	}
	return out
}

// foreign are those of them that do more than draw: every other one, whether it
// asks the terminal or changes how it works, and would have to be looked at.
func foreign(shown string) []string {
	return slices.DeleteFunc(sequences(shown), func(seq string) bool {
		body, csi := strings.CutPrefix(seq, "\x1b[")
		if !csi {
			return seq == "\x1bM" // up, and scroll
		}
		switch body {
		// Alternate screen, cursor, pasted text told apart, lines wrapped, tab stops.
		case "?1049h", "?1049l", "?25h", "?25l", "?2004h", "?2004l", "?7h", "?7l", "?5W":
			return true
		}
		number := strings.TrimLeft(body, "0123456789;")
		return len(number) == 1 && strings.ContainsAny(number, "ABCDEFGHIZdabfe`rJKXPLM@STm")
	})
}

// TestForeign: what asks a terminal is known for what it is.
func TestForeign(t *testing.T) {
	for _, tt := range []struct{ name, shown string }{
		{"device attributes", ansi.RequestPrimaryDeviceAttributes},
		{"secondary device attributes", ansi.RequestSecondaryDeviceAttributes},
		{"tertiary device attributes", ansi.RequestTertiaryDeviceAttributes},
		{"cursor position", ansi.RequestCursorPositionReport},
		{"cursor position, extended", ansi.RequestExtendedCursorPositionReport},
		{"status", "\x1b[5n"},
		{"foreground colour", ansi.RequestForegroundColor},
		{"background colour", ansi.RequestBackgroundColor},
		{"colour of the palette", "\x1b]4;1;?\x07"},
		{"mode of synchronized output", ansi.RequestModeSynchronizedOutput},
		{"mode of ANSI", "\x1b[4$p"},
		{"name and version", ansi.RequestNameVersion},
		{"keyboard", ansi.RequestKittyKeyboard},
		{"other keys", ansi.QueryModifyOtherKeys},
		{"terminfo", ansi.RequestTermcap("RGB")},
		{"setting", "\x1bP$qm\x1b\\"},
		{"size of the window", "\x1b[18t"},
		{"clipboard", ansi.RequestSystemClipboard},
		{"graphics", "\x1b_Gi=1,a=q\x1b\\"},
		{"terminal id", "\x1bZ"},
		{"another keyboard", ansi.PushKittyKeyboard(1)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := foreign("before" + tt.shown + "\x1b[1;31mafter"); !slices.Equal(got, []string{tt.shown}) {
				t.Errorf("got %q, want %q", got, tt.shown)
			}
		})
	}
}

// TestAsksNothing: a terminal that never answers gets its screens, and is asked
// nothing from the first byte to the last, whatever it is called.
func TestAsksNothing(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  []string
	}{
		{"no name", nil},
		{"xterm", []string{"TERM=xterm-256color", "COLORTERM=truecolor"}},
		{"Linux console", []string{"TERM=linux"}},
		{"serial line", []string{"TERM=vt100"}},
		{"screen", []string{"TERM=screen"}},
		{"over ssh", []string{"TERM=xterm-256color", "SSH_TTY=/dev/pts/1"}},
		{"kitty", []string{"TERM=xterm-kitty", "TERM_PROGRAM=kitty"}},
		{"ghostty over ssh", []string{"TERM=xterm-ghostty", "SSH_TTY=/dev/pts/1"}},
		{"Windows Terminal", []string{"TERM=xterm-256color", "WT_SESSION=1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSeat(t, 80, 24).run(t.Context(), &bench{}, Options{Colour: true, Env: append([]string{"LANG=C.UTF-8"}, tt.env...)})
			s.await(0, theAct)
			s.press(enter + "y")
			s.await(0, itsEnd)
			s.press(enter)
			if err := s.ended(); err != nil {
				t.Error(err)
			}
			if odd := foreign(s.output()); len(odd) > 0 {
				t.Errorf("the terminal was sent %q", odd)
			}
		})
	}
}

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
		{name: "over", end: func(s *seat, _ func()) { s.press(enter + "y"); s.await(0, itsEnd); s.press(enter) }, want: "<nil>"},
		{name: "left", end: func(s *seat, _ func()) { s.press("qy") }, want: ErrLeave.Error()},
		{name: "interrupted", end: func(s *seat, _ func()) { s.press(controlC + controlC) }, want: ErrInterrupt.Error()},
		{name: "terminated", end: func(_ *seat, cancel func()) { cancel() }, want: context.Canceled.Error()},
		{name: "act failed", do: fails, end: func(s *seat, _ func()) { s.press(enter + "y") }, want: "the disk is full"},
		{name: "act panicked", do: falls, end: func(s *seat, _ func()) { s.press(enter + "y") }, want: "the guide has failed: the act fell"},
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

// TestFaultHasItsStack: whoever mends it learns where it was.
func TestFaultHasItsStack(t *testing.T) {
	s := newSeat(t, 80, 24)
	s.first = &fallen{now: true}
	var fault *Fault
	if err := s.run(t.Context(), &bench{}, Options{}).ended(); !errors.As(err, &fault) || !strings.Contains(string(fault.Stack), "(*fallen).lines") {
		t.Errorf("got %v", err)
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
		{1, 1, "T"},
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

// colours are the parameters of what was shown that set a colour.
func colours(shown string) []string {
	var out []string
	for _, seq := range sequences(shown) {
		body, sgr := strings.CutPrefix(strings.TrimSuffix(seq, "m"), "\x1b[")
		if !sgr || !strings.HasSuffix(seq, "m") {
			continue
		}
		for _, p := range strings.Split(body, ";") {
			switch {
			case p == "39", p == "49": // the terminal's own
			case len(p) > 1 && strings.ContainsAny(p[:1], "3459") || len(p) == 3:
				out = append(out, p)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestColours: 16 colours or none, and weight in any case.
func TestColours(t *testing.T) {
	for _, tt := range []struct {
		name   string
		colour bool
		env    []string
	}{
		{"none", false, []string{"TERM=xterm-256color", "COLORTERM=truecolor"}},
		{"sixteen", true, []string{"TERM=xterm-256color", "COLORTERM=truecolor"}},
		{"sixteen on a console", true, []string{"TERM=linux"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSeat(t, 80, 24).run(t.Context(), &bench{}, Options{Colour: tt.colour, Env: tt.env})
			s.await(0, theAct)
			s.press(controlC + controlC)
			if err := s.ended(); !errors.Is(err, ErrInterrupt) {
				t.Error(err)
			}
			got := colours(s.output())
			other := slices.DeleteFunc(slices.Clone(got), func(p string) bool {
				return len(p) == 2 && strings.ContainsAny(p[:1], "39") && p[1] <= '7'
			})
			if tt.colour != (len(got) > 0) || len(other) > 0 {
				t.Errorf("colours %q, of them not of the 16: %q", got, other)
			}
			if !slices.ContainsFunc(sequences(s.output()), func(seq string) bool { return strings.HasPrefix(seq, "\x1b[1") && strings.HasSuffix(seq, "m") }) {
				t.Error("nothing is bold")
			}
		})
	}
}

// TestASCII: where a sign outside ASCII could not be shown, none is drawn.
func TestASCII(t *testing.T) {
	for _, size := range [][2]uint16{{80, 24}, {120, 40}, {40, 10}} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			touch := func(_ context.Context, say func(sitting.Progress)) error {
				say(sitting.Progress{Kind: sitting.Passed, Text: "one"})
				say(sitting.Progress{Kind: sitting.Touch, Target: "a", Serial: "1", For: "root", Policy: "always", Number: 1, Of: 2, Timeout: time.Minute})
				return &sitting.Refusal{Kind: sitting.NoTouch, What: "nobody touched it", Hint: "try again"}
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s := newSeat(t, size[0], size[1]).run(ctx, &bench{do: touch}, Options{ASCII: true, Colour: true})
			if size[0] < minWidth {
				s.await(0, "columns")
			} else {
				s.await(0, theAct)
				s.press("?")
				s.await(0, "Esc closes")
				s.press("?" + enter + "y")
				s.await(0, "nobody touched")
			}
			cancel()
			if err := s.ended(); !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			if i := strings.IndexFunc(s.output(), func(r rune) bool { return r > 0x7e }); i >= 0 {
				t.Errorf("%q is not ASCII", s.output()[max(0, i-40):i+8])
			}
		})
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
			s.press(enter + "y")
			s.await(0, "TOUCH")
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

// TestKeysAreNotLogged: Bubble Tea writes every key that is typed, PINs too,
// into the file that this variable names.
func TestKeysAreNotLogged(t *testing.T) {
	trace := filepath.Join(t.TempDir(), "trace")
	t.Setenv("TEA_TRACE", trace)
	s := newSeat(t, 80, 24).run(t.Context(), &bench{}, Options{})
	s.await(0, theAct)
	s.press("qy")
	if err := s.ended(); !errors.Is(err, ErrLeave) {
		t.Error(err)
	}
	if _, err := os.Stat(trace); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("what was typed is in a file: %v", err)
	}
}

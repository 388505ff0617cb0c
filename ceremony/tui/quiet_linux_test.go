package tui

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
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
		// Alternate screen, cursor, pasted text told apart, lines wrapped, what is
		// drawn inserted, tab stops.
		case "?1049h", "?1049l", "?25h", "?25l", "?2004h", "?2004l", "?7h", "?7l", "4h", "4l", "?5W":
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
			s.act(itsEnd)
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

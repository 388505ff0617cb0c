package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

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
				s.press("?")
				s.act("nobody touched")
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

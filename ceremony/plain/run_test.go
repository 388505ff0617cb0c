package plain_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/plain"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/verify"
)

// byHand runs a sitting with the typist at a pipe.
func byHand(t *testing.T, s *sitting.Sitting, y *typist) error {
	t.Helper()
	in, keyboard := io.Pipe()
	gone := make(chan struct{})
	typed := make(chan struct{})
	go func() {
		defer close(typed)
		for {
			line, _, ok := y.next(gone)
			if !ok {
				return
			}
			io.WriteString(keyboard, line+"\n") //nolint:errcheck // who reads it is in this process
		}
	}()
	err := plain.Run(t.Context(), s, plain.NewPipe(in, y), nil)
	close(gone)
	in.Close()
	<-typed
	return err
}

// TestByHand has somebody do a whole genesis at the keyboard, who leaves at
// each step and comes back.
func TestByHand(t *testing.T) {
	r := folder(t, t.TempDir())
	y := &typist{pins: r.Cast(rehearse.Genesis).PINs}
	for _, at := range []string{"Step 2 of 10", "Step 4 of 10", "1 of 3: 2 more needed", "Step 9 of 10", ""} {
		s := open(t, r, rehearse.Genesis, verify.Trusted{})
		y.leave = at
		err := byHand(t, s, y)
		if at != "" && !errors.Is(err, plain.ErrLeave) || at == "" && err != nil {
			t.Fatalf("leaving at %q: %v\n%s", at, err, y.screen())
		}
		if done := s.View().Done; done != (at == "") {
			t.Errorf("leaving at %q: done %v", at, done)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	narrow(t, y.screen())
	for _, want := range []string{"press any key to touch it", "The sitting is over"} {
		if !strings.Contains(y.screen(), want) {
			t.Errorf("%q is not on the screen", want)
		}
	}
	for name, pin := range y.pins {
		if strings.Contains(mask(y.screen()), pin) {
			t.Errorf("the PIN of %s is on the screen", name)
		}
	}
}

// TestOddLines: what is no number of an act is not taken for one, and an end of
// input leaves.
func TestOddLines(t *testing.T) {
	r := folder(t, t.TempDir())
	s := open(t, r, rehearse.Genesis, verify.Trusted{})
	for _, c := range []struct {
		name, typed string
		refused     int // "type a number" so often
	}{
		{"nothing", "", 0},
		{"Enter", "\n\n", 2},
		{"out of range", "0\n-1\n99\n99999999999999999999\n", 4},
		{"words", "yes\ny\n1.0\n", 3},
		{"a one-time password", "cccccbhuinrvkljnbctlgjcvfbiehfdhrcbuhnkjvdgi\n", 1},
		{"control characters", "\x1b[A\n\x00\n", 2},
		{"q", " q \n1\n", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			err := plain.Run(t.Context(), s, plain.NewPipe(strings.NewReader(c.typed), &out), nil)
			if !errors.Is(err, plain.ErrLeave) {
				t.Errorf("got %v", err)
			}
			if got := strings.Count(out.String(), "type a number from 1 to 9"); got != c.refused {
				t.Errorf("%d times told, want %d:\n%s", got, c.refused, &out)
			}
			if strings.Contains(out.String(), "here    ") {
				t.Error("something was done")
			}
		})
	}
}

// TestRefusalIsShown: what is wrong and what to do, without what a file or a
// keyboard could hide in it.
func TestRefusalIsShown(t *testing.T) {
	r := folder(t, t.TempDir())
	s := open(t, r, rehearse.Genesis, verify.Trusted{})
	var out strings.Builder
	typed := "1\nhere\n" + "5\n\n" + "5\n" + "1\n\x1b[2Jnoon\u202e\n" // amsterdam, the witness, go on, the clock
	if err := plain.Run(t.Context(), s, plain.NewPipe(strings.NewReader(typed), &out), nil); !errors.Is(err, plain.ErrLeave) {
		t.Fatal(err)
	}
	_, after, told := strings.Cut(out.String(), "  refused: ")
	if !told || !strings.Contains(after, "what to do: type it like 2026-12-31 23:59, in UTC") {
		t.Errorf("not told:\n%s", &out)
	}
	if strings.ContainsAny(after, "\x1b\u202e") {
		t.Errorf("%q", after)
	}
}

// TestPlayerEnds: the driver does not know how to go on, or the program ends.
func TestPlayerEnds(t *testing.T) {
	r := folder(t, t.TempDir())
	s := open(t, r, rehearse.Genesis, verify.Trusted{})
	cast := people.Cast{Absent: []string{"amsterdam"}, PINs: r.Cast(rehearse.Genesis).PINs}
	var out strings.Builder
	c := plain.NewPipe(strings.NewReader(""), &out)
	err := plain.Run(t.Context(), s, c, plain.Player{Actor: people.New(cast), Console: c})
	if err == nil || !strings.Contains(err.Error(), `do not know how to go on at "Tokens"`) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := plain.Run(ctx, s, c, plain.Player{Actor: people.New(cast), Console: c, Pace: 1 << 40}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := plain.Run(ctx, s, c, nil); err == nil {
		t.Error("a cancelled program asked on")
	}
}

// TestTakeOverPipe: a line takes over from the driver; those after it answer.
func TestTakeOverPipe(t *testing.T) {
	r := folder(t, t.TempDir())
	s := open(t, r, rehearse.Genesis, verify.Trusted{})
	in, keyboard := io.Pipe()
	var out strings.Builder
	c := plain.NewPipe(in, &out)
	go func() {
		io.WriteString(keyboard, "\nq\n") //nolint:errcheck // who reads it is in this process
	}()
	p := plain.Player{Actor: people.New(people.Cast{PINs: r.Cast(rehearse.Genesis).PINs}), Console: c, Pace: 5_000_000}
	if err := plain.Run(t.Context(), s, c, p); !errors.Is(err, plain.ErrLeave) {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "You have taken over") {
		t.Errorf("not told:\n%s", &out)
	}
	if s.View().Done {
		t.Error("nobody took over")
	}
}

// TestPlayedLeave: who is played until a step leaves there, and says so.
func TestPlayedLeave(t *testing.T) {
	r := folder(t, t.TempDir())
	cast := r.Cast(rehearse.Genesis)
	cast.Until = "freeze"
	s := open(t, r, rehearse.Genesis, verify.Trusted{})
	var out strings.Builder
	c := plain.NewPipe(strings.NewReader(""), &out)
	if err := plain.Run(t.Context(), s, c, plain.Player{Actor: people.New(cast), Console: c}); !errors.Is(err, plain.ErrLeave) {
		t.Fatalf("%v", err)
	}
	if v := s.View(); v.Done || v.Heading != "Freeze: read the plan's digest back" || !strings.HasSuffix(out.String(), "> leaves the sitting\n") {
		t.Errorf("it was left at %q:\n%s", v.Heading, out.String())
	}
}

package tui

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// theChild tells a child of this test that it is one.
const theChild = "ROOTMOOT_TEST_GUIDE"

// TestGuideToStop is the guide that TestStop stops, in a process of its own; in
// any other there is nothing to do.
func TestGuideToStop(t *testing.T) {
	if os.Getenv(theChild) == "" {
		return
	}
	if err := Run(t.Context(), &bench{}, Options{In: os.Stdin, Out: os.Stdout, Env: os.Environ()}); !errors.Is(err, ErrLeave) {
		t.Error(err)
	}
}

// elsewhere starts a guide in another process, whose terminal this seat is.
func (s *seat) elsewhere() *exec.Cmd {
	s.t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^TestGuideToStop$")
	c.Env = append(os.Environ(), theChild+"=1", "TERM=xterm")
	c.Stdin, c.Stdout, c.Stderr = s.line, s.line, s.line
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := c.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.Process.Kill() }) // if it has not ended
	return c
}

// mark writes a line at the terminal and waits until it was shown: then all
// that was written before it was shown, too.
func (s *seat) mark(text string) {
	s.t.Helper()
	if _, err := io.WriteString(s.line, text); err != nil {
		s.t.Fatal(err)
	}
	s.await(0, text)
}

// TestStop: stopped, the guide leaves the terminal as it found it if it was
// asked; going on, it has the keyboard for itself and shows everything anew.
func TestStop(t *testing.T) {
	for _, tt := range []struct {
		name  string
		by    syscall.Signal
		asked bool
	}{
		{"asked", syscall.SIGTSTP, true},
		{"not asked", syscall.SIGSTOP, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSeat(t, 80, 24)
			c := s.elsewhere()
			s.await(0, theAct)
			for range 2 { // it works again
				raw := s.termios()
				signals(t, c, tt.by)
				var status syscall.WaitStatus
				if _, err := syscall.Wait4(c.Process.Pid, &status, syscall.WUNTRACED, nil); err != nil || !status.Stopped() {
					t.Fatalf("it did not stop: %v, %v", status, err)
				}
				s.mark("(it has stopped)")
				if tt.asked {
					if diff := cmp.Diff(s.before, s.termios()); diff != "" {
						t.Errorf("terminal changed (-before +stopped):\n%s", diff)
					}
					if diff := cmp.Diff(modes(""), modes(s.output())); diff != "" {
						t.Errorf("modes (-want +got):\n%s", diff)
					}
				}
				s.cook()
				skip := len(s.output())
				signals(t, c, syscall.SIGCONT)
				s.await(skip, theAct)
				s.await(skip, "Benchmark packages")
				if diff := cmp.Diff(raw, s.termios()); diff != "" {
					t.Errorf("going on, the terminal is not as it was (-before +after):\n%s", diff)
				}
				if !strings.Contains(s.output()[skip:], "\x1b[?1049h") {
					t.Error("it did not take the screen again")
				}
			}
			s.press("qy")
			if err := c.Wait(); err != nil {
				t.Errorf("%v; shown is %q", err, s.output())
			}
		})
	}
}

func signals(t *testing.T, c *exec.Cmd, s syscall.Signal) {
	t.Helper()
	if err := c.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// cooked waits until the terminal is as it was: the guide leaves the other
// screen first, and keys that come before that are still its own.
func (s *seat) cooked() {
	s.t.Helper()
	end := time.Now().Add(20 * time.Second)
	for s.termios() != s.before {
		if time.Now().After(end) {
			s.t.Fatal("waited in vain for the terminal to be as it was")
		}
		runtime.Gosched()
	}
}

// cook makes the terminal one that shows what is typed, line by line, as it was
// before, and as a shell does.
func (s *seat) cook() {
	s.t.Helper()
	if err := unix.IoctlSetTermios(int(s.line.Fd()), unix.TCSETS, &s.before); err != nil {
		s.t.Fatal(err)
	}
}

// TestStopsAtTheEndOfInput: a terminal that has gone away does not keep the
// guide, and the sitting with it.
func TestStopsAtTheEndOfInput(t *testing.T) {
	s := newSeat(t, 80, 24).run(t.Context(), &bench{}, Options{})
	s.await(0, theAct)
	s.cook()
	s.press("\x04")
	if err := s.ended(); !errors.Is(err, ErrGone) {
		t.Errorf("got %v", err)
	}
}

// TestStopsReading: what is typed until the guide gives the keyboard back does
// not go to the shell.
func TestStopsReading(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	finish := make(chan struct{})
	waits := func(_ context.Context, say func(sitting.Progress)) error {
		say(sitting.Progress{Kind: sitting.Passed, Text: "it has begun"})
		<-finish
		return nil
	}
	s := newSeat(t, 80, 24)
	drop := func() {
		if err := unix.IoctlSetInt(int(s.line.Fd()), unix.TCFLSH, unix.TCIFLUSH); err != nil {
			t.Error(err)
		}
	}
	s.run(ctx, &bench{do: waits}, Options{Drop: drop})
	s.await(0, theAct)
	s.act("it has begun")
	cancel()
	s.await(0, away)
	s.cooked()
	s.press("make mischief\r")
	s.await(0, "make mischief") // it is in the terminal's line now
	close(finish)
	if err := s.ended(); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if n, err := unix.IoctlGetInt(int(s.line.Fd()), unix.TIOCINQ); n != 0 || err != nil {
		t.Errorf("%d bytes are left for the shell, %v", n, err)
	}
}

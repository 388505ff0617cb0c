package tui

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// A seat is a pseudo terminal (pts(4)) that a guide runs at. It answers no
// question: whoever sits there reads and types, and that is all.
type seat struct {
	t      *testing.T
	keys   *os.File // the side of whoever sits there
	line   *os.File // the guide's
	before unix.Termios
	first  pane // has the keyboard instead of the guide's own, if not nil

	mu    sync.Mutex
	shown bytes.Buffer
	more  chan struct{} // something was shown
	over  chan error    // what the guide returned
}

func newSeat(t *testing.T, columns, rows uint16) *seat {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fd := int(keys.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	line, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := &seat{t: t, keys: keys, line: line, more: make(chan struct{}, 1), over: make(chan error, 1)}
	s.resize(columns, rows)
	s.before = s.termios()
	reading := make(chan struct{})
	go func() {
		defer close(reading)
		io.Copy(s, keys) //nolint:errcheck // ends with EIO when the guide's side is closed
	}()
	t.Cleanup(func() {
		line.Close()
		<-reading
		keys.Close()
	})
	return s
}

// Write takes what the guide shows.
func (s *seat) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shown.Write(b)
	select {
	case s.more <- struct{}{}:
	default:
	}
	return len(b), nil
}

// output is all that was shown so far.
func (s *seat) output() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shown.String()
}

// run runs a guide here.
func (s *seat) run(ctx context.Context, e sitting.Engine, o Options) *seat {
	o.In, o.Out = s.line, s.line
	if o.Env == nil {
		o.Env = []string{"TERM=xterm-256color"}
	}
	go func() {
		if s.first == nil {
			s.over <- Run(ctx, e, o)
			return
		}
		inner, end := context.WithCancel(ctx)
		defer end()
		g := &guard{app: newApp(inner, e, o), end: end}
		g.pane = s.first
		s.over <- g.run(ctx)
	}()
	return s
}

// await waits until text is shown after the first skip bytes.
func (s *seat) await(skip int, text string) {
	s.t.Helper()
	end := time.After(20 * time.Second)
	for !strings.Contains(s.output()[skip:], text) {
		select {
		case <-s.more:
		case <-end:
			s.t.Fatalf("waited for %q in vain; shown is %q", text, s.output()[skip:])
		}
	}
}

// press types keys.
func (s *seat) press(keys string) {
	s.t.Helper()
	if _, err := io.WriteString(s.keys, keys); err != nil {
		s.t.Fatal(err)
	}
}

// act chooses the bench's act, which is confirmed only by somebody who can have
// read the question, and waits until text is shown.
func (s *seat) act(text string) {
	s.t.Helper()
	skip := len(s.output())
	s.press(enter)
	s.await(skip, "Press y")
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	end := time.After(20 * time.Second)
	for !strings.Contains(s.output()[skip:], text) {
		s.press("y")
		select {
		case <-s.more:
		case <-again.C:
		case <-end:
			s.t.Fatalf("waited for %q in vain; shown is %q", text, s.output()[skip:])
		}
	}
}

// ended waits for the guide's end. Then all that it wrote is in the output.
func (s *seat) ended() error {
	s.t.Helper()
	const last = "(the guide has returned)"
	select {
	case err := <-s.over:
		if _, err := io.WriteString(s.line, last); err != nil {
			s.t.Fatal(err)
		}
		s.await(0, last)
		return err
	case <-time.After(20 * time.Second):
		s.t.Fatalf("the guide does not end; shown is %q", s.output())
		return nil
	}
}

func (s *seat) termios() unix.Termios {
	s.t.Helper()
	state, err := unix.IoctlGetTermios(int(s.line.Fd()), unix.TCGETS)
	if err != nil {
		s.t.Fatal(err)
	}
	return *state
}

// resize makes the terminal larger or smaller, and tells, as the kernel does
// where it is the controlling one.
func (s *seat) resize(columns, rows uint16) {
	s.t.Helper()
	if err := unix.IoctlSetWinsize(int(s.keys.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: columns, Row: rows}); err != nil {
		s.t.Fatal(err)
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGWINCH); err != nil {
		s.t.Fatal(err)
	}
}

// A bench is a sitting of one act, which ends it.
type bench struct {
	mu   sync.Mutex
	done bool
	do   func(context.Context, func(sitting.Progress)) error // nil: nothing happens
}

// View is one step of which everything is possible.
func (b *bench) View() sitting.View {
	b.mu.Lock()
	defer b.mu.Unlock()
	state := sitting.AgendaNow
	if b.done {
		state = sitting.AgendaDone
	}
	return sitting.View{
		What:  "sitting",
		Title: "Benchmark packages", Rehearsal: true, Format: "tuf", Purpose: "genesis", Place: "bench", Now: noon(),
		Agenda:  []sitting.AgendaItem{{Step: "open", Title: "Open", Short: "Open", State: state}},
		Heading: "Only one step",
		Body: []sitting.Block{{
			Title: "Checks", Text: []string{"There is little to read."}, Rows: [][2]string{{"name", "value"}},
			Checks: []sitting.CheckLine{{Mark: sitting.MarkPass, Text: "one"}, {Mark: sitting.MarkFail, Text: "two"}, {Mark: sitting.MarkWarn, Text: "three"}},
		}},
		Meters:  []sitting.Meter{{Quorum: "genesis", Need: 2, Have: 1, Keys: []sitting.MeterKey{{Name: "a", State: sitting.KeySigned}, {Name: "b", State: sitting.KeyRefused}}}},
		Notices: []string{"An exception is open."},
		Acts:    []sitting.Offer{{ID: sitting.ActContinue, Label: "everything-at-once", Next: true}},
		Done:    b.done,
	}
}

// Do does the act, and ends the sitting.
func (b *bench) Do(ctx context.Context, _ sitting.Act, say func(sitting.Progress)) error {
	if b.do != nil {
		if err := b.do(ctx, say); err != nil {
			return err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done = true
	return nil
}

// Check finds every field good.
func (b *bench) Check(sitting.Act, string) error { return nil }

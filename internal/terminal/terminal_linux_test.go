package terminal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

// pty opens a pseudo terminal (pts(4)): the person's side, and ours.
func pty(t *testing.T) (person *os.File, term *Terminal) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { person.Close() })
	fd := int(person.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	term, err = newTerminal(ours, ours)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { term.Close() })
	return person, term
}

// screen reads what the person sees until it ends with want.
func screen(t *testing.T, person *os.File, want string) string {
	t.Helper()
	var seen []byte
	buf := make([]byte, 256)
	for !strings.HasSuffix(string(seen), want) {
		// The descriptor blocks; poll so that a failing test ends.
		fds := []unix.PollFd{{Fd: int32(person.Fd()), Events: unix.POLLIN}}
		if n, err := unix.Poll(fds, 5000); err != nil || n == 0 {
			t.Fatalf("the screen shows %q, want it to end with %q (%v)", seen, want, err)
		}
		n, err := person.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, buf[:n]...)
	}
	return string(seen)
}

func press(t *testing.T, person *os.File, keys string) {
	t.Helper()
	if _, err := io.WriteString(person, keys); err != nil {
		t.Fatal(err)
	}
}

func state(t *testing.T, term *Terminal) unix.Termios {
	t.Helper()
	s, err := unix.IoctlGetTermios(int(term.in.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return *s
}

func TestReadLine(t *testing.T) {
	tests := []struct {
		name string
		keys string
		want string
		err  error
	}{
		{"a line", "topmost\n", "topmost", nil},
		{"nothing", "\n", "", nil},
		{"corrected with backspace", "topmast\x7f\x7f\x7fost\n", "topmost", nil},
		{"letters beyond ASCII", "Ærø\n", "Ærø", nil},
		{"ended", "\x04", "", io.EOF},
		{"ended after some letters", "yes\x04\x04", "", io.EOF},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			person, term := pty(t)
			press(t, person, tt.keys)
			got, err := term.ReadLine("word 3: ")
			if got != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("got %q, %v; want %q, %v", got, err, tt.want, tt.err)
			}
		})
	}
}

// A secret is not shown, and what is typed for one prompt is not taken by
// another.
func TestReadSecret(t *testing.T) {
	person, term := pty(t)
	before := state(t, term)
	type answer struct {
		text string
		err  error
	}
	answers := make(chan answer, 3)
	go func() {
		line, err := term.ReadLine("name: ")
		answers <- answer{line, err}
		secret, err := term.ReadSecret("PIN: ")
		answers <- answer{string(secret), err}
		line, err = term.ReadLine("again: ")
		answers <- answer{line, err}
	}()
	screen(t, person, "name: ")
	press(t, person, "ada\n")
	shown := screen(t, person, "PIN: ")
	if got := <-answers; got != (answer{text: "ada"}) || !strings.Contains(shown, "ada") {
		t.Errorf("line: %+v, shown %q", got, shown)
	}
	waitForEcho(t, term, false)
	press(t, person, "123456\nx\n")
	shown = screen(t, person, "again: ")
	if got := <-answers; got != (answer{text: "123456"}) {
		t.Errorf("secret: %+v", got)
	}
	if strings.Contains(shown, "1") {
		t.Errorf("the secret was shown: %q", shown)
	}
	if got := <-answers; got != (answer{text: "x"}) {
		t.Errorf("line after the secret: %+v", got)
	}
	if diff := cmp.Diff(before, state(t, term)); diff != "" {
		t.Errorf("terminal changed (-before +after):\n%s", diff)
	}
}

func waitForEcho(t *testing.T, term *Terminal, on bool) {
	t.Helper()
	for range 500 {
		if (state(t, term).Lflag&unix.ECHO != 0) == on {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("echo did not become %v", on)
}

func TestSecretEnded(t *testing.T) {
	person, term := pty(t)
	press(t, person, "\x04")
	if secret, err := term.ReadSecret("PIN: "); len(secret) != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("got %q, %v", secret, err)
	}
}

// The other side hangs up, as an ssh connection does.
func TestHangUp(t *testing.T) {
	person, term := pty(t)
	person.Close()
	if line, err := term.ReadLine("? "); err == nil {
		t.Errorf("read %q from nobody", line)
	}
	if secret, err := term.ReadSecret("? "); err == nil {
		t.Errorf("read %q from nobody", secret)
	}
}

func TestAnyKey(t *testing.T) {
	person, term := pty(t)
	before := state(t, term)
	w, err := term.AnyKey()
	if err != nil {
		t.Fatal(err)
	}
	if l := state(t, term).Lflag; l&(unix.ICANON|unix.ECHO) != 0 || l&unix.ISIG == 0 {
		t.Errorf("local flags are %#x", l)
	}
	select {
	case <-w.Keys():
		t.Error("a key before any was pressed")
	case <-time.After(250 * time.Millisecond): // longer than a read waits
	}
	for _, keys := range []string{"x", "\x1b[A", "\n"} {
		press(t, person, keys)
		select {
		case <-w.Keys():
		case <-time.After(5 * time.Second):
			t.Fatalf("%q was not noticed", keys)
		}
	}
	press(t, person, "left over\n")
	for range 2 {
		if err := w.Stop(); err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff(before, state(t, term)); diff != "" {
		t.Errorf("terminal changed (-before +after):\n%s", diff)
	}
	// Lines work again, and get nothing that was typed during the watch.
	press(t, person, "line\n")
	if got, err := term.ReadLine("? "); got != "line" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// Steering tells which keys are pressed, but for those that are more than one
// character, and control-Z is none.
func TestSteer(t *testing.T) {
	person, term := pty(t)
	before := state(t, term)
	w, err := term.Steer()
	if err != nil {
		t.Fatal(err)
	}
	if s := state(t, term); s.Cc[unix.VSUSP] != 0 || s.Lflag&unix.ISIG == 0 || s.Lflag&unix.ECHO != 0 {
		t.Errorf("control-Z %#x, local flags %#x", s.Cc[unix.VSUSP], s.Lflag)
	}
	for _, tt := range []struct{ keys, want string }{
		{"q", "q"},
		{"+-", "+-"},
		{"\x1b[A", ""},
		{"\x1b", "\x1b"},
		{"é", ""},
		{"\x1a", "\x1a"},
	} {
		press(t, person, tt.keys)
		<-w.Keys()
		var got string
		for len(got) < len(tt.want) {
			select {
			case b := <-w.Pressed():
				got += string(rune(b))
			case <-time.After(5 * time.Second):
				t.Fatalf("%q: pressed %q, want %q", tt.keys, got, tt.want)
			}
		}
		if got != tt.want {
			t.Errorf("%q: pressed %q, want %q", tt.keys, got, tt.want)
		}
	}
	if err := w.Stop(); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(before, state(t, term)); diff != "" {
		t.Errorf("terminal changed (-before +after):\n%s", diff)
	}
}

// A watch for any key tells of none in particular.
func TestAnyKeyIsNotTold(t *testing.T) {
	person, term := pty(t)
	w, err := term.AnyKey()
	if err != nil {
		t.Fatal(err)
	}
	press(t, person, "q")
	<-w.Keys()
	select {
	case b := <-w.Pressed():
		t.Errorf("told %q", b)
	default:
	}
}

// What was typed ahead is dropped, and nothing that is typed later.
func TestDropInput(t *testing.T) {
	person, term := pty(t)
	press(t, person, "left over\nand over")
	screen(t, person, "and over") // shown: the terminal has it
	if err := term.DropInput(); err != nil {
		t.Fatal(err)
	}
	press(t, person, "line\n")
	if got, err := term.ReadLine("? "); got != "line" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// Close puts back what a prompt has changed when a signal ends the program.
func TestCloseRestores(t *testing.T) {
	_, term := pty(t)
	before := state(t, term)
	other, err := os.OpenFile(term.in.Name(), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if _, err := term.AnyKey(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := term.Close(); err != nil {
			t.Error(err)
		}
	}
	after, err := unix.IoctlGetTermios(int(other.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, *after); diff != "" {
		t.Errorf("terminal changed (-before +after):\n%s", diff)
	}
}

func TestNoTerminal(t *testing.T) {
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	if IsTerminal(f) {
		t.Error("/dev/null is taken for a terminal")
	}
	if _, err := newTerminal(f, f); !errors.Is(err, ErrNoTerminal) {
		t.Errorf("got %v", err)
	}
	person, term := pty(t)
	if !IsTerminal(term.in) {
		t.Error("a terminal is not taken for one")
	}
	if err := unix.IoctlSetWinsize(int(person.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: 80, Row: 24}); err != nil {
		t.Fatal(err)
	}
	if columns, lines, err := term.Size(); columns != 80 || lines != 24 || err != nil {
		t.Errorf("size %dx%d, %v", columns, lines, err)
	}
}

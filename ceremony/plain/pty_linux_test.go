package plain_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/rootmoot/rootmoot/ceremony/plain"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/internal/terminal"
	"github.com/rootmoot/rootmoot/verify"
)

// folderOf tells the process at the other side of the terminal what to do.
const folderOf = "PLAIN_TEST_FOLDER"

// TestAtTheTerminal is not a test of its own: TestTakeOver starts it as the
// program in a terminal.
func TestAtTheTerminal(t *testing.T) {
	dir := os.Getenv(folderOf)
	if dir == "" {
		return
	}
	term, err := terminal.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer term.Close()
	r := folder(t, dir)
	c := plain.Terminal{Terminal: term}
	s := open(t, r, rehearse.Genesis, verify.Trusted{})
	p := plain.Player{Actor: people.New(r.Cast(rehearse.Genesis)), Console: c, Pace: 20 * time.Millisecond}
	if err := plain.Run(t.Context(), s, c, p); err != nil {
		t.Fatal(err)
	}
}

// TestTakeOver: in a terminal the driver plays, a key is pressed, and somebody
// goes on by hand to the end: prompts, PINs without echo, touches by any key.
func TestTakeOver(t *testing.T) {
	dir := t.TempDir()
	r := folder(t, dir)
	y := &typist{pins: r.Cast(rehearse.Genesis).PINs}
	keyboard, gone := inTerminal(t, dir, y)
	waitFor(t, y, gone, "> enrol this key for boston")
	if _, err := io.WriteString(keyboard, "x"); err != nil {
		t.Fatal(err)
	}
	waitFor(t, y, gone, "You have taken over. From here on you answer.")
	for {
		line, secret, ok := y.next(gone)
		if !ok {
			break
		}
		if secret {
			waitForNoEcho(t, keyboard)
		}
		if _, err := io.WriteString(keyboard, line+"\n"); err != nil {
			t.Fatal(err)
		}
	}
	text := y.screen()
	if !strings.Contains(text, "Version 1 is signed, checked and handed over.") || !strings.Contains(text, "PASS") {
		t.Errorf("the end is not reached:\n%s", text)
	}
	played, byHand, _ := strings.Cut(text, "You have taken over")
	if strings.Contains(played, "number of what to do") || strings.Contains(byHand, "> touches the token") {
		t.Error("driver and person answered at the same time")
	}
	for name, pin := range y.pins {
		if strings.Contains(mask(text), pin) {
			t.Errorf("the PIN of %s is on the screen", name)
		}
	}
	if _, report := verify.TrustFile(read(t, dir), verify.Options{At: noon(), Rehearsal: true}); report.Verdict() != verify.Accepted {
		t.Errorf("%+v", report.Failures())
	}
}

func read(t *testing.T, dir string) []byte {
	t.Helper()
	raw, err := os.ReadFile(dir + "/" + rehearse.Genesis + "/1.root.json")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// inTerminal starts this test's program anew with a pseudo terminal (pts(4)) as
// its own, whose screen the typist sees. gone is closed when it has ended.
func inTerminal(t *testing.T, dir string, y *typist) (keyboard *os.File, gone <-chan struct{}) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fd := int(keyboard.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	screen, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, "-test.run=^TestAtTheTerminal$", "-test.timeout=60s")
	cmd.Env = append(os.Environ(), folderOf+"="+dir)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = screen, screen, screen
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	screen.Close()
	over := make(chan struct{})
	go func() {
		defer close(over)
		io.Copy(y, keyboard) //nolint:errcheck // ends with EIO when the last process has closed the terminal
	}()
	t.Cleanup(func() {
		cmd.Process.Kill() //nolint:errcheck // it has ended, but for a test that failed
		cmd.Wait()         //nolint:errcheck // the screen has told
		keyboard.Close()
	})
	return keyboard, over
}

func waitFor(t *testing.T, y *typist, gone <-chan struct{}, want string) {
	t.Helper()
	for !strings.Contains(y.screen(), want) {
		select {
		case <-gone:
			t.Fatalf("the program ended before %q:\n%s", want, y.screen())
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// waitForNoEcho waits until what is typed is not shown: a person takes longer
// to look at a prompt than the terminal to change.
func waitForNoEcho(t *testing.T, keyboard *os.File) {
	t.Helper()
	for range 2000 {
		s, err := unix.IoctlGetTermios(int(keyboard.Fd()), unix.TCGETS)
		if err != nil {
			t.Fatal(err)
		}
		if s.Lflag&unix.ECHO == 0 {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
	t.Fatal("a PIN would be shown as it is typed")
}

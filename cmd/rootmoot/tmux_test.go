package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A tmux is a real terminal with a program in it: it is looked at and typed
// into, and there is no other way to it. See tmux(1).
type tmux struct {
	t       *testing.T
	folder  string // of the server's socket, and of what begins a program
	started bool
}

// The smallest terminal that the guide wants.
const terminalWidth, terminalHeight = 80, 24

// newTmux is a terminal on a server of its own, which ends with the test.
func newTmux(t *testing.T) *tmux {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is not installed")
	}
	folder, err := os.MkdirTemp("", "tmux") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	x := &tmux{t: t, folder: folder}
	t.Cleanup(func() {
		if x.started {
			x.command("kill-server").Run() //nolint:errcheck // it has ended with its last program
		}
		os.RemoveAll(folder)
	})
	x.write("conf", "set -g status off\nset -g default-terminal tmux-256color\nset -s escape-time 0\n")
	x.write("begin", beginning)
	return x
}

// beginning begins a program, says how it ended, and then shows what is typed.
const beginning = `#!/bin/sh
sh -c 'echo $$ >"$0"; exec "$@"' "${0%/*}/pid" "$@"
code=$?
echo "exit=$code"
echo "$code" >"${0%/*}/exit"
exec cat
`

func (x *tmux) write(name, text string) {
	x.t.Helper()
	if err := os.WriteFile(filepath.Join(x.folder, name), []byte(text), 0o700); err != nil {
		x.t.Fatal(err)
	}
}

// command is one of tmux, with little around it: what the tests' own terminal
// is like must not matter.
func (x *tmux) command(args ...string) *exec.Cmd {
	c := exec.Command("tmux", append([]string{"-u", "-S", filepath.Join(x.folder, "s"), "-f", filepath.Join(x.folder, "conf")}, args...)...)
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + x.folder, "LANG=C.UTF-8", "TERM=xterm-256color"}
	return c
}

func (x *tmux) run(args ...string) string {
	x.t.Helper()
	out, err := x.command(args...).CombinedOutput()
	if err != nil {
		x.t.Fatalf("tmux %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// start begins a program in the terminal; the one before it has ended.
func (x *tmux) start(args ...string) {
	x.t.Helper()
	how := []string{"respawn-pane", "-k"}
	if !x.started {
		how = []string{"new-session", "-d", "-x", strconv.Itoa(terminalWidth), "-y", strconv.Itoa(terminalHeight)}
	}
	os.Remove(filepath.Join(x.folder, "exit")) //nolint:errcheck // of the program before, if there was one
	x.run(append(append(how, "--", filepath.Join(x.folder, "begin")), args...)...)
	x.started = true
}

// keys presses keys by their names, one after the other.
func (x *tmux) keys(names ...string) {
	x.t.Helper()
	x.run(append([]string{"send-keys", "--"}, names...)...)
}

// text types a text.
func (x *tmux) text(s string) {
	x.t.Helper()
	x.run("send-keys", "-l", "--", s)
}

// resize makes the terminal larger or smaller.
func (x *tmux) resize(width, height int) {
	x.t.Helper()
	x.run("resize-window", "-x", strconv.Itoa(width), "-y", strconv.Itoa(height))
}

// pid is the number of the program in the terminal.
func (x *tmux) pid() int {
	x.t.Helper()
	raw, err := os.ReadFile(filepath.Join(x.folder, "pid"))
	if err != nil {
		x.t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(raw)))
	if err != nil {
		x.t.Fatal(err)
	}
	return pid
}

// signal sends a signal to the program in the terminal.
func (x *tmux) signal(s syscall.Signal) {
	x.t.Helper()
	p, err := os.FindProcess(x.pid())
	if err != nil {
		x.t.Fatal(err)
	}
	if err := p.Signal(s); err != nil {
		x.t.Fatal(err)
	}
}

// kill ends the program as SIGKILL does. The code is not looked for on the
// screen: the cursor stood anywhere, and the line may be broken at the edge.
func (x *tmux) kill() {
	x.t.Helper()
	x.signal(syscall.SIGKILL)
	x.sees("the end of the program", func(string) bool {
		code, err := os.ReadFile(filepath.Join(x.folder, "exit"))
		return err == nil && string(code) == "137\n"
	})
}

// exited is the whole line, which may be drawn in pieces.
var exited = regexp.MustCompile(`exit=\d+\n`)

// ended waits until the program has ended with that code, and checks that the
// terminal is as it was: what is typed is shown, and a line ends with Enter.
func (x *tmux) ended(code int) string {
	x.t.Helper()
	s := x.sees(fmt.Sprintf("exit code %d", code), exited.MatchString)
	if !strings.Contains(s, fmt.Sprintf("exit=%d\n", code)) {
		x.t.Fatalf("want exit code %d:\n%s", code, s)
	}
	x.text("echo")
	x.keys("Enter")
	x.sees("what is typed, and its copy", func(s string) bool { return strings.Contains(s, "\necho\necho\n") })
	return s
}

// screen is what is on the screen now.
func (x *tmux) screen() string {
	x.t.Helper()
	return x.run("capture-pane", "-p")
}

// said is that with all that has scrolled away, and with lines that were broken
// at the edge in one.
func (x *tmux) said() string {
	x.t.Helper()
	return x.run("capture-pane", "-p", "-J", "-S", "-")
}

// How long a screen may stay the same, and how long something may take in all,
// before it is waited for in vain.
const (
	still = 20 * time.Second
	long  = 2 * time.Minute
)

// sees waits for a screen, and gives it.
func (x *tmux) sees(what string, holds func(screen string) bool) string {
	x.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	begun, last := time.Now(), ""
	for changed := begun; ; <-tick.C {
		s := x.screen()
		if holds(s) {
			return s
		}
		if now := clockless(s); now != last {
			changed, last = time.Now(), now
		}
		if time.Since(changed) > still || time.Since(begun) > long {
			x.t.Fatalf("waited for %s in vain:\n%s", what, s)
		}
	}
}

// steady waits for a screen that stays for a moment, so that none is taken for
// it that is half drawn.
func (x *tmux) steady(what string, holds func(screen string) bool) string {
	x.t.Helper()
	const moment = 15 * time.Millisecond
	last, since := "", time.Now()
	return x.sees(what, func(s string) bool {
		if now := clockless(s); now != last {
			last, since = now, time.Now()
		}
		return holds(s) && time.Since(since) >= moment
	})
}

// clockless is a screen without its last line, where the clock runs.
func clockless(s string) string {
	s = strings.TrimRight(s, "\n")
	return s[:strings.LastIndexByte(s, '\n')+1]
}

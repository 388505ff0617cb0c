package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/qr"
	"github.com/rootmoot/rootmoot/internal/qr/qrtest"
)

// colours is what is on the screen now, with its colours, and with the blanks at
// the ends of lines.
func (x *tmux) colours() string {
	x.t.Helper()
	return x.run("capture-pane", "-p", "-e", "-N")
}

// A camera looks at a terminal, and reads what it sees with zbarimg.
type camera struct {
	x       *tmux
	on      qrtest.Terminal
	columns int
	to      qr.Receiver
	frames  int // that were read, and taken
}

// look takes a picture, in which there may be half a code: then nothing is read.
func (c *camera) look() {
	c.x.t.Helper()
	path := filepath.Join(c.x.t.TempDir(), "seen.png")
	img := c.on.Draw(c.x.t, c.x.colours(), c.columns)
	if err := os.WriteFile(path, qrtest.PNG(c.x.t, img), 0o644); err != nil {
		c.x.t.Fatal(err)
	}
	for _, line := range qrtest.Zbar(c.x.t, path) {
		if err := c.to.Add(line); err != nil {
			c.x.t.Fatalf("%v: %s", err, line)
		}
		c.frames++
	}
}

// wants checks that what came is the file.
func (c *camera) wants(file string) {
	c.x.t.Helper()
	want, err := os.ReadFile(file)
	if err != nil {
		c.x.t.Fatal(err)
	}
	if got, err := c.to.Payload(); err != nil || !bytes.Equal(got, want) {
		c.x.t.Errorf("%d bytes came, %v; want the %d of the file", len(got), err, len(want))
	}
}

// beginCodes has a file shown on a terminal, until the first code is there.
func beginCodes(x *tmux, columns, lines int, args ...string) {
	x.t.Helper()
	x.start("true")
	x.resize(columns, lines)
	x.start(args...)
	x.sees("what is coming", func(s string) bool { return strings.Contains(s, "Enter begins, control-C leaves:") })
	x.keys("Enter")
	x.steady("a code", func(s string) bool { return strings.Contains(s, "q done") })
}

// unruly is bytes that cannot be compressed, the same each time.
func unruly(n int) []byte {
	var out []byte
	for i := uint32(0); len(out) < n; i++ {
		block := sha256.Sum256(binary.BigEndian.AppendUint32(nil, i))
		out = append(out, block[:]...)
	}
	return out[:n]
}

// someFile is a file of 500 bytes.
func someFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "some")
	if err := os.WriteFile(path, unruly(500), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// Files are shown on a terminal, and a camera reads them there.
func TestCodesAtTerminal(t *testing.T) {
	bin := build(t)
	t.Run("running", func(t *testing.T) { codesRun(t, bin) })
	t.Run("by hand", func(t *testing.T) { codesByHand(t, bin) })
	t.Run("resized", func(t *testing.T) { codesResized(t, bin) })
}

// The whole way: a file is shown in 80 by 24 while a camera looks on, which sees
// some codes twice, some not and some half, and has the file in the end.
func codesRun(t *testing.T, bin string) {
	shown, err := filepath.Abs("../../testdata/sigstore/5.root.json")
	if err != nil {
		t.Fatal(err)
	}
	x := newTmux(t)
	beginCodes(x, terminalWidth, terminalHeight, bin, "qr", "show", "--qr-pace", "8", shown)
	c := camera{x: x, on: qrtest.DarkTerminal(), columns: terminalWidth}
	for begun := time.Now(); !c.to.Done(); c.look() {
		if time.Since(begun) > long {
			t.Fatalf("%d frames read, and no file", c.frames)
		}
	}
	c.wants(shown)
	x.keys("q")
	if s := x.ended(0); !strings.Contains(s, "\n  29  Neptune revolver spigot Virginia\n") {
		t.Errorf("the words are not what is left on the screen:\n%s", s)
	}
}

// Step by step, on every kind of terminal: each code is read, and there are just
// as many as it said.
func codesByHand(t *testing.T, bin string) {
	shown := someFile(t)
	for _, tt := range []struct {
		name           string
		columns, lines int
		on             qrtest.Terminal
		keys           string // pressed first
		args           []string
		frames         int
	}{
		{"colours", 80, 24, qrtest.DarkTerminal(), "", []string{bin, "qr", "show"}, 6},
		{"colours on a light terminal", 80, 24, qrtest.LightTerminal(), "", []string{bin, "qr", "show"}, 6},
		{"no colours", 80, 24, qrtest.DarkTerminal(), "", []string{"env", "NO_COLOR=1", bin, "qr", "show"}, 6},
		{"no colours on a light terminal", 80, 24, qrtest.LightTerminal(), "i", []string{"env", "NO_COLOR=1", bin, "qr", "show"}, 6},
		{"a vt220", 130, 45, qrtest.DarkTerminal(), "", []string{"env", "TERM=vt220", bin, "qr", "show"}, 6},
		{"no UTF-8", 130, 45, qrtest.DarkTerminal(), "", []string{"env", "LANG=C", bin, "qr", "show"}, 6},
		{"the Linux console", 80, 25, qrtest.DarkTerminal(), "", []string{"env", "TERM=linux", bin, "qr", "show"}, 6},
		{"large", 160, 50, qrtest.DarkTerminal(), "", []string{bin, "qr", "show", "--qr-size", "9"}, 3},
		{"small", 80, 24, qrtest.DarkTerminal(), "--", []string{bin, "qr", "show"}, 13},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := newTmux(t)
			beginCodes(x, tt.columns, tt.lines, append(tt.args, "--qr-pace", "0.2", shown)...)
			c := camera{x: x, on: tt.on, columns: tt.columns}
			x.keys("p")
			x.steady("a pause", func(s string) bool { return strings.Contains(s, "paused") })
			for k := range strings.SplitSeq(tt.keys, "") {
				x.keys(k)
			}
			at := 0
			for !c.to.Done() {
				at++
				x.steady("the next code", func(s string) bool { return strings.Contains(s, fmt.Sprintf("code %d of %d\n", at, tt.frames)) })
				if c.look(); c.frames != at {
					t.Fatalf("code %d: not read\n%s", at, x.screen())
				}
				x.keys("n")
			}
			if at != tt.frames {
				t.Errorf("complete after %d codes, of %d", at, tt.frames)
			}
			c.wants(shown)
			x.keys("q")
			x.ended(0)
		})
	}
}

// The codes become smaller with the terminal, and those that were read before
// still count. A signal leaves the terminal as it was.
func codesResized(t *testing.T, bin string) {
	x, shown := newTmux(t), someFile(t)
	beginCodes(x, 120, 40, bin, "qr", "show", "--qr-pace", "0.2", shown)
	c := camera{x: x, on: qrtest.DarkTerminal(), columns: 120}
	x.keys("p")
	x.steady("a pause", func(s string) bool { return strings.Contains(s, "code 1 of 3\n") && strings.Contains(s, "paused") })
	c.look()
	x.keys("n")
	x.steady("the next", func(s string) bool { return strings.Contains(s, "code 2 of 3\n") })
	c.look()
	x.resize(60, 20)
	x.keys("x") // it looks when a key is pressed, or when the next code is due
	x.sees("that it is too small", func(s string) bool {
		return strings.HasPrefix(s, "60 by 20 is too small\ncodes take 68 by 24\nenlarge it, or q ends\n")
	})
	x.resize(terminalWidth, terminalHeight)
	c.columns = terminalWidth
	x.keys("x")
	for at := 3; !c.to.Done(); at++ {
		x.steady("a smaller code", func(s string) bool { return strings.Contains(s, fmt.Sprintf("code %d of 6\n", at)) })
		c.look()
		x.keys("n")
	}
	c.wants(shown)
	x.signal(syscall.SIGTERM)
	x.ended(130)
}

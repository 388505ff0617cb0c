package qr

import (
	"bytes"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/qr/qrtest"
)

// looks are all that there are, each on the terminal that it is for.
func looks() []struct {
	name string
	look Look
	on   qrtest.Terminal
} {
	dark, light := qrtest.DarkTerminal(), qrtest.LightTerminal()
	odd := dark
	odd.Cell = image.Pt(9, 19) // halves of 9 and 10, in cells that are too high
	wide := light
	wide.Cell = image.Pt(10, 18)
	return []struct {
		name string
		look Look
		on   qrtest.Terminal
	}{
		{"colours on a dark terminal", Look{}, dark},
		{"colours on a light terminal", Look{}, light},
		{"colours, odd cells", Look{}, odd},
		{"colours, wide cells", Look{}, wide},
		{"no colours on a dark terminal", Look{Mono: true}, dark},
		{"no colours on a light terminal", Look{Mono: true, Inverted: true}, light},
		{"ASCII on a dark terminal", Look{ASCII: true}, dark},
		{"ASCII on a light terminal", Look{ASCII: true}, light},
		{"ASCII, no colours, on a dark terminal", Look{ASCII: true, Mono: true}, dark},
		{"ASCII, no colours, on a light terminal", Look{ASCII: true, Mono: true, Inverted: true}, light},
	}
}

// screenOf is a code on a terminal, with text beside it and at the last line.
func screenOf(t testing.TB, text string, version int, l Look) (screen string, columns int) {
	t.Helper()
	c, err := Encode(text, version)
	if err != nil {
		t.Fatal(err)
	}
	columns, lines := l.Size(version)
	got := c.Lines(l)
	if len(got) != lines {
		t.Fatalf("%d lines, want %d", len(got), lines)
	}
	for i, line := range got {
		screen += line + "  " + strings.Repeat("frame of words, ", i%3) + "\n"
	}
	return screen, columns + 40
}

// What stands on the terminal is read by another program, and by ours.
func TestDrawnIsRead(t *testing.T) {
	s := sender(t, 5000)
	for _, l := range looks() {
		t.Run(l.name, func(t *testing.T) {
			for _, version := range []int{3, 6, 7, 10, 17} {
				frame := s.Frame(7, s.Fit(version))
				screen, columns := screenOf(t, frame, version, l.look)
				picture := qrtest.PNG(t, l.on.Draw(t, screen, columns))
				path := filepath.Join(t.TempDir(), "screen.png")
				if err := os.WriteFile(path, picture, 0o644); err != nil {
					t.Fatal(err)
				}
				if got := qrtest.Zbar(t, path); !slices.Equal(got, []string{frame}) {
					t.Errorf("version %d: zbarimg reads %q, want %q", version, got, frame)
				}
				if got, err := Read(picture); err != nil || !slices.Equal(got, []string{frame}) {
					t.Errorf("version %d: read %q, %v; want %q", version, got, err, frame)
				}
			}
		})
	}
}

// Without colours a terminal of the other kind shows a negative, which not all
// readers take; ours does.
func TestReadNegative(t *testing.T) {
	frame := sender(t, 500).Frame(0, 12)
	screen, columns := screenOf(t, frame, 6, Look{Mono: true})
	got, err := Read(qrtest.PNG(t, qrtest.LightTerminal().Draw(t, screen, columns)))
	if err != nil || !slices.Equal(got, []string{frame}) {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestReadJPEG(t *testing.T) {
	frame := sender(t, 500).Frame(0, 12)
	screen, columns := screenOf(t, frame, 6, Look{})
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, qrtest.DarkTerminal().Draw(t, screen, columns), &jpeg.Options{Quality: 30}); err != nil {
		t.Fatal(err)
	}
	if got, err := Read(picture.Bytes()); err != nil || !slices.Equal(got, []string{frame}) {
		t.Errorf("read %q, %v", got, err)
	}
}

// The largest code that fits is the largest that fits.
func TestLargest(t *testing.T) {
	for _, tt := range []struct {
		columns, lines, halves, wide int
	}{
		{45, 23, 6, 0}, // what 80 by 24 leaves beside the words
		{44, 23, 5, 0},
		{45, 22, 5, 0},
		{24, 24, 0, 0},
		{25, 13, 1, 0},
		{200, 60, 24, 9},
		{1000, 1000, 40, 40},
		{0, 0, 0, 0},
		{-1, 50, 0, 0},
	} {
		if got := (Look{}).Largest(tt.columns, tt.lines); got != tt.halves {
			t.Errorf("%d by %d: version %d, want %d", tt.columns, tt.lines, got, tt.halves)
		}
		if got := (Look{ASCII: true}).Largest(tt.columns, tt.lines); got != tt.wide {
			t.Errorf("%d by %d, ASCII: version %d, want %d", tt.columns, tt.lines, got, tt.wide)
		}
	}
}

// Each line ends without colours, so that what is written beside has none.
func TestLinesEndClean(t *testing.T) {
	c, err := Encode("ROOTMOOT", 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range looks() {
		for _, line := range c.Lines(l.look) {
			if strings.Contains(line, "\x1b") && !strings.HasSuffix(line, reset) {
				t.Errorf("%s: %q", l.name, line)
			}
			if l.look.Mono && strings.Contains(line, "107") {
				t.Errorf("%s: colours: %q", l.name, line)
			}
		}
	}
}

func TestEncodeRefuses(t *testing.T) {
	for _, tt := range []struct {
		text    string
		version int
		want    string
	}{
		{"A", 0, "qr code of version 0: there are 1 to 40"},
		{"A", 41, "qr code of version 41: there are 1 to 40"},
		{strings.Repeat("A", 26), 1, "qr code of version 1: 26 characters, more than the 25 it holds"},
		{"a", 1, "qr code: non-alphanumeric string `a`"},
	} {
		if _, err := Encode(tt.text, tt.version); err == nil || err.Error() != tt.want {
			t.Errorf("%q, version %d: %v, want %s", tt.text, tt.version, err, tt.want)
		}
	}
}

// ISO/IEC 18004, table 7, level L, alphanumeric.
func TestCapacity(t *testing.T) {
	for version, want := range map[int]int{1: 25, 2: 47, 3: 77, 4: 114, 5: 154, 6: 195, 9: 335, 10: 395, 26: 1990, 27: 2132, 40: 4296} {
		if got := Capacity(version); got != want {
			t.Errorf("version %d: %d characters, want %d", version, got, want)
		}
		full := strings.Repeat("Z", want)
		if _, err := Encode(full, version); err != nil {
			t.Errorf("version %d: %v", version, err)
		}
	}
}

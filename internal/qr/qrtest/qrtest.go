// Package qrtest shows tests of codes on terminals what a camera would see, and
// reads it with another program: zbarimg, of Debian's zbar-tools.
package qrtest

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os/exec"
	"strings"
	"testing"
)

// A Terminal is how one looks: its cells, in pixels, and the two greys that it
// has where no colours are asked for.
type Terminal struct {
	Cell                image.Point
	Writing, Background uint8
}

// DarkTerminal writes light on dark, and LightTerminal the other way round, in
// cells of a usual size.
func DarkTerminal() Terminal { return Terminal{image.Pt(8, 16), 0xdd, 0x11} }

// LightTerminal is the other of the two.
func LightTerminal() Terminal { return Terminal{image.Pt(8, 16), 0x11, 0xee} }

// Draw is what stands on the terminal, which has that many columns: lines with
// colours as escape sequences (SGR). Half blocks and blanks are drawn as they
// are, any other character as a blot.
func (x Terminal) Draw(t testing.TB, screen string, columns int) image.Image {
	t.Helper()
	lines := strings.Split(strings.TrimSuffix(screen, "\n"), "\n")
	img := image.NewGray(image.Rect(0, 0, columns*x.Cell.X, len(lines)*x.Cell.Y))
	fill(img, img.Rect, x.Background)
	p := pen{writing: x.Writing, background: x.Background}
	for y, line := range lines {
		p = x.line(t, img, p, y, line)
	}
	return img
}

// line draws a line, and gives the pen that the next one begins with.
func (x Terminal) line(t testing.TB, img *image.Gray, p pen, y int, line string) pen {
	t.Helper()
	column := 0
	for line != "" {
		if rest, is := strings.CutPrefix(line, "\x1b["); is {
			codes, after, ended := strings.Cut(rest, "m")
			if !ended || strings.Trim(codes, "0123456789;") != "" {
				t.Fatalf("line %d: an escape sequence that is no colour: %q", y+1, line)
			}
			p = x.colour(p, codes)
			line = after
			continue
		}
		sign := []rune(line)[0]
		line = line[len(string(sign)):]
		at := image.Pt(column*x.Cell.X, y*x.Cell.Y)
		p.cell(img, image.Rectangle{at, at.Add(x.Cell)}, sign)
		column++
	}
	return p
}

// A pen is what the terminal writes with.
type pen struct {
	writing, background uint8
	reversed            bool
}

// colour is the pen after an SGR sequence.
func (x Terminal) colour(p pen, codes string) pen {
	for code := range strings.SplitSeq(codes, ";") {
		switch code {
		case "", "0":
			p = pen{writing: x.Writing, background: x.Background}
		case "7":
			p.reversed = true
		case "27":
			p.reversed = false
		case "30":
			p.writing = 0x00
		case "39":
			p.writing = x.Writing
		case "40":
			p.background = 0x00
		case "47":
			p.background = 0xbb
		case "107":
			p.background = 0xff
		case "49":
			p.background = x.Background
		}
	}
	return p
}

func (p pen) cell(img *image.Gray, r image.Rectangle, sign rune) {
	writing, background := p.writing, p.background
	if p.reversed {
		writing, background = background, writing
	}
	fill(img, r, background)
	half := r
	switch sign {
	case ' ':
		return
	case '█':
	case '▀':
		half.Max.Y = r.Min.Y + r.Dy()/2
	case '▄':
		half.Min.Y = r.Min.Y + r.Dy()/2
	default:
		half = image.Rect(r.Min.X+1, r.Min.Y+r.Dy()/3, r.Max.X-1, r.Max.Y-r.Dy()/4)
	}
	fill(img, half, writing)
}

func fill(img *image.Gray, r image.Rectangle, v uint8) {
	draw.Draw(img, r, image.NewUniform(color.Gray{Y: v}), image.Point{}, draw.Src)
}

// PNG is the picture as a file.
func PNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Zbar is what zbarimg reads in a picture file; nothing if it finds no code. The
// test is skipped where it is not installed.
func Zbar(t testing.TB, picture string) []string {
	t.Helper()
	if _, err := exec.LookPath("zbarimg"); err != nil {
		t.Skip("Debian's package zbar-tools is not installed")
	}
	c := exec.Command("zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture)
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	const nothing = 4 // zbarimg(1), EXIT STATUS
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == nothing) {
		t.Fatalf("zbarimg: %v\n%s", err, &errs)
	}
	return strings.Fields(string(out))
}

package qr

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/internal/qr/qrtest"
)

// A photo is a picture of a screen as a hand-held camera takes it: turned, seen
// from the side, unsharp, with noise, and much larger than it need be.
func photo(screen image.Image, size image.Point, turn, slant float64, blur int) *image.Gray {
	out := image.NewGray(image.Rectangle{Max: size})
	b := screen.Bounds()
	scale := 0.7 * min(float64(size.X)/float64(b.Dx()), float64(size.Y)/float64(b.Dy()))
	sin, cos := math.Sincos(turn)
	random := uint32(1)
	for y := range size.Y {
		for x := range size.X {
			u, v := float64(x-size.X/2), float64(y-size.Y/2)
			depth := 1 + slant*u/float64(size.X)
			u, v = u*depth, v*depth
			u, v = (u*cos+v*sin)/scale, (v*cos-u*sin)/scale
			p := image.Pt(int(u)+b.Dx()/2, int(v)+b.Dy()/2)
			grey := uint8(0x60)
			if p.In(b) {
				grey = screen.(*image.Gray).GrayAt(p.X, p.Y).Y
			}
			random = random*1664525 + 1013904223
			out.Pix[y*out.Stride+x] = uint8(0x20 + int(grey)*5/8 + int(random>>28))
		}
	}
	return blurred(out, blur)
}

// blurred is each pixel the mean of those to its right and below.
func blurred(in *image.Gray, n int) *image.Gray {
	out := image.NewGray(in.Rect)
	for y := range in.Rect.Dy() - n {
		for x := range in.Rect.Dx() - n {
			sum := 0
			for j := range n {
				for i := range n {
					sum += int(in.Pix[(y+j)*in.Stride+x+i])
				}
			}
			out.Pix[y*out.Stride+x] = uint8(sum / (n * n))
		}
	}
	return out
}

func TestReadPhoto(t *testing.T) {
	frame := sender(t, 5000).Frame(40, 12)
	screen, columns := screenOf(t, frame, 6, Look{})
	seen := qrtest.DarkTerminal().Draw(t, screen, columns)
	for _, tt := range []struct {
		name        string
		size        image.Point
		turn, slant float64
		blur        int
	}{
		{"straight", image.Pt(1280, 720), 0, 0, 1},
		{"turned", image.Pt(1280, 720), 0.3, 0, 2},
		{"upside down", image.Pt(1280, 720), math.Pi - 0.2, 0, 2},
		{"from the side", image.Pt(1920, 1080), 0.05, 0.3, 3},
		{"twelve megapixels", image.Pt(4000, 3000), 0.1, 0.2, 6},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var raw bytes.Buffer
			if err := jpeg.Encode(&raw, photo(seen, tt.size, tt.turn, tt.slant, tt.blur), nil); err != nil {
				t.Fatal(err)
			}
			if got, err := Read(raw.Bytes()); err != nil || !slices.Equal(got, []string{frame}) {
				t.Errorf("read %q, %v", got, err)
			}
		})
	}
}

// Several codes in one picture are all read.
func TestReadSeveral(t *testing.T) {
	s := sender(t, 5000)
	sheet := image.NewGray(image.Rect(0, 0, 1200, 1400))
	fill := func(x, y int, c *Code, scale int) {
		for j := range c.Modules() * scale {
			for i := range c.Modules() * scale {
				if !c.Dark(i/scale, j/scale) {
					continue
				}
				sheet.SetGray(x+i, y+j, color.Gray{})
			}
		}
	}
	for i := range sheet.Pix {
		sheet.Pix[i] = 0xff
	}
	var want []string
	for i := range 12 {
		frame := s.Frame(12*i, 12)
		c, err := Encode(frame, 6)
		if err != nil {
			t.Fatal(err)
		}
		fill(40+380*(i%3), 40+340*(i/3), c, 7)
		want = append(want, frame)
	}
	got, err := Read(qrtest.PNG(t, sheet))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("read %d of %d codes", len(got), len(want))
	}
}

func TestReadRefuses(t *testing.T) {
	blank := image.NewGray(image.Rect(0, 0, 300, 200))
	// A picture that says how large it is, and has nothing else.
	huge := qrtest.PNG(t, image.NewGray(image.Rect(0, 0, 1, 1)))
	copy(huge[16:], []byte{0, 0, 0x40, 0, 0, 0, 0x40, 0}) // width and height, in the first chunk
	binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
	var animated bytes.Buffer
	if err := gif.Encode(&animated, blank, nil); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		raw  []byte
		want string // how the error begins
	}{
		{"nothing", nil, "picture: image: unknown format"},
		{"text", []byte("ROOTMOOT1:AAAA"), "picture: image: unknown format"},
		{"cut off", qrtest.PNG(t, blank)[:40], "picture: unexpected EOF"},
		{"too many pixels", huge, "picture: 16384 by 16384 pixels, more than 40000000 in all: make it smaller"},
		{"too many bytes", make([]byte, MaxImage+1), "picture: 33554433 bytes, more than 33554432"},
		{"no code", qrtest.PNG(t, blank), ErrNoCode.Error()},
		{"no code in a GIF", animated.Bytes(), ErrNoCode.Error()},
		{"one pixel", qrtest.PNG(t, image.NewGray(image.Rect(0, 0, 1, 1))), ErrNoCode.Error()},
		{"another kind", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), "picture: it is HEIC, AVIF or a film: make PNG or JPEG of it"},
		{"another kind", []byte("RIFF\x00\x00\x00\x00WEBPVP8 "), "picture: it is WebP or a film: make PNG or JPEG of it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := Read(tt.raw); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("%q, %v; want %s", got, err, tt.want)
			}
		})
	}
	if _, err := Read(qrtest.PNG(t, blank)); !errors.Is(err, ErrNoCode) {
		t.Errorf("a blank picture: %v", err)
	}
}

// A picture full of corners takes no longer than another.
func TestReadCorners(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 1700, 1700))
	for y := range img.Rect.Dy() {
		for x := range img.Rect.Dx() {
			// Squares of seven modules, three apart, of two pixels each.
			i, j := x/2%10, y/2%10
			ring := max(max(3-i, i-3), max(3-j, j-3))
			if ring == 2 || ring > 3 {
				img.Pix[y*img.Stride+x] = 0xff
			}
		}
	}
	if got, err := Read(qrtest.PNG(t, img)); !errors.Is(err, ErrNoCode) {
		t.Errorf("read %q, %v", got, err)
	}
}

// Pixels of any kind are read without harm. That gozxing panics is allowed, and
// stays without consequence.
func FuzzPixels(f *testing.F) {
	for _, version := range []int{1, 2, 7} {
		c, err := Encode("ROOTMOOT1:AAAA", version)
		if err != nil {
			f.Fatal(err)
		}
		on := qrtest.DarkTerminal()
		on.Cell = image.Pt(2, 4)
		img := on.Draw(f, strings.Join(c.Lines(Look{Mono: true}), "\n"), c.Modules()+2*quiet).(*image.Gray)
		f.Add(uint8(img.Stride), img.Pix)
	}
	f.Fuzz(func(t *testing.T, width uint8, light []byte) {
		if width == 0 || len(light) > 1<<16 {
			return
		}
		w := int(width)
		texts, err := grey{w, len(light) / w, light[:len(light)/w*w]}.texts()
		if err != nil && len(texts) > 0 {
			t.Errorf("%q, %v", texts, err)
		}
	})
}

package qr

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // first picture only
	_ "image/jpeg" // what phones make
	_ "image/png"  // what screenshots are
)

// Limits of pictures. The second bounds memory: a small file can say that it is
// a large picture.
const (
	// MaxImage is how long the file of a picture may be, in bytes.
	MaxImage = 32 << 20
	// MaxPixels is how many pixels a picture may have.
	MaxPixels = 40_000_000
)

// ErrNoCode is a picture in which no QR code was found.
var ErrNoCode = errors.New("no QR code found in this picture")

// IsImage reports whether a file begins as one of a picture does, of the kinds
// that are read here (PNG, JPEG, GIF) or of others that phones make.
func IsImage(raw []byte) bool { return readable(raw) || foreign(raw) != "" }

func readable(raw []byte) bool {
	for _, magic := range []string{"\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF87a", "GIF89a"} {
		if bytes.HasPrefix(raw, []byte(magic)) {
			return true
		}
	}
	return false
}

// foreign names a kind of picture or film that is known and not read.
func foreign(raw []byte) string {
	switch {
	case len(raw) >= 12 && string(raw[4:8]) == "ftyp":
		return "HEIC, AVIF or a film"
	case len(raw) >= 12 && string(raw[:4]) == "RIFF":
		return "WebP or a film"
	case bytes.HasPrefix(raw, []byte("\x1a\x45\xdf\xa3")):
		return "a film"
	}
	return ""
}

// Read is the texts of all QR codes in a picture, which is PNG, JPEG or GIF. If
// there is none the error is [ErrNoCode].
func Read(raw []byte) ([]string, error) {
	if kind := foreign(raw); kind != "" {
		return nil, fmt.Errorf("picture: it is %s: make PNG or JPEG of it", kind)
	}
	if len(raw) > MaxImage {
		return nil, fmt.Errorf("picture: %d bytes, more than %d", len(raw), MaxImage)
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	if c.Width <= 0 || c.Height <= 0 || c.Width > MaxPixels/c.Height {
		return nil, fmt.Errorf("picture: %d by %d pixels, more than %d in all: make it smaller", c.Width, c.Height, MaxPixels)
	}
	img, _, err := image.Decode(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("picture: %w", err)
	}
	return search(img)
}

// search tries what helps: a picture of a size that suits the finder, a smaller
// one, in which noise and the gaps between modules are gone, and both with dark
// and light exchanged.
func search(img image.Image) ([]string, error) {
	const pixels = 3_000_000 // more show nothing that helps, and take time
	first := 1
	for b := img.Bounds(); (b.Dx()/first)*(b.Dy()/first) > pixels; first++ {
	}
	greys := []grey{greyOf(img, first), greyOf(img, 2*first), greyOf(img, 4*first)}
	for _, inverted := range []bool{false, true} {
		for _, g := range greys {
			if inverted {
				g.invert()
			}
			texts, err := g.texts()
			if err != nil || len(texts) > 0 {
				return texts, err
			}
		}
	}
	return nil, ErrNoCode
}

package qr

import (
	"image"
	"image/draw"
)

// A grey is a picture of how light it is, a byte a pixel.
type grey struct {
	width, height int
	light         []byte
}

// greyOf is a picture with each side divided by n: every n by n pixels become
// one. What is transparent is white.
func greyOf(img image.Image, n int) grey {
	b := img.Bounds()
	g := grey{width: b.Dx() / n, height: b.Dy() / n}
	g.light = make([]byte, g.width*g.height)
	// Package draw has fast ways from the kinds of picture that there are.
	strip := image.NewRGBA(image.Rect(0, 0, b.Dx(), n))
	for y := range g.height {
		draw.Draw(strip, strip.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(strip, strip.Rect, img, b.Min.Add(image.Pt(0, y*n)), draw.Over)
		for x := range g.width {
			g.light[y*g.width+x] = mean(strip, x*n, n)
		}
	}
	return g
}

// mean is how light a square of a strip is; eyes, and screens, see green best.
func mean(strip *image.RGBA, left, n int) byte {
	sum := 0
	for y := range n {
		row := strip.Pix[y*strip.Stride+4*left:]
		for x := range n {
			sum += int(row[4*x]) + 2*int(row[4*x+1]) + int(row[4*x+2])
		}
	}
	return byte(sum / (4 * n * n))
}

func (g grey) invert() {
	for i, v := range g.light {
		g.light[i] = 255 - v
	}
}

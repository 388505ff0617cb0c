package qr

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	"github.com/makiuchi-d/gozxing/qrcode/detector"
)

// A code is found by the three squares in its corners. gozxing tries all triples
// of squares that it finds, which a picture full of squares makes last for
// years; so the choice is made here, with limits.
const (
	maxCorners = 64  // squares that are looked at: of 21 codes
	maxTries   = 400 // triples that are tried
)

// texts is what the codes say. Pictures may be hostile and gozxing indexes much:
// should it ever panic, that is a picture without codes for us.
func (g grey) texts() (out []string, err error) {
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, fmt.Errorf("picture: it confuses the reader of codes: %v", p)
		}
	}()
	matrix, err := g.matrix()
	if err != nil {
		return nil, nil // too small, or of one colour
	}
	tries := triples(corners(matrix))
	for _, t := range tries[:min(len(tries), maxTries)] {
		if text, ok := decode(matrix, t); ok && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out, nil
}

// matrix tells dark from light, each by what is around it.
func (g grey) matrix() (*gozxing.BitMatrix, error) {
	source, err := gozxing.NewPlanarYUVLuminanceSource(g.light, g.width, g.height, 0, 0, g.width, g.height, false)
	if err != nil {
		return nil, err
	}
	return gozxing.NewHybridBinarizer(source).GetBlackMatrix()
}

// corners are what look like the squares in the corners of codes, those first
// that were crossed most often.
func corners(m *gozxing.BitMatrix) []*detector.FinderPattern {
	f := detector.NewFinderPatternFinder(m, nil)
	for y := 1; y < m.GetHeight() && len(f.GetPossibleCenters()) < 4*maxCorners; y += 2 {
		crossings(f, m, y)
	}
	found := slices.DeleteFunc(slices.Clone(f.GetPossibleCenters()), func(p *detector.FinderPattern) bool { return p.GetCount() < 2 })
	slices.SortStableFunc(found, func(a, b *detector.FinderPattern) int { return b.GetCount() - a.GetCount() })
	return found[:min(len(found), maxCorners)]
}

// crossings looks in one line for what crosses such a square: dark and light in
// the ratio 1:1:3:1:1. The finder takes those that do so in all directions.
func crossings(f *detector.FinderPatternFinder, m *gozxing.BitMatrix, y int) {
	runs := make([]int, 5)
	at := 0 // the run that is being counted; even ones are dark
	for x := 0; x <= m.GetWidth(); x++ {
		dark := x < m.GetWidth() && m.Get(x, y)
		switch {
		case dark == (at%2 == 0):
			runs[at]++
			continue
		case at < 4 && (at > 0 || runs[0] > 0):
			at++
			runs[at]++
			continue
		case at < 4:
			continue
		}
		if detector.FinderPatternFinder_foundPatternCross(runs) && f.HandlePossibleCenter(runs, y, x) {
			at = 0
			clear(runs)
			continue
		}
		detector.FinderPatternFinder_ShiftCounts2(runs)
		at = 3
	}
}

// A triple are three corners of a code.
type triple struct {
	info *detector.FinderPatternInfo
	odd  float64 // how far they are from a right angle with equal sides
}

// triples are those that could be of one code, the likeliest first.
func triples(all []*detector.FinderPattern) []triple {
	var out []triple
	for i, a := range all {
		for j, b := range all[:i] {
			if !alike(a, b) {
				continue
			}
			for _, c := range all[:j] {
				if t, ok := tripleOf(a, b, c); ok {
					out = append(out, t)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b triple) int {
		return cmp.Compare(a.odd, b.odd)
	})
	return out
}

// alike reports whether two corners could be of one code, by their size.
func alike(a, b *detector.FinderPattern) bool {
	small, large := a.GetEstimatedModuleSize(), b.GetEstimatedModuleSize()
	if small > large {
		small, large = large, small
	}
	return large < 1.5*small+0.5
}

// tripleOf measures three corners. A code is photographed askew, but not much.
func tripleOf(a, b, c *detector.FinderPattern) (triple, bool) {
	if !alike(a, c) || !alike(b, c) {
		return triple{}, false
	}
	bl, tl, tr := gozxing.ResultPoint_OrderBestPatterns(a, b, c)
	down, right, across := gozxing.ResultPoint_Distance(tl, bl), gozxing.ResultPoint_Distance(tl, tr), gozxing.ResultPoint_Distance(tr, bl)
	size := (a.GetEstimatedModuleSize() + b.GetEstimatedModuleSize() + c.GetEstimatedModuleSize()) / 3
	// The centres of two corners are seven modules closer than the edges.
	if modules := (down+right)/2/size + 7; modules < 0.7*float64(Modules(1)) || modules > 1.3*float64(Modules(MaxVersion)) {
		return triple{}, false
	}
	sides := math.Abs(down-right) / min(down, right)
	angle := math.Abs(across/math.Hypot(down, right) - 1)
	if !(sides < 0.4 && angle < 0.25) {
		return triple{}, false
	}
	info := detector.NewFinderPatternInfo(bl.(*detector.FinderPattern), tl.(*detector.FinderPattern), tr.(*detector.FinderPattern))
	return triple{info, sides + angle}, true
}

// decode reads a code, if there is one at these corners.
func decode(m *gozxing.BitMatrix, t triple) (string, bool) {
	found, err := detector.NewDetector(m).ProcessFinderPatternInfo(t.info)
	if err != nil {
		return "", false
	}
	out, err := decoder.NewDecoder().Decode(found.GetBits(), nil)
	if err != nil {
		return "", false
	}
	return out.GetText(), true
}

package bench

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// rounds is how often each ratio is taken.
const rounds = 5

// A figure is a median with its spread.
type figure struct{ low, median, high float64 }

func figureOf(values []float64) figure {
	v := slices.Sorted(slices.Values(values))
	return figure{v[0], v[len(v)/2], v[len(v)-1]}
}

// String is a ratio's.
func (f figure) String() string { return fmt.Sprintf("%.2f (%.2f to %.2f)", f.median, f.low, f.high) }

// took is a figure of seconds.
func (f figure) took() string {
	unit, name := 1.0, "s"
	switch {
	case f.median < 1e-3:
		unit, name = 1e6, "µs"
	case f.median < 1:
		unit, name = 1e3, "ms"
	}
	return fmt.Sprintf("%.3g (%.3g to %.3g) %s", f.median*unit, f.low*unit, f.high*unit, name)
}

// A comparison is two pieces of work, measured side by side.
type comparison struct {
	ours, theirs figure // seconds
	ratio        figure // of ours to theirs
}

// inverse is how often ours goes into theirs.
func (c comparison) inverse() figure {
	return figure{1 / c.ratio.high, 1 / c.ratio.median, 1 / c.ratio.low}
}

// A clock measures one piece of work, in seconds.
type clock func(work func() error) (float64, error)

// compare lets both sides take turns, so many in each round. A side's time in a
// round is the median of its turns.
func (c clock) compare(turns int, ours, theirs func() error) (comparison, error) {
	var a, b, ratio []float64
	for range rounds {
		x, y := make([]float64, turns), make([]float64, turns)
		for i := range turns {
			var err error
			if x[i], err = c(ours); err != nil {
				return comparison{}, fmt.Errorf("ours: %w", err)
			}
			if y[i], err = c(theirs); err != nil {
				return comparison{}, fmt.Errorf("theirs: %w", err)
			}
		}
		mine, foreign := figureOf(x).median, figureOf(y).median
		a, b, ratio = append(a, mine), append(b, foreign), append(ratio, mine/foreign)
	}
	return comparison{figureOf(a), figureOf(b), figureOf(ratio)}, nil
}

// worked is the clock for what this process does.
func worked(work func() error) (float64, error) {
	start, err := processor()
	if err != nil {
		return 0, err
	}
	if err := work(); err != nil {
		return 0, err
	}
	end, err := processor()
	return end - start, err
}

// elapsed is the clock on the wall.
func elapsed(work func() error) (float64, error) {
	start := time.Now()
	err := work()
	return time.Since(start).Seconds(), err
}

// times is work done so often in one turn that the clock's grain does not show,
// and that garbage is collected in each.
func times(n int, work func() error) func() error {
	return func() error {
		for range n {
			if err := work(); err != nil {
				return err
			}
		}
		return nil
	}
}

// each is what one of n took.
func (c comparison) each(n int) comparison {
	c.ours, c.theirs = c.ours.by(n), c.theirs.by(n)
	return c
}

func (f figure) by(n int) figure {
	return figure{f.low / float64(n), f.median / float64(n), f.high / float64(n)}
}

func TestFigure(t *testing.T) {
	f := figureOf([]float64{5, 1, 4, 2, 3})
	if f != (figure{1, 3, 5}) || f.String() != "3.00 (1.00 to 5.00)" || f.took() != "3 (1 to 5) s" {
		t.Errorf("%v, %s", f, f.took())
	}
	if got := (figure{0.001, 0.0123456, 0.5}).took(); got != "12.3 (1 to 500) ms" {
		t.Error(got)
	}
	if got := (comparison{ratio: figure{0.1, 0.2, 0.5}}).inverse(); got != (figure{2, 5, 10}) {
		t.Error(got)
	}
}

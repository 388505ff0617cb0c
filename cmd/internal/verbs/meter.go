package verbs

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/rootmoot/rootmoot/internal/terminal"
)

// A Meter says on one line of a terminal how far something is.
type Meter struct {
	Out io.Writer
	Now func() time.Time

	start, last time.Time
	shown       bool
}

const (
	// meterPace is how often the line is drawn anew.
	meterPace = 200 * time.Millisecond
	clearLine = "\x1b[K"
)

// Progress is what has to be told how many are done; nil where there is no
// terminal, and nothing is shown.
func (m *Meter) Progress() func(done, of int) {
	f, is := m.Out.(*os.File)
	if !is || !terminal.IsTerminal(f) {
		return nil
	}
	return m.show
}

func (m *Meter) show(done, of int) {
	now := m.Now()
	if m.start.IsZero() {
		m.start, m.last = now, now
		return
	}
	if now.Sub(m.last) < meterPace {
		return
	}
	m.last, m.shown = now, true
	fmt.Fprint(m.Out, "\r"+meterLine(done, of, now.Sub(m.start))+clearLine)
}

// Clear takes the line away.
func (m *Meter) Clear() {
	if m.shown {
		fmt.Fprint(m.Out, "\r"+clearLine)
	}
	m.start, m.shown = time.Time{}, false
}

// meterLine has less than eighty columns.
func meterLine(done, of int, since time.Duration) string {
	const width = 24
	filled := width * done / max(of, 1)
	bar := ""
	for i := range width {
		if i < filled {
			bar += "#"
		} else {
			bar += "."
		}
	}
	line := fmt.Sprintf("[%s] %3d %%  %d of %d records", bar, 100*done/max(of, 1), done, of)
	if rate := float64(done) / since.Seconds(); since > 0 && done > 0 {
		left := time.Duration(float64(of-done) / rate * float64(time.Second)).Round(time.Second)
		line += fmt.Sprintf(", %.0f/s, %v left", rate, left)
	}
	return line
}

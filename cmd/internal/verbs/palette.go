package verbs

import (
	"io"
	"os"

	"github.com/rootmoot/rootmoot/internal/terminal"
	"github.com/rootmoot/rootmoot/verify"
)

// A palette colours results for people at a terminal. Each has its word, so
// that the colour never carries the meaning alone.
type palette bool

// paletteOf has colours if w is a terminal that has them and nobody asked for
// none (https://no-color.org).
func paletteOf(w io.Writer) palette {
	f, ok := w.(*os.File)
	return palette(ok && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && terminal.IsTerminal(f))
}

// result colours a word by what it says.
func (p palette) result(r verify.Result, word string) string {
	switch r {
	case verify.Fail:
		return p.paint("1;31", word) // bold red
	case verify.Warn:
		return p.paint("33", word) // yellow
	case verify.Pass:
		return p.paint("32", word) // green
	}
	return word
}

// verdict colours the word of a whole report.
func (p palette) verdict(v verify.Verdict, word string) string {
	switch v {
	case verify.Accepted:
		return p.result(verify.Pass, word)
	case verify.Refused:
		return p.result(verify.Fail, word)
	}
	return p.result(verify.Warn, word)
}

// paint wraps a word in a colour of the terminal's own sixteen.
func (p palette) paint(colour, word string) string {
	if !p {
		return word
	}
	return "\x1b[" + colour + "m" + word + "\x1b[0m"
}

package tui

import (
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// quiet is a terminal that is never asked anything: a serial line may have
// nobody who answers, and an answer that comes late is typed into whatever runs
// then. Its keyboard is left as it is, too. Bubble Tea has no options for this;
// it writes each of these sequences whole.
type quiet struct {
	file    *os.File
	without *strings.Replacer
}

// silenced is out, quietly, if it is a terminal.
func silenced(out io.Writer) io.Writer {
	f, ok := out.(*os.File)
	if !ok {
		return out
	}
	var pairs []string
	for _, sequence := range []string{
		ansi.RequestModeSynchronizedOutput, ansi.RequestModeUnicodeCore, ansi.RequestKittyKeyboard,
		ansi.SetModifyOtherKeys2, ansi.ResetModifyOtherKeys, ansi.PushKittyKeyboard(1), ansi.PopKittyKeyboard(1),
	} {
		pairs = append(pairs, sequence, "")
	}
	return quiet{f, strings.NewReplacer(pairs...)}
}

// Write writes all but what is left out.
func (q quiet) Write(b []byte) (int, error) {
	if _, err := io.WriteString(q.file, q.without.Replace(string(b))); err != nil { // at once, or it flickers
		return 0, err
	}
	return len(b), nil
}

// Read, Close and Fd are the file's: they show Bubble Tea that it is a terminal.
func (q quiet) Read(b []byte) (int, error) { return q.file.Read(b) }

// Close closes the file.
func (q quiet) Close() error { return q.file.Close() }

// Fd is the file's.
func (q quiet) Fd() uintptr { return q.file.Fd() }

// ear is the input of a terminal. Where it ends, Bubble Tea stops reading and
// goes on without.
type ear struct {
	*os.File
	ended func()
}

// heard is in; ended is called when that has ended, if it is a terminal.
func heard(in io.Reader, ended func()) io.Reader {
	f, ok := in.(*os.File)
	if !ok {
		return in
	}
	return ear{f, ended}
}

// Read reads what was typed.
func (e ear) Read(b []byte) (int, error) {
	n, err := e.File.Read(b)
	if err != nil {
		e.ended()
	}
	return n, err
}

// keepKeys keeps what is typed, PINs too, out of the file that Bubble Tea would
// write every key to if this variable named one.
func keepKeys() { _ = os.Unsetenv("TEA_TRACE") } // its name is good, and that is all that can be wrong

// Package terminal asks the person in front of the machine.
//
// Prompts go to the controlling terminal (/dev/tty) and answers come from
// there, never from standard input: a script or a file that is piped into the
// program cannot answer for a person, and results on standard output stay
// clean. A program without a terminal gets an error, not a default.
//
// The terminal belongs to the shell that started the program, so every state
// that this package changes is put back: [Terminal.Close] restores what
// [Open] found, also when a signal interrupted a prompt, and may be called from
// another goroutine, for example by the one that handles signals.
package terminal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"golang.org/x/term"
)

// MaxLine is how long a typed line may be, in bytes. A system's own limit for a
// line on a terminal is often this (Linux: N_TTY_BUF_SIZE).
const MaxLine = 4096

// ErrNoTerminal is wrapped by [Open] where nobody can be asked.
var ErrNoTerminal = errors.New("no terminal to ask at")

// ErrTooLong is returned for a line of more than [MaxLine] bytes.
var ErrTooLong = fmt.Errorf("more than %d bytes typed on one line", MaxLine)

// Terminal is a terminal that a person sits at.
type Terminal struct {
	in, out *os.File
	before  *term.State // as the terminal was found
	closing sync.Once
	closed  error

	mu    sync.Mutex
	watch *Watch // the last one, which Close has to stop
}

// IsTerminal says whether f, such as standard output, is a terminal.
func IsTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// Open opens the controlling terminal of this process. Without one the error
// wraps [ErrNoTerminal].
func Open() (*Terminal, error) {
	in, out, err := openFiles()
	if err != nil {
		return nil, fmt.Errorf("%w (%w): run this in a terminal", ErrNoTerminal, err)
	}
	return newTerminal(in, out)
}

// newTerminal takes both files over, which may be the same one.
func newTerminal(in, out *os.File) (*Terminal, error) {
	before, err := term.GetState(int(in.Fd()))
	if err != nil {
		_ = in.Close()
		_ = out.Close()
		return nil, fmt.Errorf("%w: %w", ErrNoTerminal, err)
	}
	return &Terminal{in: in, out: out, before: before}, nil
}

// Write shows text as it is; text out of a file goes through package visible
// first.
func (t *Terminal) Write(text []byte) (int, error) { return t.out.Write(text) }

// Size is how many columns and lines the terminal has.
func (t *Terminal) Size() (columns, lines int, err error) {
	columns, lines, err = term.GetSize(int(t.out.Fd()))
	if err != nil {
		return 0, 0, fmt.Errorf("size of the terminal: %w", err)
	}
	return columns, lines, nil
}

// Files are the two ends of the terminal, for a program that draws the whole
// screen. They belong to the terminal, and Close puts back what was set there.
// While they are in use no prompt may be asked.
func (t *Terminal) Files() (in, out *os.File) { return t.in, t.out }

// ReadLine shows prompt and returns the line that is typed, without its end.
// When the person ends the input instead (control-D), or the terminal goes away,
// the error is [io.EOF], never an empty answer; what was typed before it is
// dropped.
func (t *Terminal) ReadLine(prompt string) (string, error) {
	if err := t.show(prompt); err != nil {
		return "", err
	}
	line, err := t.line()
	return string(line), err
}

// ReadSecret shows prompt and returns what is typed, which is not shown. The
// caller wipes the bytes after use; no other copy of them is left here. Errors
// are those of [Terminal.ReadLine].
func (t *Terminal) ReadSecret(prompt string) ([]byte, error) {
	secret, err := t.hiddenLine(prompt)
	// The line feed that ended the input was not shown either.
	if _, showErr := io.WriteString(t.out, "\n"); err == nil && showErr != nil {
		err = fmt.Errorf("end a prompt: %w", showErr)
	}
	if err != nil {
		clear(secret)
		return nil, err
	}
	return secret, nil
}

func (t *Terminal) show(prompt string) error {
	if _, err := io.WriteString(t.out, prompt); err != nil {
		return fmt.Errorf("show a prompt: %w", err)
	}
	return nil
}

// line reads byte by byte, so that nothing typed for a later prompt, which may
// be a secret, is taken here, and into one piece of memory, which can be wiped.
func (t *Terminal) line() ([]byte, error) {
	line := make([]byte, 0, MaxLine)
	var b [1]byte
	defer clear(b[:])
	for {
		n, err := t.in.Read(b[:])
		switch {
		case err == nil && n == 1 && b[0] == '\n':
			// Windows puts a carriage return before a line's end.
			return bytes.TrimSuffix(line, []byte("\r")), nil
		case err == nil && n == 1 && len(line) < MaxLine:
			line = append(line, b[0])
			continue
		case err == nil && n == 1:
			err = ErrTooLong
		case err == nil || errors.Is(err, io.EOF):
			err = io.EOF
		default:
			err = fmt.Errorf("read from the terminal: %w", err)
		}
		clear(line)
		return nil, err
	}
}

// DropInput drops what was typed and not read yet, on Linux and macOS.
func (t *Terminal) DropInput() error {
	if err := dropInput(int(t.in.Fd())); err != nil {
		return fmt.Errorf("drop what was typed ahead: %w", err)
	}
	return nil
}

// Close puts the terminal back into the state it was found in. It may be called
// again, and from another goroutine.
func (t *Terminal) Close() error {
	t.closing.Do(func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.watch != nil {
			_ = t.watch.Stop() // what it put back is put back again below
		}
		t.closed = term.Restore(int(t.in.Fd()), t.before)
		if err := t.in.Close(); t.closed == nil {
			t.closed = err
		}
		if t.out != t.in {
			_ = t.out.Close() // nothing is buffered
		}
		if t.closed != nil {
			t.closed = fmt.Errorf("put the terminal back (try `stty sane`): %w", t.closed)
		}
	})
	return t.closed
}

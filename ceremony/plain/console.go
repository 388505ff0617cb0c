package plain

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/rootmoot/rootmoot/internal/terminal"
)

// A Console is where somebody reads and types. An end of input is io.EOF.
type Console interface {
	io.Writer
	// ReadLine asks for a line.
	ReadLine(ctx context.Context, prompt string) (string, error)
	// ReadSecret asks for a line that is not shown. The caller wipes it.
	ReadSecret(ctx context.Context, prompt string) ([]byte, error)
	// DropInput drops what was typed ahead: it was meant for another question.
	DropInput() error
	// AnyKey tells of key presses until stop is called.
	AnyKey() (keys <-chan struct{}, stop func(), err error)
}

// Terminal is the console at the terminal that the program runs in.
type Terminal struct{ *terminal.Terminal }

// ReadLine asks for a line.
func (t Terminal) ReadLine(ctx context.Context, prompt string) (string, error) {
	line, err := t.read(ctx, func() ([]byte, error) {
		line, err := t.Terminal.ReadLine(prompt)
		return []byte(line), err
	})
	return string(line), err
}

// ReadSecret asks for a secret, without echo.
func (t Terminal) ReadSecret(ctx context.Context, prompt string) ([]byte, error) {
	return t.read(ctx, func() ([]byte, error) { return t.Terminal.ReadSecret(prompt) })
}

// read waits for what is typed, or for the end of ctx: an interrupt must not
// wait for somebody to press Enter. The reader that is left behind then holds
// the keyboard; the program is about to end, and closing the terminal restores
// it. What it still reads is wiped.
func (t Terminal) read(ctx context.Context, ask func() ([]byte, error)) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	type answer struct {
		typed []byte
		err   error
	}
	answers := make(chan answer)
	go func() {
		typed, err := ask()
		select {
		case answers <- answer{typed, err}:
		case <-ctx.Done():
			clear(typed)
		}
	}()
	select {
	case a := <-answers:
		return a.typed, a.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// AnyKey watches for a key, without waiting for the end of a line.
func (t Terminal) AnyKey() (<-chan struct{}, func(), error) {
	w, err := t.Terminal.AnyKey()
	if err != nil {
		return nil, nil, err
	}
	return w.Keys(), func() { w.Stop() }, nil //nolint:errcheck // the terminal is closed, and restored, at the end
}

// A Pipe is a console over a reader and a writer: for scripts, and in
// rehearsals only, since a secret in a script is none.
type Pipe struct {
	io.Writer
	lines chan string
	end   chan struct{} // closed when there is no more
	err   error
}

// NewPipe reads lines from in and writes to out. A line too long to be an
// answer ends the input.
func NewPipe(in io.Reader, out io.Writer) *Pipe {
	p := &Pipe{Writer: out, lines: make(chan string), end: make(chan struct{}), err: io.EOF}
	go func() {
		defer close(p.end)
		scan := bufio.NewScanner(in)
		for scan.Scan() {
			p.lines <- scan.Text()
		}
		if scan.Err() != nil {
			p.err = scan.Err()
		}
	}()
	return p
}

// ReadLine asks for a line and shows what was read, as a terminal would.
func (p *Pipe) ReadLine(ctx context.Context, prompt string) (string, error) {
	fmt.Fprint(p, prompt)
	line, err := p.next(ctx)
	fmt.Fprintln(p, line)
	return line, err
}

// ReadSecret asks for a line and does not show it.
func (p *Pipe) ReadSecret(ctx context.Context, prompt string) ([]byte, error) {
	fmt.Fprintln(p, prompt)
	line, err := p.next(ctx)
	return []byte(line), err
}

// DropInput drops nothing: whoever wrote the script knew what comes.
func (p *Pipe) DropInput() error { return nil }

func (p *Pipe) next(ctx context.Context) (string, error) {
	select {
	case line := <-p.lines:
		return line, nil
	case <-p.end:
		return "", p.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// AnyKey takes each line as a key press.
func (p *Pipe) AnyKey() (<-chan struct{}, func(), error) {
	keys, done := make(chan struct{}), make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() {
		select {
		case <-p.lines:
			select {
			case keys <- struct{}{}:
			case <-done:
			}
		case <-p.end:
		case <-done:
		}
	})
	// Only when the watch has ended is the next line an answer again.
	return keys, sync.OnceFunc(func() { close(done); watch.Wait() }), nil
}

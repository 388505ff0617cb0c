//go:build unix

package tui

import (
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// stops minds the signals of job control (signal(7)) until end is called.
// Whoever asks the guide to stop gets the terminal back first. Whoever stopped
// it without asking, and let it go on, may have left the terminal in any state:
// also in one that shows what is typed, a PIN too.
func stops(p *tea.Program, drop func()) (end func()) {
	signals, over := make(chan os.Signal, 4), make(chan struct{})
	signal.Notify(signals, syscall.SIGTSTP, syscall.SIGCONT)
	var minding sync.WaitGroup
	minding.Go(func() {
		for {
			select {
			case <-over:
				return
			case s := <-signals:
				rest := &rest{drop: drop}
				if s == syscall.SIGTSTP {
					rest.until = make(chan struct{})
				}
				p.Send(tea.Exec(rest, nil)())
				if rest.until != nil {
					goesOn(signals, over)
					close(rest.until)
				}
			}
		}
	})
	return func() {
		signal.Stop(signals)
		close(over)
		minding.Wait()
	}
}

// goesOn waits until the process goes on, or the guide is over.
func goesOn(signals <-chan os.Signal, over <-chan struct{}) {
	for {
		select {
		case s := <-signals:
			if s == syscall.SIGCONT {
				return
			}
		case <-over:
			return
		}
	}
}

// rest is a while in which the guide does not have the terminal: Bubble Tea
// puts it back before, and sets it up and draws everything again afterwards.
type rest struct {
	out   io.Writer // the terminal
	drop  func()
	until chan struct{} // the process goes on; nil if it does already
}

// settles is how long Bubble Tea may take to end its drawing, which it does not
// wait for (startRenderer): begun again before that, it would stand still.
const settles = 200 * time.Millisecond

// Run stops the process, if it is to stop. SIGTSTP itself, uncaught, would be
// ignored where no shell minds its jobs.
func (r *rest) Run() error {
	time.Sleep(settles)
	if r.until == nil {
		return nil
	}
	// A last frame may have come after the terminal was given back: once more.
	if _, err := io.WriteString(r.out, ansi.ResetModeBracketedPaste+ansi.ResetModeAltScreenSaveCursor+ansi.SetModeTextCursorEnable); err != nil {
		return err
	}
	r.drop()
	if err := syscall.Kill(os.Getpid(), syscall.SIGSTOP); err != nil {
		return err
	}
	<-r.until // the signal may take a moment
	return nil
}

// SetStdin does nothing: nobody else reads.
func (r *rest) SetStdin(io.Reader) {}

// SetStdout is told where the terminal is.
func (r *rest) SetStdout(out io.Writer) { r.out = out }

// SetStderr does nothing.
func (r *rest) SetStderr(io.Writer) {}

package tui

import (
	"context"
	"fmt"
	"runtime"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"
)

// A Fault is a mistake in the program itself, a panic, that ended the guide. Its
// stack tells where. The terminal has been restored, and what was recorded is
// kept.
type Fault struct {
	Value any
	Stack []byte
}

// Error says what the panic said.
func (f *Fault) Error() string { return fmt.Sprintf("the guide has failed: %v", f.Value) }

// guard is a model whose panics end the guide in order, also those of its
// commands. Bubble Tea's own way would print them to the screen that is about
// to be put away.
type guard struct {
	*app
	fault atomic.Pointer[Fault] // the first one
	gone  atomic.Bool           // the terminal, with whoever sat there
	end   context.CancelFunc
}

// goneAway ends the guide because nobody can press a key any more.
func (g *guard) goneAway() {
	g.gone.Store(true)
	g.end()
}

// catch ends the guide if there is a panic.
func (g *guard) catch() {
	if r := recover(); r != nil {
		g.fault.CompareAndSwap(nil, &Fault{Value: r, Stack: stack()})
		g.end()
	}
}

// Init begins.
func (g *guard) Init() (cmd tea.Cmd) {
	defer g.catch()
	return g.guarded(g.app.Init())
}

// Update takes one message.
func (g *guard) Update(msg tea.Msg) (m tea.Model, cmd tea.Cmd) {
	m = g
	defer g.catch()
	_, cmd = g.app.Update(msg)
	return m, g.guarded(cmd)
}

// View draws, and nothing if that fails.
func (g *guard) View() (v tea.View) {
	v.AltScreen = true
	defer g.catch()
	return g.app.View()
}

// guarded is a command, and whatever it begins, without panics.
func (g *guard) guarded(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer g.catch()
		msg = cmd()
		if batch, is := msg.(tea.BatchMsg); is {
			for i, c := range batch {
				batch[i] = g.guarded(c)
			}
		}
		return msg
	}
}

// stack is where the panic that is being caught was: functions and lines.
// Their arguments, which Go's own form has, may be keys of a PIN.
func stack() []byte {
	calls := make([]uintptr, 64)
	frames := runtime.CallersFrames(calls[:runtime.Callers(2, calls)])
	var out []byte
	for {
		f, more := frames.Next()
		out = fmt.Appendf(out, "%s\n\t%s:%d\n", f.Function, f.File, f.Line)
		if !more {
			return out
		}
	}
}

package tui

import (
	"context"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// What comes back from outside. Nothing but these commands waits for anything.
type (
	tickMsg     struct{} // the clock
	stoodMsg    struct{ seq int }
	playMsg     struct{} // whoever plays does the next thing
	progressMsg struct{ progress sitting.Progress }
	doneMsg     struct{ err error }
)

func tick() tea.Cmd {
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return tickMsg{} })
}

// carryOut has an act done. What happens comes as progressMsg, in order, and at
// the end a doneMsg.
func (a *app) carryOut(o sitting.Offer, act sitting.Act, from choosing) tea.Cmd {
	ctx, cancel := context.WithCancel(a.ctx)
	w := &working{offer: o, from: from, cancel: cancel, events: make(chan sitting.Progress, 64)}
	a.pane, a.own = w, scroll{}
	say := func(p sitting.Progress) {
		select {
		case w.events <- p:
		case <-a.ctx.Done(): // nobody listens any more
		}
	}
	do := func() tea.Msg {
		defer close(w.events)
		if !a.acts.begin() {
			act.Wipe()
			return nil
		}
		defer a.acts.end()
		w.err = a.engine.Do(ctx, act, say)
		return nil
	}
	return tea.Batch(do, w.listen)
}

// listen waits for the next thing that happens.
func (w *working) listen() tea.Msg {
	if p, more := <-w.events; more {
		return progressMsg{p}
	}
	return doneMsg{w.err} // written before events was closed
}

// acts are those on their way. After the guide has ended none begins.
type acts struct {
	mu   sync.Mutex
	over bool
	busy sync.WaitGroup
}

func (a *acts) begin() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.over {
		a.busy.Add(1)
	}
	return !a.over
}

func (a *acts) end() { a.busy.Done() }

// wait waits until the last one has ended.
func (a *acts) wait() {
	a.mu.Lock()
	a.over = true
	a.mu.Unlock()
	a.busy.Wait()
}

// touch presses a rehearsal token's key, for the touch of that number. One that
// comes too late is told by the act that waited.
func (a *app) touch(number int) tea.Cmd {
	return func() tea.Msg {
		_ = a.engine.Do(a.ctx, sitting.Act{ID: sitting.ActTouch, Touch: number}, nil)
		return nil
	}
}

// after sends a message in a while.
func after(d time.Duration, msg tea.Msg) tea.Cmd {
	return tea.Tick(d, func(time.Time) tea.Msg { return msg })
}

package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// The smallest terminal that everything fits.
const (
	minWidth  = 80
	minHeight = 24
)

// app is the guide: the only tea.Model. Its methods run one at a time.
type app struct {
	ctx    context.Context
	engine sitting.Engine
	opt    Options
	look   look
	keys   keymap
	acts   acts

	width, height int
	room          int // lines of the page that were on the screen when it was last drawn
	view          sitting.View
	scroll        scroll           // of the step's page
	own           scroll           // of the page that a pane has of its own
	pane          pane             // has the keyboard
	over          pane             // on top of it: help, leaving; or nil
	covered       scroll           // own, of the pane below what is on top
	hint          string           // what to mind, until the next key
	note          string           // what has just been done, until the next key
	still         time.Duration    // how long a page stands before it counts as seen; zero: nothing waits
	stood         bool             // the one that is drawn has
	standing      int              // which one, for the message that says so
	held          *tea.KeyPressMsg // pressed meanwhile; the last one counts
	burst         burst
	hand          *hand // plays, until somebody takes over
	leaving       bool  // as soon as the act on its way has ended
	fault         error // why the guide ended, if not because the sitting is over
}

// A pane has the keyboard. The frame draws its lines below the body, and its
// page instead of the step's, if it has one.
type pane interface {
	keys(a *app) []binding
	press(a *app, k tea.KeyPressMsg) tea.Cmd
	lines(a *app, c canvas) []string
	page(a *app, c canvas) (page, bool)
}

// stands is how long a page is there before the next one may come: several
// times what it takes to be drawn.
const stands = 150 * time.Millisecond

func newApp(ctx context.Context, e sitting.Engine, o Options) *app {
	a := &app{ctx: ctx, engine: e, opt: o, look: newLook(o.ASCII), keys: newKeymap(o.ASCII), width: minWidth, height: minHeight}
	a.still, a.stood = stands, true
	a.view = e.View()
	a.pane = newChoosing(a.view, choosing{})
	if a.view.Done { // it was over before
		a.pane = &ended{}
	}
	if o.Actor != nil {
		a.hand = &hand{actor: o.Actor, pace: o.Pace}
	}
	return a
}

// Init starts the clock, and whoever plays.
func (a *app) Init() tea.Cmd { return tea.Batch(tick(), a.play()) }

// Update takes one message.
func (a *app) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		if msg.Width != a.width {
			a.scroll.reflow()
			a.own.reflow()
		}
		a.width, a.height = msg.Width, msg.Height
		return a, a.play()
	case tickMsg:
		a.view.Now = a.engine.View().Now
		return a, tick()
	case playMsg:
		return a, a.playOn()
	case tea.KeyPressMsg:
		return a, a.press(msg)
	case tea.PasteMsg:
		return a, a.paste(msg.Content)
	case stoodMsg:
		return a, a.hasStood(msg)
	case burstMsg:
		a.burst.end(msg.seq)
		return a, nil
	case progressMsg:
		return a, a.progress(msg)
	case doneMsg:
		return a, a.done(msg)
	}
	return a, nil
}

// small reports whether the terminal is too small to show anything.
func (a *app) small() bool { return a.width < minWidth || a.height < minHeight }

// press is a key. Control-C and help are heard everywhere, and any key ends
// a play.
func (a *app) press(k tea.KeyPressMsg) tea.Cmd {
	switch {
	case a.keys.interrupt.matches(k):
		return a.interrupt()
	case a.small() && !a.asked(): // nobody means what they cannot see
		return nil
	}
	if drop, first := a.burst.see(k); drop {
		return a.stray(first)
	}
	switch {
	case a.over != nil:
		return a.over.press(a, k)
	case a.hand != nil && a.keys.help.matches(k):
		a.explain()
		return nil
	case a.hand != nil:
		a.takeOver()
		return a.stand()
	}
	return a.pressed(k)
}

// asked reports whether somebody wants to leave.
func (a *app) asked() bool {
	_, asked := a.over.(leaving)
	return asked
}

// explain opens the help.
func (a *app) explain() { a.cover(help{}) }

// cover puts something on top of the pane, or in place of what is there.
func (a *app) cover(on pane) {
	if a.over == nil {
		a.covered = a.own
	}
	a.over, a.own = on, scroll{}
}

// uncover goes back to the pane, as it was.
func (a *app) uncover() tea.Cmd {
	a.over, a.own = nil, a.covered
	return a.play()
}

// pressed is a key that somebody at this screen presses, or who plays them.
func (a *app) pressed(k tea.KeyPressMsg) tea.Cmd {
	a.hint, a.note = "", ""
	if _, typing := a.pane.(*filling); a.keys.help.matches(k) && (!typing || k.Code == tea.KeyF1) {
		a.explain()
		return nil
	}
	return a.pane.press(a, k)
}

// stray says at the first sight of it that a token typed, and takes out what it
// typed.
func (a *app) stray(first bool) tea.Cmd {
	if !first {
		return nil
	}
	a.hint = strayHint
	if f, typing := a.pane.(*filling); typing && a.over == nil {
		f.input.clear()
	}
	if a.still == 0 {
		return nil // nothing waits
	}
	return after(burstEnds, burstMsg{a.burst.seq})
}

const strayHint = "A token typed its one-time password: it was ignored. Touch a token only when asked."

func (a *app) paste(text string) tea.Cmd {
	if a.small() {
		return nil
	}
	if sitting.OneTimePassword([]byte(text)) {
		return a.stray(true)
	}
	if f, typing := a.pane.(*filling); typing && a.over == nil && a.hand == nil && !f.input.insert(text) {
		a.hint = "That is too long, or no text: nothing of it was taken."
	}
	return nil
}

// show takes the engine's view anew and lets people choose what is next; after
// says which act it came from.
func (a *app) show(after choosing) {
	a.take(a.engine.View())
	a.own = scroll{}
	if a.view.Done {
		a.pane = &ended{}
		return
	}
	a.pane = newChoosing(a.view, after)
}

// take takes a view of the engine's. Another page is read from its beginning.
func (a *app) take(v sitting.View) {
	if v.Heading != a.view.Heading || v.Turn.Serial != a.view.Turn.Serial {
		a.scroll = scroll{}
	}
	a.view = v
}

// end ends the guide, with fault if the sitting is not over.
func (a *app) end(fault error) tea.Cmd {
	a.fault = fault
	return tea.Quit
}

// screen is the one of the step that is on.
func (a *app) screen() screen { return screenOf(a.view) }

package tui

import (
	"context"

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
	engine Engine
	opt    Options
	look   look
	keys   keymap
	acts   acts

	width, height int
	room          int // lines of the page that were on the screen when it was last drawn
	view          sitting.View
	scroll        scroll // of the step's page
	own           scroll // of the page that a pane has of its own
	pane          pane   // has the keyboard
	over          pane   // on top of it: help, leaving; or nil
	hint          string // what to mind, until the next key
	note          string // what has just been done, until the next key
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

func newApp(ctx context.Context, e Engine, o Options) *app {
	a := &app{ctx: ctx, engine: e, opt: o, look: newLook(o.ASCII), keys: newKeymap(o.ASCII), width: minWidth, height: minHeight}
	a.view = e.View()
	a.pane = newChoosing(a.view, choosing{})
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
	case checkedMsg:
		return a, a.checked(msg)
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
	case a.small(): // nobody means what they cannot see
		return nil
	case a.dropped(k):
		return nil
	case a.over != nil:
		return a.over.press(a, k)
	case a.hand != nil && !a.keys.help.matches(k):
		a.takeOver()
		return nil
	}
	return a.pressed(k)
}

// pressed is a key that somebody at this screen presses, or who plays them.
func (a *app) pressed(k tea.KeyPressMsg) tea.Cmd {
	a.hint, a.note = "", ""
	if _, typing := a.pane.(*filling); !typing && a.keys.help.matches(k) {
		a.over, a.own = &help{below: a.own}, scroll{}
		return nil
	}
	return a.pane.press(a, k)
}

// dropped reports whether a key is no person's but a token's.
func (a *app) dropped(k tea.KeyPressMsg) bool {
	drop, first := a.burst.see(k)
	if first {
		a.stray()
	}
	return drop
}

// stray says that a token typed, and takes out what it typed.
func (a *app) stray() {
	a.hint = strayHint
	if f, typing := a.pane.(*filling); typing && a.over == nil {
		f.input.clear()
	}
}

const strayHint = "A token typed its one-time password: it was ignored. Touch a token only when asked."

func (a *app) paste(text string) tea.Cmd {
	if a.small() {
		return nil
	}
	if sitting.OneTimePassword([]byte(text)) {
		a.stray()
		return nil
	}
	if f, typing := a.pane.(*filling); typing && a.over == nil && a.hand == nil {
		f.input.insert(text)
	}
	return nil
}

// show takes the engine's view anew and lets people choose what is next; after
// says which act it came from.
func (a *app) show(after choosing) tea.Cmd {
	before := a.view
	a.view = a.engine.View()
	a.own = scroll{}
	if a.view.Heading != before.Heading || a.view.Turn.Serial != before.Turn.Serial {
		a.scroll = scroll{}
	}
	if a.view.Done {
		a.pane = &ended{}
		return nil
	}
	a.pane = newChoosing(a.view, after)
	return nil
}

// end ends the guide, with fault if the sitting is not over.
func (a *app) end(fault error) tea.Cmd {
	a.fault = fault
	return tea.Quit
}

// screen is the one of the step that is on.
func (a *app) screen() screen { return screenOf(a.view) }

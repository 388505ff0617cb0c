package tui

import (
	"context"
	"errors"
	"io"
	"time"

	tea "charm.land/bubbletea/v2" // github.com/charmbracelet/bubbletea, whose v2 has this path
	"github.com/charmbracelet/colorprofile"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// The ways to leave a sitting that is not over. It can be opened again.
var (
	ErrLeave     = errors.New("left as it is, to be gone on with")
	ErrInterrupt = errors.New("interrupted; what was done is kept")
	ErrGone      = errors.New("the terminal has gone away; what was done is kept")
)

// An Actor plays the people: it looks at a view and says what they would do;
// false if they would not know.
type Actor interface {
	Answer(v sitting.View) (sitting.Act, bool)
}

// A Leaver is an actor that may go home before the end.
type Leaver interface {
	Leaves(v sitting.View) bool
}

// Options are how a sitting is shown.
type Options struct {
	In  io.Reader // the terminal
	Out io.Writer
	Env []string // of the terminal: TERM above all

	// Drop, if there is one, drops what was typed and not read yet. It is called
	// when the guide gives the keyboard back: what was typed for it must not go
	// to a shell.
	Drop func()

	Colour bool // 16 colours; else weight and inversion only
	ASCII  bool // no sign outside ASCII is drawn by the guide itself
	Still  bool // nothing moves by itself but the clock

	// Actor, if there is one, plays until a key is pressed, with Pace between
	// one thing that it does and the next.
	Actor Actor
	Pace  time.Duration
	Taken func() // told when somebody takes over; may be nil

	// PINs are those of rehearsal tokens, by participant, told where they are
	// asked for. Nil in production.
	PINs map[string]string
}

// Run leads through a sitting, or whatever the engine leads through, until it is
// over or somebody leaves: then the error is [ErrLeave], [ErrInterrupt] or
// [ErrGone]. The terminal is as it was before, whatever happens, also after a
// panic, which is a [*Fault].
func Run(ctx context.Context, e sitting.Engine, o Options) error {
	inner, end := context.WithCancel(ctx)
	defer end()
	return (&guard{app: newApp(inner, e, o), end: end}).run(ctx)
}

// run runs the guide; ctx is the program's, which ends with its signals.
func (g *guard) run(ctx context.Context) error {
	a := g.app
	profile := colorprofile.Ascii
	if a.opt.Colour {
		profile = colorprofile.ANSI
	}
	drop := a.opt.Drop
	if drop == nil {
		drop = func() {}
	}
	defer drop()
	keepKeys()
	p := tea.NewProgram(
		g,
		tea.WithInput(heard(a.opt.In, g.goneAway)), tea.WithOutput(silenced(a.opt.Out)), tea.WithEnvironment(a.opt.Env),
		tea.WithColorProfile(profile), // else it would ask programs and the terminal
		tea.WithoutSignalHandler(),
	)
	// Told by a context, it would not wait until nobody reads the terminal any more.
	stop := context.AfterFunc(a.ctx, p.Quit)
	defer stop()
	mind := stops(p, drop)
	_, err := p.Run()
	mind()
	g.end()
	a.acts.wait() // an act on its way ends before the sitting is closed
	switch fault := g.fault.Load(); {
	case fault != nil:
		return fault
	case a.fault != nil:
		return a.fault
	case ctx.Err() != nil:
		return ctx.Err()
	case g.gone.Load():
		return ErrGone
	}
	return err
}

package plain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// ErrLeave leaves a sitting that is not over; it can be opened again.
var ErrLeave = errors.New("left as it is, to be gone on with")

// Run leads through a sitting, or whatever the engine leads through, until it is
// over. If player is not nil it answers instead of the people at the console,
// until any key is pressed.
func Run(ctx context.Context, e sitting.Engine, c Console, player Person) error {
	r := &run{engine: e, console: c, person: human{c, e}}
	if player != nil {
		r.watch(player)
		defer func() { r.stop() }()
	}
	for {
		v := e.View()
		r.draw(v)
		if v.Done {
			return nil
		}
		if err := r.turn(ctx, v); err != nil {
			return err
		}
	}
}

type run struct {
	engine  sitting.Engine
	console Console
	person  Person
	taken   <-chan struct{} // a key was pressed: somebody takes over
	stop    func()
	refused *sitting.Refusal // why the last act was, until it is said
	heading string           // of the view last drawn
	last    []string         // and its parts
}

// watch lets the player answer until a key is pressed.
func (r *run) watch(player Person) {
	r.person, r.stop = player, func() {}
	if keys, stop, err := r.console.AnyKey(); err == nil {
		r.taken, r.stop = keys, stop
	}
}

// takeOver hands over to the people at the console if a key was pressed.
func (r *run) takeOver() {
	select {
	case <-r.taken:
		r.stop()
		r.taken, r.stop = nil, func() {}
		r.person, r.last = human{r.console, r.engine}, nil
		fmt.Fprintln(r.console, "\nYou have taken over. From here on you answer.")
		r.draw(r.engine.View())
	default:
	}
}

// draw writes the view; under the same heading, only the parts that changed,
// and after them the words that the next act asks for, which have scrolled away.
// Why the last act was refused stands last, next to what can be done.
func (r *run) draw(v sitting.View) {
	now := parts(v)
	if v.Heading != r.heading || r.last == nil {
		head(r.console, v)
		r.last = nil
	}
	changed := false
	for _, part := range now {
		if !slices.Contains(r.last, part) {
			fmt.Fprint(r.console, part)
			changed = true
		}
	}
	if changed && r.last != nil {
		for _, b := range v.Body {
			if len(b.Words) > 0 && slices.Contains(r.last, blockText(b)) {
				block(r.console, b)
			}
		}
	}
	r.heading, r.last = v.Heading, now
	if r.refused != nil {
		refusalLines(r.console, r.refused)
		r.refused = nil
	}
}

// turn has one act answered and carried out. What is refused is said, and the
// step goes on.
func (r *run) turn(ctx context.Context, v sitting.View) error {
	r.takeOver()
	a, err := r.person.Answer(ctx, v)
	if errors.Is(err, io.EOF) {
		return ErrLeave
	}
	if err == nil {
		err = r.do(ctx, a)
	}
	var refusal *sitting.Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	if ctx.Err() != nil { // the program ends: say now what became of the act
		refusalLines(r.console, refusal)
		return ctx.Err()
	}
	r.refused = refusal
	if r.taken != nil { // a key that was pressed is to take over
		return nil
	}
	return r.console.DropInput()
}

// do carries out an act while what happens is shown and touches are answered.
func (r *run) do(ctx context.Context, a sitting.Act) error {
	events := make(chan sitting.Progress, 64)
	done := make(chan error, 1)
	go func() {
		done <- r.engine.Do(ctx, a, func(p sitting.Progress) { events <- p })
		close(events)
	}()
	// Who waits to touch has to be gone before the next prompt: the two would
	// fight for the keyboard.
	touching, end := context.WithCancel(ctx)
	var touches sync.WaitGroup
	defer touches.Wait()
	defer end()
	for p := range events {
		progress(r.console, p)
		if p.Kind == sitting.Touch && p.Press {
			touches.Go(func() { r.touch(touching, p) })
		}
	}
	return <-done
}

// touch answers a touch that a rehearsal token waits for, beside the act.
func (r *run) touch(ctx context.Context, p sitting.Progress) {
	if r.person.Touch(ctx, p) == nil {
		r.engine.Do(ctx, sitting.Act{ID: sitting.ActTouch}, nil) //nolint:errcheck // a touch too late is told by the act that waited
	}
}

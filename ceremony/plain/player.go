package plain

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// An Actor decides what people would do at a view; false if they would not
// know.
type Actor interface {
	Answer(v sitting.View) (sitting.Act, bool)
}

// A Leaver is an actor that may go home before the end.
type Leaver interface {
	Leaves(v sitting.View) bool
}

// A Player is a Person played by an actor. Each line that it answers is shown.
type Player struct {
	Actor   Actor
	Console Console
	Pace    time.Duration // between one answer and the next
}

// Answer has the actor pick an act and writes what somebody would have typed.
// ErrLeave is that the actor leaves.
func (p Player) Answer(ctx context.Context, v sitting.View) (sitting.Act, error) {
	if err := p.wait(ctx); err != nil {
		return sitting.Act{}, err
	}
	if l, may := p.Actor.(Leaver); may && l.Leaves(v) {
		fmt.Fprintln(p.Console, "\n> leaves the sitting")
		return sitting.Act{}, ErrLeave
	}
	a, ok := p.Actor.Answer(v)
	if !ok {
		return a, fmt.Errorf("rehearsal: the people played do not know how to go on at %q", v.Heading)
	}
	o, offered := v.Offer(a.ID, a.Target)
	if !offered {
		return a, errors.New("rehearsal: the people played want what is not offered")
	}
	fmt.Fprintln(p.Console)
	item(p.Console, "> ", o.Label)
	for _, f := range o.Fields {
		typed := a.Fields[f.Name]
		if f.Kind == sitting.FieldSecret {
			typed = "(not shown)"
		}
		item(p.Console, "  "+f.Prompt+": ", typed)
	}
	return a, nil
}

// Touch touches at once.
func (p Player) Touch(ctx context.Context, _ sitting.Progress) error {
	if err := p.wait(ctx); err != nil {
		return err
	}
	fmt.Fprintln(p.Console, "> touches the token")
	return nil
}

func (p Player) wait(ctx context.Context) error {
	select {
	case <-time.After(p.Pace):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

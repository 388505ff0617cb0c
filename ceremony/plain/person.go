package plain

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// A Person answers.
type Person interface {
	// Answer picks one of the acts that the view offers and fills it in. Lines
	// that the person types are shown by whoever answers. ErrLeave leaves the
	// sitting as it is.
	Answer(ctx context.Context, v sitting.View) (sitting.Act, error)
	// Touch waits until the person touches the token.
	Touch(ctx context.Context, p sitting.Progress) error
}

// human is somebody at the console.
type human struct {
	console Console
	engine  sitting.Engine
}

// Answer asks for the number of an act, then for each of its fields.
func (h human) Answer(ctx context.Context, v sitting.View) (sitting.Act, error) {
	offers(h.console, v)
	for {
		line, err := h.console.ReadLine(ctx, "number of what to do, or q to leave (everything is kept): ")
		if err != nil {
			return sitting.Act{}, err
		}
		line = strings.TrimSpace(line)
		if line == "q" {
			return sitting.Act{}, ErrLeave
		}
		n, err := strconv.Atoi(line)
		if err != nil || n < 1 || n > len(v.Acts) {
			fmt.Fprintf(h.console, "type a number from 1 to %d\n", len(v.Acts))
			continue
		}
		a, err := h.fill(ctx, v.Acts[n-1])
		if !errors.Is(err, errBack) {
			return a, err
		}
		offers(h.console, v)
	}
}

// errBack takes back the choice of an act.
var errBack = errors.New("back to what can be done")

// back is what is typed instead of an answer, alone, to go back.
const back = "q"

// fill asks for each field, and has each judged before the next is asked for:
// nobody types a PIN after wrong words. One that is refused is asked for again,
// and not the list of acts: whoever then types the next PIN types it where
// nothing is shown. Nothing is done before all are answered, so that any of them
// can be gone back from.
func (h human) fill(ctx context.Context, o sitting.Offer) (sitting.Act, error) {
	a := o.Act()
	if len(o.Fields) > 0 {
		fmt.Fprintln(h.console, "  (q alone goes back; nothing is done before all is answered)")
	}
	for at := 0; at < len(o.Fields); {
		name := o.Fields[at].Name
		err := h.answer(ctx, &a, o.Fields[at])
		if err == nil {
			err = h.engine.Check(a, name)
		}
		if err == nil {
			at++
			continue
		}
		var refusal *sitting.Refusal
		again := errors.As(err, &refusal)
		if again {
			o, at, again = h.engine.View().Again(o, a, name)
		}
		if !again {
			a.Wipe()
			return a, err
		}
		refusalLines(h.console, refusal)
		if err := h.console.DropInput(); err != nil {
			a.Wipe()
			return a, err
		}
	}
	return a, nil
}

// answer asks for one field.
func (h human) answer(ctx context.Context, a *sitting.Act, f sitting.Field) error {
	prompt := "  " + f.Prompt + ": "
	if f.Kind == sitting.FieldSecret {
		secret, err := h.console.ReadSecret(ctx, prompt)
		if err != nil {
			return err
		}
		a.Secrets[f.Name] = sitting.NewSecret(secret)
		if string(secret) == back {
			return errBack
		}
		return nil
	}
	line, err := h.console.ReadLine(ctx, prompt)
	if err != nil {
		return err
	}
	if strings.TrimSpace(line) == back {
		return errBack
	}
	a.Fields[f.Name] = line
	return nil
}

// Touch takes any key for a touch.
func (h human) Touch(ctx context.Context, _ sitting.Progress) error {
	fmt.Fprintln(h.console, "  (this is a rehearsal token: press any key to touch it)")
	keys, stop, err := h.console.AnyKey()
	if err != nil {
		return err
	}
	defer stop()
	select {
	case <-keys:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

package plain

import (
	"context"
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
type human struct{ console Console }

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
		return h.fill(ctx, v.Acts[n-1])
	}
}

func (h human) fill(ctx context.Context, o sitting.Offer) (sitting.Act, error) {
	a := sitting.Act{ID: o.ID, Target: o.Target, Digest: o.Digest, Fields: make(map[string]string)}
	for _, f := range o.Fields {
		prompt := "  " + f.Prompt + ": "
		if f.Kind == sitting.FieldSecret {
			secret, err := h.console.ReadSecret(ctx, prompt)
			if err != nil {
				return a, err
			}
			a.PIN = sitting.NewPIN(secret)
			continue
		}
		line, err := h.console.ReadLine(ctx, prompt)
		if err != nil {
			return a, err
		}
		a.Fields[f.Name] = line
	}
	return a, nil
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

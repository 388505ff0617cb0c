package sitting

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rootmoot/rootmoot/internal/token"
)

// A Seen token was looked at. It still has to be closed.
type Seen struct {
	token.Token
	Info token.Info
	Err  error // why it says nothing of itself
}

// seeTimeout is how long one of several tokens may take to say what it is. A
// healthy one takes less than a second, a reader that others hold two.
const seeTimeout = 5 * time.Second

// See looks at tokens, each once and all at the same time, and gives them back
// in their order. One that hangs keeps nobody from the others: after some
// seconds it is [token.ErrStuck], and its driver's error says where it is.
func See(ctx context.Context, tokens []token.Token) []Seen {
	out := make([]Seen, len(tokens))
	var all sync.WaitGroup
	for i, t := range tokens {
		all.Go(func() { out[i] = see(ctx, t) })
	}
	all.Wait()
	return out
}

func see(ctx context.Context, t token.Token) Seen {
	short, cancel := context.WithTimeout(ctx, seeTimeout)
	defer cancel()
	info, err := t.Inspect(short)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		err = fmt.Errorf("%w: %w", err, token.ErrStuck)
	}
	return Seen{t, info, err}
}

// CloseSeen lets tokens go that were only looked at.
func CloseSeen(all []Seen) {
	for _, s := range all {
		s.Close() //nolint:errcheck // nothing is lost with a reader that does not close
	}
}

// silence is what is said of a token that does not answer.
func (s Seen) silence() string { return "one that does not answer: " + s.Err.Error() }

// List asks list which tokens are there. A smart card service that hangs cannot
// be asked to stop: whoever waits for it leaves at the end of ctx, and what it
// finds later is let go.
func List(ctx context.Context, list func(context.Context) ([]token.Token, error)) ([]token.Token, error) {
	type answer struct {
		tokens []token.Token
		err    error
	}
	answered := make(chan answer, 1)
	go func() {
		tokens, err := list(ctx)
		answered <- answer{tokens, err}
	}()
	select {
	case a := <-answered:
		return a.tokens, a.err
	case <-ctx.Done():
		go func() {
			for _, t := range (<-answered).tokens {
				t.Close() //nolint:errcheck // nobody has looked at it
			}
		}()
		return nil, ctx.Err()
	}
}

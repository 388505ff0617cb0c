//go:build cgo || windows

package piv

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"github.com/rootmoot/rootmoot/internal/lane"
	"github.com/rootmoot/rootmoot/internal/pcsc"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/applet"
)

// knock is how long List waits for a card to say whether it is a PIV card. A
// healthy one takes a few milliseconds, a reader that others hold two seconds.
const knock = 5 * time.Second

// List finds the readers with a PIV card in them, in the order in which PC/SC
// names them. Readers that are empty or hold another kind of card are left out.
// A reader that another program holds, or whose card does not answer, is listed,
// and Inspect says what is wrong: what is there must not vanish from a list.
//
// Each Token must be closed, and is to be kept: while a job that was given up
// still runs, another Token for the same reader would take this program for
// another one that holds it ([token.ErrBusy]).
func List(ctx context.Context) ([]token.Token, error) {
	names, err := pcsc.Readers()
	if err != nil {
		return nil, translate(err)
	}
	found := make([]bool, len(names))
	tokens := make([]*Token, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		tokens[i] = newToken(name)
		wg.Go(func() { found[i] = tokens[i].isPIV(ctx) })
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var out []token.Token
	for i, t := range tokens {
		if found[i] {
			out = append(out, t)
		}
	}
	return out, nil
}

func newToken(reader string) *Token {
	client := pivcard.NewClient(pcsc.NewReader(reader))
	return &Token{reader: reader, lane: lane.New(token.ErrStuck, nil), card: applet.Card{Client: client, Kind: token.PIV, Reader: reader, Rand: rand.Reader}}
}

// isPIV says whether there is a PIV card, or something that might be one and
// cannot be asked.
func (t *Token) isPIV(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, knock)
	defer cancel()
	err := t.probe(ctx)
	var answer *pivcard.StatusError
	return !errors.Is(err, pivcard.ErrRemoved) && !errors.As(err, &answer)
}

// probe asks the card for its PIV applet, in a transaction of its own, after
// which it has been reset.
func (t *Token) probe(ctx context.Context) error {
	return t.card.Client.Transaction(ctx, func(*pivcard.Tx) error { return nil })
}

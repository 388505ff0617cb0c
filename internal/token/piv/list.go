//go:build cgo || windows

package piv

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rootmoot/rootmoot/internal/lane"
	"github.com/rootmoot/rootmoot/internal/pcsc"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/applet"
)

// knock is how long the service may take to name its readers, and a card to say
// whether it is a PIV card. Healthy ones take a few milliseconds, a reader that
// others hold two seconds.
const knock = 5 * time.Second

// errSilent is [token.ErrNoService] for a service that is there.
var errSilent = fmt.Errorf("%w; if it runs, it hangs: end it first", token.ErrNoService)

// A Lister finds the PIV cards in this machine's readers. It is to be kept: it
// has one Token for each reader, so that one which still works on what was given
// up says so ([token.ErrStuck]). A Token of another Lister would take this
// program for another one that holds the reader ([token.ErrBusy]). Safe for
// concurrent use.
type Lister struct {
	lane *lane.Lane // to the service

	mu     sync.Mutex
	tokens map[string]*Token // by reader
}

// NewLister is a Lister that has seen no reader yet.
func NewLister() *Lister {
	return &Lister{lane: lane.New(errSilent, nil), tokens: make(map[string]*Token)}
}

// List finds the readers with a PIV card in them, in the order in which PC/SC
// names them. Readers that are empty or hold another kind of card are left out.
// A reader that another program holds, or whose card does not answer, is listed,
// and Inspect says what is wrong: what is there must not vanish from a list. It
// is [token.ErrNoService] if the service is not there, or is silent.
func (l *Lister) List(ctx context.Context) ([]token.Token, error) {
	names, err := lane.Within(ctx, knock, errSilent, l.readers)
	if err != nil {
		return nil, translate(err)
	}
	found := make([]bool, len(names))
	tokens := make([]*Token, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		tokens[i] = l.token(name)
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

func (l *Lister) readers(ctx context.Context) ([]string, error) {
	return lane.Run(ctx, l.lane, func(*lane.Caller) ([]string, error) { return pcsc.Readers() })
}

// token is that of the reader with this name.
func (l *Lister) token(reader string) *Token {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tokens[reader] == nil {
		l.tokens[reader] = newToken(reader)
	}
	return l.tokens[reader]
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
	err := t.run(ctx, "find", func(*lane.Caller) error { return t.probe(ctx) })
	var answer *pivcard.StatusError
	return !errors.Is(err, token.ErrRemoved) && !errors.As(err, &answer)
}

// probe asks the card for its PIV applet, in a transaction of its own, after
// which it has been reset.
func (t *Token) probe(ctx context.Context) error {
	return t.card.Client.Transaction(ctx, func(*pivcard.Tx) error { return nil })
}

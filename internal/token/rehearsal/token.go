package rehearsal

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/applet"
)

// Options are what a test may want otherwise. The zero value is right
// everywhere else.
type Options struct {
	Rand  io.Reader     // crypto/rand if nil
	Clock pivcard.Clock // the system's if nil

	// Wrap, if not nil, puts something between the client and the card.
	Wrap func(pivcard.Transport) pivcard.Transport
}

// A Token is a rehearsal token. It is a [token.Provisionable] and a
// [token.Toucher].
type Token struct {
	name   string
	dir    *os.Root
	card   *applet.Card
	finger *pivcard.Finger
}

var (
	_ token.Provisionable = (*Token)(nil)
	_ token.Toucher       = (*Token)(nil)
)

// Open is the token called name in dir.
func Open(dir, name string, o Options) (*Token, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("rehearsal token %s: %w", name, err)
	}
	t, err := open(root, name, o)
	if err != nil {
		return nil, errors.Join(err, root.Close())
	}
	return t, nil
}

func open(root *os.Root, name string, o Options) (*Token, error) {
	f, err := read(root, name)
	if err != nil {
		return nil, err
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	finger := pivcard.NewFinger()
	touch := map[Touch]pivcard.Touch{
		TouchPress:   finger,
		TouchInstant: pivcard.InstantTouch{},
		TouchNever:   pivcard.NoTouch{},
	}[f.Touch]
	var tr pivcard.Transport = &cardFile{
		dir:  root,
		name: name,
		cfg:  pivcard.Config{Rand: o.Rand, Clock: o.Clock, Touch: touch},
	}
	if o.Wrap != nil {
		tr = o.Wrap(tr)
	}
	card := &applet.Card{Client: pivcard.NewClient(tr), Kind: token.Rehearsal, Reader: name, Rand: o.Rand, BeforeTouch: finger.Lift}
	return &Token{name: name, dir: root, card: card, finger: finger}, nil
}

// List is all tokens in dir, by name. One file that cannot be read fails the
// whole: a token that silently is not there would be looked for in vain.
func List(dir string, o Options) ([]*Token, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("rehearsal tokens: %w", err)
	}
	defer root.Close()
	names, err := list(root)
	if err != nil {
		return nil, fmt.Errorf("rehearsal tokens: %w", err)
	}
	var out []*Token
	for _, name := range names {
		t, err := Open(dir, name, o)
		if err != nil {
			for _, t := range out {
				err = errors.Join(err, t.Close())
			}
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// Name is the token's name, which is also its reader's.
func (t *Token) Name() string { return t.name }

// Touch answers the touch that is being waited for.
func (t *Token) Touch() { t.finger.Press() }

// Close closes the folder.
func (t *Token) Close() error { return t.dir.Close() }

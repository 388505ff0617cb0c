package plain_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/plain"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/verify"
)

// felt is a token that is touched on its own case, as real ones are: no key
// press reaches it.
type felt struct{ token.Token }

func (f felt) Open(ctx context.Context, w token.Want, pin token.Secret, onTouch func(token.TouchRequest)) (token.Session, error) {
	return f.Token.Open(ctx, w, pin, func(r token.TouchRequest) {
		onTouch(r)
		f.Token.(token.Toucher).Touch()
	})
}

// TestTouchedByItself: a touch is announced, and nobody is asked to press a key
// for it where that would touch nothing.
func TestTouchedByItself(t *testing.T) {
	r := folder(t, t.TempDir())
	cfg := config(t, r, rehearse.Genesis, verify.Trusted{})
	all := cfg.Tokens
	cfg.Tokens = func(ctx context.Context) ([]token.Token, error) {
		list, err := all(ctx)
		for i, t := range list {
			list[i] = felt{t}
		}
		return list, err
	}
	s, err := sitting.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var out bytes.Buffer
	c := plain.NewPipe(strings.NewReader(""), &out)
	if err := plain.Run(t.Context(), s, c, plain.Player{Actor: people.New(r.Cast(rehearse.Genesis)), Console: c}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "[touch 1 of 2] touch the token of boston (90000002) now: 15 seconds") {
		t.Error("no touch is announced")
	}
	if strings.Contains(out.String(), "> touches the token") {
		t.Error("somebody pressed a key for a token that feels its own touch")
	}
}

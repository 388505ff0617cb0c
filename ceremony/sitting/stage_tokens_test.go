package sitting_test

import (
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
)

// tokens are those in the folder, one of them with something in between.
func (st *stage) tokens(context.Context) ([]token.Token, error) {
	if st.lists != nil {
		if err := st.lists(); err != nil {
			return nil, err
		}
	}
	files, err := filepath.Glob(st.tokenFile("*"))
	if err != nil {
		return nil, err
	}
	var out []token.Token
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".token.json")
		o := rehearsal.Options{Clock: st.clock}
		if lie := st.lie; lie != nil && name == st.liar {
			o.Wrap = func(honest pivcard.Transport) pivcard.Transport {
				return &evil.Transport{Honest: honest, Lie: lie}
			}
		}
		t, err := rehearsal.Open(filepath.Dir(f), name, o)
		if err != nil {
			return nil, err
		}
		out = append(out, st.dressed(name, t))
	}
	return out, nil
}

// dressed is a token as the test wants it to look.
func (st *stage) dressed(name string, t *rehearsal.Token) token.Token {
	if wrap := st.wraps[name]; wrap != nil {
		return wrap(t)
	}
	return dressed{t, func(i *token.Info) {
		if st.kind != "" {
			i.Kind = st.kind
		}
		if say := st.says[name]; say != nil {
			say(i)
		}
	}}
}

// A dressed token says other things of itself than it would.
type dressed struct {
	*rehearsal.Token
	say func(*token.Info)
}

func (d dressed) Inspect(ctx context.Context) (token.Info, error) {
	i, err := d.Token.Inspect(ctx)
	if err == nil {
		d.say(&i)
	}
	return i, err
}

func (st *stage) tokenFile(name string) string {
	return filepath.Join(st.r.Dir, "tokens", name+".token.json")
}

// replaceToken gives a keyholder another token, with this PIN and PUK, and
// attested by this issuer.
func (st *stage) replaceToken(name string, serial uint32, pin, puk string, issuer *pivcard.Issuer) {
	st.t.Helper()
	if err := os.Remove(st.tokenFile(name)); err != nil {
		st.t.Fatal(err)
	}
	spec := rehearsal.Spec{Name: name, Serial: serial, Algorithm: pivcard.P256, PIN: pin, PUK: puk, Issuer: issuer}
	if err := rehearsal.Create(st.ctx, filepath.Dir(st.tokenFile(name)), spec, rand.Reader); err != nil {
		st.t.Fatal(err)
	}
	st.cast.PINs[name] = pin
}

package sitting_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
)

// A hung token takes what it is asked and never answers. As its driver does,
// it lets whoever gives up go, and from then on says that it is stuck.
type hung struct {
	dressed
	at    string // "inspect" or "open"
	asked chan<- struct{}
	stuck *atomic.Bool
}

func (h hung) hang(ctx context.Context) error {
	h.asked <- struct{}{}
	<-ctx.Done()
	h.stuck.Store(true)
	return ctx.Err()
}

func (h hung) Inspect(ctx context.Context) (token.Info, error) {
	switch {
	case h.stuck.Load():
		return token.Info{}, token.ErrStuck
	case h.at == "inspect":
		return token.Info{}, h.hang(ctx)
	}
	return h.dressed.Inspect(ctx)
}

func (h hung) Open(ctx context.Context, _ token.Want, _ token.Secret, _ func(token.TouchRequest)) (token.Session, error) {
	return nil, h.hang(ctx)
}

// TestHung: whoever waits for a token that does not answer can leave. It is put
// away and said to be stuck until it was taken out, and the others go on.
func TestHung(t *testing.T) {
	for _, c := range []struct {
		at   string
		kind sitting.RefusalKind
		what string
		hint string
	}{
		{"inspect", sitting.NotDone, "given up", "take it up again when you are ready"},
		{"open", sitting.TokenStuck, "given up; the token of boston has not answered yet and is put away", "take the token of boston out, insert it again and take it up again"},
	} {
		t.Run(c.at, func(t *testing.T) {
			st := newStage(t)
			st.open()
			st.walk("signatures")
			asked, stuck := make(chan struct{}, 8), new(atomic.Bool)
			st.wraps = map[string]func(*rehearsal.Token) token.Token{"boston": func(r *rehearsal.Token) token.Token {
				return hung{dressed{r, func(*token.Info) {}}, c.at, asked, stuck}
			}}
			take := st.fill(sitting.ActToken, "boston")
			act := take
			if c.at == "open" {
				if err := st.do(take); err != nil {
					t.Fatal(err)
				}
				act = st.fill(sitting.ActSign, "boston")
			}
			before := st.journal()
			ctx, cancel := context.WithCancel(st.ctx)
			go func() { <-asked; cancel() }()
			err := st.s.Do(ctx, act, nil)
			var refusal *sitting.Refusal
			if !errors.As(err, &refusal) || refusal.Kind != c.kind || refusal.What != c.what || refusal.Hint != c.hint {
				t.Errorf("got %+v", err)
			}
			if st.journal() != before || st.view().Turn != (sitting.Turn{}) {
				t.Errorf("recorded something, or on the table is %+v", st.view().Turn)
			}
			st.refusedAs(take, sitting.TokenStuck, token.ErrStuck.Error(), "insert it again")
			if err := st.takeAnd(sitting.ActSign, "amsterdam"); err != nil {
				t.Errorf("the token of another: %v", err)
			}
			st.wraps = nil // taken out and inserted again
			if err := st.takeAnd(sitting.ActSign, "boston"); err != nil {
				t.Errorf("inserted again: %v", err)
			}
		})
	}
}

// TestForeignHung: a token that hangs keeps nobody from taking up another. It is
// named by its reader.
func TestForeignHung(t *testing.T) {
	at := time.Now()
	st := newStage(t)
	st.cfg.Now = func() time.Time { return at }
	st.open()
	st.walk("signatures")
	st.give("amsterdam", silent{})
	var noted []string
	st.watch = func(v any) {
		if p, ok := v.(sitting.Progress); ok && p.Kind == sitting.Noted {
			noted = append(noted, p.Text)
		}
	}
	synctest.Test(t, func(t *testing.T) { // the seconds pass at once
		st.ctx = t.Context()
		st.must(sitting.ActToken, "boston")
		st.must(sitting.ActPutAway, "")
		st.refusedAs(st.fill(sitting.ActToken, "amsterdam"), sitting.TokenStuck, `token in "reader 7"`, "take the token of amsterdam out, insert it again")
	})
	if len(noted) != 1 || !strings.Contains(noted[0], `token in "reader 7"`) || !strings.Contains(noted[0], token.ErrStuck.Error()) {
		t.Errorf("said is %q", noted)
	}
}

// A silent token never answers.
type silent struct{ token.Token }

func (silent) Inspect(ctx context.Context) (token.Info, error) {
	<-ctx.Done()
	return token.Info{}, fmt.Errorf("inspect token in %q: %w", "reader 7", ctx.Err())
}

func (silent) Close() error { return nil }

// TestServiceHangs: whoever waits for a smart card service that hangs can leave,
// and what it finds later is let go.
func TestServiceHangs(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("signatures")
	take := st.fill(sitting.ActToken, "boston")
	asked, answers, closed := make(chan struct{}), make(chan struct{}), make(chan struct{})
	st.give("boston", closing{closed: closed})
	st.lists = func() error { close(asked); <-answers; return nil }
	ctx, cancel := context.WithCancel(st.ctx)
	go func() { <-asked; cancel() }()
	err := st.s.Do(ctx, take, nil)
	var refusal *sitting.Refusal
	if !errors.As(err, &refusal) || refusal.What != "given up" || refusal.Hint != "take it up again when you are ready" {
		t.Errorf("got %+v", err)
	}
	close(answers)
	<-closed
}

// A closing token says when it is let go.
type closing struct {
	token.Token
	closed chan struct{}
}

func (c closing) Close() error { close(c.closed); return nil }

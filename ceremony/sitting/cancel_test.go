package sitting_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
)

// TestCancelled: an act that is given up while a token waits for a touch comes
// back at once as a refusal, loses nothing that is recorded, and can be done
// again.
func TestCancelled(t *testing.T) {
	for _, c := range []struct {
		name, step, act string
		touch           int // the one that nobody waits for
		what, hint      string
		again           string // the act that is then still open
	}{
		{"enrolment", "tokens", sitting.ActEnrol, 1, "given up", "enrol it again when you are ready", sitting.ActEnrol},
		{"signature", "signatures", sitting.ActSign, 1, "given up", "sign again when you are ready", sitting.ActSign},
		{"refusal", "signatures", sitting.ActRefuse, 1, "given up", "refuse again when you are ready", sitting.ActSign},
		{"seal", "seal", sitting.ActAgree, 1, "given up", "seal again when you are ready", sitting.ActAgree},
		{
			"statement", "signatures", sitting.ActSign, 2, "the signature of amsterdam is recorded and counts; its statement is missing",
			"go on: it stands in the record as a signature only", "",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(t)
			st.open()
			st.walk(c.step)
			st.must(sitting.ActToken, "amsterdam")
			before := st.journal()
			refusal := st.givenUp(st.fill(c.act, "amsterdam"), c.touch)
			kind := sitting.NotDone
			if c.touch == 2 {
				kind = sitting.NoStatement
			}
			if refusal.Kind != kind || refusal.What != c.what || refusal.Hint != c.hint {
				t.Errorf("got %+v", refusal)
			}
			if c.step != "seal" && c.touch == 1 && st.journal() != before { // a word stands in the record before it is sealed
				t.Error("something was recorded")
			}
			if v := st.view(); (v.Turn.Participant == "amsterdam") != (c.again != "") {
				t.Errorf("afterwards the turn is %+v", v.Turn)
			}
			if c.again != "" {
				st.must(c.again, "amsterdam")
			}
			st.walk("")
		})
	}
}

// TestTouchAfterGivingUp: a token that no key press touches waits on after its
// user has left. That a touch would still have it sign is said.
func TestTouchAfterGivingUp(t *testing.T) {
	for _, c := range []struct {
		name, act string
		touch     int
		stuck     bool
		hint      string
	}{
		{"signature", sitting.ActSign, 1, false, "the signature over version 1; then sign again when you are ready"},
		{"statement", sitting.ActSign, 2, false, "the statement of the signature; then go on: it stands in the record as a signature only"},
		{"refusal", sitting.ActRefuse, 1, false, "the statement of the refusal; then refuse again when you are ready"},
		{"stuck", sitting.ActSign, 1, true, "the signature over version 1; then insert it again and take it up again"},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(t)
			st.open()
			st.walk("signatures")
			var waiting *rehearsal.Token
			left := new(atomic.Bool)
			st.wraps = map[string]func(*rehearsal.Token) token.Token{"boston": func(r *rehearsal.Token) token.Token {
				waiting = r
				return fingered{r, left}
			}}
			st.must(sitting.ActToken, "boston")
			st.touch = func(sitting.Progress) { waiting.Touch() }
			st.watch = func(v any) {
				if p, ok := v.(sitting.Progress); ok && p.Kind == sitting.Touch {
					left.Store(c.stuck)
				}
			}
			refusal := st.givenUp(st.fill(c.act, "boston"), c.touch)
			if want := "take the token out now, and do not touch it: a touch would still make " + c.hint; refusal.Hint != want {
				t.Errorf("%q, want %q", refusal.Hint, want)
			}
		})
	}
}

// A fingered token feels its own touch, unlike a rehearsal token. If it is
// left alone it may not answer any more.
type fingered struct {
	token.Token
	stuck *atomic.Bool
}

func (f fingered) Inspect(ctx context.Context) (token.Info, error) {
	if f.stuck.Load() {
		return token.Info{}, token.ErrStuck
	}
	return f.Token.Inspect(ctx)
}

// givenUp carries out an act whose waiting ends at a touch instead of being
// answered.
func (st *stage) givenUp(a sitting.Act, touch int) *sitting.Refusal {
	st.t.Helper()
	ctx, cancel := context.WithCancel(st.ctx)
	defer cancel()
	err := st.s.Do(ctx, a, func(p sitting.Progress) {
		st.see(p)
		switch {
		case p.Kind != sitting.Touch:
		case p.Number == touch:
			cancel()
		default:
			st.touch(p)
		}
	})
	var refusal *sitting.Refusal
	if !errors.As(err, &refusal) {
		st.t.Fatalf("got %v", err)
	}
	return refusal
}

package sitting_test

import (
	"context"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
)

// elsewhere is the card in another program, or at another place: every secret
// that is presented there is wrong.
func (c card) elsewhere(t *testing.T, times int, present func(context.Context, *pivcard.Tx) error) {
	t.Helper()
	for range times {
		if c.Client.Transaction(t.Context(), func(tx *pivcard.Tx) error { return present(t.Context(), tx) }) == nil {
			t.Fatal("a wrong secret was taken")
		}
	}
}

// TestTriesSpentElsewhere: what the screen says of the tries may be old. The last
// one is never spent by somebody who was shown more.
func TestTriesSpentElsewhere(t *testing.T) {
	wrongPIN := func(ctx context.Context, tx *pivcard.Tx) error { return tx.VerifyPIN(ctx, []byte("999999")) }
	wrongPUK := func(ctx context.Context, tx *pivcard.Tx) error {
		return tx.UnblockPIN(ctx, []byte("wrongZ#2"), []byte("fresh#Z4"))
	}
	for _, c := range []struct {
		act     string
		present func(context.Context, *pivcard.Tx) error
		left    func(token.Info) int
	}{
		{sitting.ActSign, wrongPIN, func(i token.Info) int { return i.PINLeft }},
		{sitting.ActRefuse, wrongPIN, func(i token.Info) int { return i.PINLeft }},
		{sitting.ActUnblock, wrongPUK, func(i token.Info) int { return i.PUKLeft }},
	} {
		t.Run(c.act, func(t *testing.T) {
			st := newStage(t)
			boston := newCard(t, token.Rehearsal, 90000002, nil).generate(t).secrets(t)
			st.give("boston", boston)
			st.open()
			st.walk("signatures")
			if c.act == sitting.ActUnblock {
				st.blocked("boston", sitting.ActSign)
			} else {
				st.must(sitting.ActToken, "boston")
			}
			act := func() sitting.Act {
				if c.act == sitting.ActUnblock {
					return st.unblocking("boston", cardPUK, "fresh#Z4", "fresh#Z4")
				}
				return st.fill(c.act, "boston")
			}
			stale := act()
			boston.elsewhere(t, 2, c.present)
			st.refusedAs(stale, sitting.NotDone, "has fewer tries left than the screen said; nothing was tried", "look at the screen again")
			if info, err := boston.Inspect(t.Context()); err != nil || c.left(info) != 1 {
				t.Fatalf("%d tries are left (%v)", c.left(info), err)
			}
			a := act()
			if a.Fields["last-try"] != "last try" {
				t.Errorf("no second thought is asked for: %v", a.Fields)
			}
			if err := st.do(a); err != nil {
				t.Errorf("after a second thought: %v", err)
			}
		})
	}
}

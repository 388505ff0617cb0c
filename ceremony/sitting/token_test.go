package sitting_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
)

// hurried is a clock whose waits are over at once: nobody touches in time.
type hurried struct{}

func (hurried) Now() time.Time { return time.Now() }

func (hurried) After(time.Duration) <-chan time.Time {
	over := make(chan time.Time, 1)
	over <- time.Now()
	return over
}

func (st *stage) move(from, to string) {
	st.t.Helper()
	if err := os.Rename(from, to); err != nil {
		st.t.Fatal(err)
	}
}

// TestWrongToken: only the token that the plan names is taken up, and what else
// lies there is told.
func TestWrongToken(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("tokens")
	away := st.tokenFile("amsterdam") + ".away"
	st.move(st.tokenFile("amsterdam"), away)
	take := st.fill(sitting.ActToken, "amsterdam")
	st.refused(take, "the token of amsterdam, serial number 90000001, is not there; there are: 90000002 (of boston), ")
	st.refused(take, "90000099 (in no plan of ours)")

	// The same serial number, and another key.
	st.move(away, st.tokenFile("amsterdam"))
	if err := st.takeAnd(sitting.ActEnrol, "amsterdam"); err != nil {
		t.Fatal(err)
	}
	st.walk("signatures")
	st.replaceToken("amsterdam", 90000001, "271801", "82718011", nil)
	st.must(sitting.ActToken, "amsterdam")
	v := st.view()
	if _, ok := v.Offer(sitting.ActSign, "amsterdam"); ok {
		t.Error("a signature by another key is offered")
	}
	if !shows(v, "the key in slot 9c is not the one in the plan") {
		t.Error("the other key is not told")
	}

	for _, f := range []string{"amsterdam", "boston", "chennai", "dakar", "edinburgh", "fukuoka", "online"} {
		if err := os.Remove(st.tokenFile(f)); err != nil {
			t.Fatal(err)
		}
	}
	st.must(sitting.ActPutAway, "")
	st.refused(st.fill(sitting.ActToken, "boston"), "no token is there")
}

// TestTokenTakenAway: the token goes between its taking up and the signature.
func TestTokenTakenAway(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("signatures")
	st.must(sitting.ActToken, "boston")
	away := st.tokenFile("boston") + ".away"
	st.move(st.tokenFile("boston"), away)
	st.refused(st.fill(sitting.ActSign, "boston"), token.ErrRemoved.Error())
	if _, ok := st.view().Offer(sitting.ActSign, "boston"); ok {
		t.Error("a token that is not there is still on the table")
	}
	st.move(away, st.tokenFile("boston"))
	if err := st.takeAnd(sitting.ActSign, "boston"); err != nil {
		t.Errorf("with the token back: %v", err)
	}
}

// TestNoTouch: nobody touches; no try is spent and the step is offered again.
func TestNoTouch(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("signatures")
	st.clock = hurried{}
	touch := st.touch
	st.touch = func(p sitting.Progress) {
		if p.Target != "boston" || p.Timeout != 15*time.Second {
			t.Errorf("asked for a touch by %+v", p)
		}
	}
	st.must(sitting.ActToken, "boston")
	st.refused(st.fill(sitting.ActSign, "boston"), token.ErrNoTouch.Error())
	o, ok := st.view().Offer(sitting.ActSign, "boston")
	if !ok || !strings.Contains(o.Fields[2].Prompt, "tries left: 3") {
		t.Errorf("offered %v: %+v", ok, o.Fields)
	}
	st.must(sitting.ActPutAway, "")
	st.clock, st.touch = nil, touch
	if err := st.takeAnd(sitting.ActSign, "boston"); err != nil {
		t.Errorf("with a touch: %v", err)
	}
	st.refused(sitting.Act{ID: sitting.ActTouch}, "no token waits for a key press")
}

// TestBlocked: three wrong PINs by each of two, and the others are a quorum.
func TestBlocked(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("signatures")
	for _, name := range []string{"amsterdam", "boston"} {
		st.must(sitting.ActToken, name)
		for _, c := range []struct{ left, err, act string }{
			{"3", "wrong pin: 2 tries left", sitting.ActSign},
			{"2", "wrong pin: one try left; a wrong one blocks the token", sitting.ActRefuse},
			{"1: a wrong PIN now blocks the token", token.ErrBlocked.Error(), sitting.ActSign},
		} {
			if !shows(st.view(), "tries left: "+c.left) {
				t.Errorf("%s: the prompt does not tell %q", name, c.left)
			}
			a := st.fill(c.act, name)
			a.Secrets[sitting.PINField] = sitting.NewSecret([]byte("000000"))
			st.refused(a, c.err)
		}
		v := st.view()
		if _, ok := v.Offer(sitting.ActSign, name); ok {
			t.Errorf("%s: a blocked token may sign", name)
		}
		if !shows(v, "none: the PIN is blocked") {
			t.Errorf("%s: not told that the PIN is blocked", name)
		}
		st.must(sitting.ActPutAway, "")
	}
	for _, name := range []string{"chennai", "dakar", "fukuoka"} {
		if err := st.takeAnd(sitting.ActSign, name); err != nil {
			t.Fatal(err)
		}
	}
	if m := st.view().Meters[0]; !m.Met() || m.Have != 3 {
		t.Errorf("meter %+v", m)
	}
	st.must(sitting.ActContinue, "")
	st.must(sitting.ActCheck, "")
	if err := st.takeAnd(sitting.ActAgree, "chennai"); err != nil {
		t.Fatal(err)
	}
	st.walk("")
}

// TestListFails: a folder of tokens that cannot be read is told as that.
func TestListFails(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("tokens")
	if err := os.WriteFile(st.tokenFile("amsterdam"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	a := st.fill(sitting.ActToken, "boston")
	st.refused(a, "tokens cannot be listed")
	var refusal *sitting.Refusal
	if err := st.do(a); !errors.As(err, &refusal) {
		t.Errorf("%v is no refusal", err)
	}
}

// TestTouchNumber: a key press that was meant for the first touch does not
// answer the second, which is for something else.
func TestTouchNumber(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("signatures")
	asked := 0
	st.touch = func(p sitting.Progress) {
		asked++
		if p.Number != asked {
			t.Errorf("touch %d is counted as %d", asked, p.Number)
		}
		for _, other := range []int{p.Number - 1, p.Number + 1} {
			if other == 0 {
				continue
			}
			st.refused(sitting.Act{ID: sitting.ActTouch, Touch: other}, "is waited for, not touch")
		}
		if err := st.do(sitting.Act{ID: sitting.ActTouch, Touch: p.Number}); err != nil {
			t.Error(err)
		}
		st.refused(sitting.Act{ID: sitting.ActTouch, Touch: p.Number}, "no token waits for a key press")
	}
	if err := st.takeAnd(sitting.ActSign, "boston"); err != nil {
		t.Fatal(err)
	}
	if asked != 2 {
		t.Errorf("%d touches were asked for", asked)
	}
}

package sitting_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
)

// unblocking is the act, filled in.
func (st *stage) unblocking(name, puk, pin, again string) sitting.Act {
	st.t.Helper()
	a := st.fill(sitting.ActUnblock, name)
	for field, typed := range map[string]string{"puk": puk, "new-pin": pin, "new-pin-again": again} {
		a.Secrets[field] = sitting.NewSecret([]byte(typed))
	}
	return a
}

// blocked takes up a token and blocks its PIN.
func (st *stage) blocked(name, act string) {
	st.t.Helper()
	st.must(sitting.ActToken, name)
	for range 3 {
		a := st.fill(act, name)
		a.Secrets[sitting.PINField] = sitting.NewSecret([]byte("000000"))
		if st.do(a) == nil {
			st.t.Fatal("a wrong PIN was taken")
		}
	}
	if _, offered := st.view().Offer(act, name); offered {
		st.t.Errorf("%s is offered to a blocked token", act)
	}
}

// TestUnblock: a blocked token takes a new PIN on the strength of its PUK. That
// is an exception, to be closed, and the holder goes on with the new PIN.
func TestUnblock(t *testing.T) {
	for _, c := range []struct{ step, act string }{
		{"tokens", sitting.ActEnrol}, {"signatures", sitting.ActSign}, {"seal", sitting.ActAgree},
	} {
		t.Run(c.step, func(t *testing.T) {
			st := newStage(t)
			st.give("boston", newCard(t, token.Rehearsal, 90000002, nil).generate(t).secrets(t))
			st.open()
			st.walk(c.step)
			st.blocked("boston", c.act)
			st.refusedUnblocking("boston")
			const fresh = "fresh#Z4"
			if err := st.do(st.unblocking("boston", cardPUK, fresh, fresh)); err != nil {
				t.Fatal(err)
			}
			if notices := st.view().Notices; len(notices) != 1 || !strings.Contains(notices[0], "the PIN of boston was blocked; token 90000002 was given a new one with its PUK") {
				t.Errorf("recorded is %q", notices)
			}
			st.must(sitting.ActClose, st.closable())
			st.refusedPIN(c.act, "boston", "wrong pin: 2 tries left")
			st.cast.PINs["boston"] = fresh
			st.must(c.act, "boston")
			st.walk("")
		})
	}
}

// closable is the exception that is open.
func (st *stage) closable() string {
	st.t.Helper()
	for _, o := range st.view().Acts {
		if o.ID == sitting.ActClose {
			return o.Target
		}
	}
	st.t.Fatal("no exception is open")
	return ""
}

// refusedPIN tries the PIN that is known.
func (st *stage) refusedPIN(act, name, want string) {
	st.t.Helper()
	a := st.fill(act, name)
	if err := st.do(a); err == nil || !strings.Contains(err.Error(), want) {
		st.t.Errorf("%v, want %q", err, want)
	}
}

// wrongPUK is presented. It stands in the record, and there is nothing to decide.
func (st *stage) wrongPUK(name string) {
	st.t.Helper()
	before := st.journal()
	err := st.do(st.unblocking(name, "wrongZ#2", "fresh#Z4", "fresh#Z4"))
	var refusal *sitting.Refusal
	if !errors.As(err, &refusal) || refusal.Kind != sitting.WrongPUK || !strings.Contains(err.Error(), "refused the PUK: ") {
		st.t.Errorf("got %v", err)
	}
	said := strings.TrimPrefix(st.journal(), before)
	if !strings.Contains(said, "its PUK was presented to token 90000002") || !strings.Contains(said, "the PIN is as it was: wrong PUK") || len(st.view().Notices) > 0 {
		st.t.Errorf("recorded is %s, open are %q", said, st.view().Notices)
	}
}

// refusedUnblocking tries every way that must not do, the wrong PUK last.
func (st *stage) refusedUnblocking(name string) {
	st.t.Helper()
	for _, c := range []struct {
		puk, pin, again, want string
		kind                  sitting.RefusalKind
	}{
		{cardPUK, "fresh#Z4", "fresh#Z5", "the second is not what the first was", sitting.NotDone},
		{"", "fresh#Z4", "fresh#Z4", "nothing was typed", sitting.NotDone},
		{cardPUK, "", "", "nothing was typed", sitting.NotDone},
		{cardPUK, "fresh", "fresh", "it has fewer than 6 characters", sitting.WeakPIN},
		{cardPUK, "fresh#Z4-", "fresh#Z4-", "it has more than 8 characters", sitting.WeakPIN},
		{cardPUK, "123456", "123456", "it is the factory's", sitting.WeakPIN},
		{cardPUK, "777777", "777777", "two different characters at most", sitting.WeakPIN},
		{cardPUK, "654321", "654321", "it counts up or down", sitting.WeakPIN},
		{cardPUK, "121212", "121212", "two different characters at most", sitting.WeakPIN},
		{cardPUK, "271271", "271271", "it repeats itself", sitting.WeakPIN},
		{cardPUK, "184481", "184481", "it reads the same backwards", sitting.WeakPIN},
		{cardPUK, "qwertz", "qwertz", "side by side on the keyboard", sitting.WeakPIN},
		{cardPUK, "250784", "250784", "it looks like a date", sitting.WeakPIN},
		{cardPUK, "25071984", "25071984", "it looks like a date", sitting.WeakPIN},
		{cardPUK, "90000002", "90000002", "it is in the serial number", sitting.WeakPIN},
		{cardPUK, "pïn#Z4", "pïn#Z4", "a character that not every keyboard types", sitting.WeakPIN},
		{cardPUK, cardPUK, cardPUK, "it is the PUK", sitting.WeakPIN},
		{cardPUK, burst, burst, "one-time password", sitting.StrayToken},
	} {
		a := st.unblocking(name, c.puk, c.pin, c.again)
		before := st.journal()
		err := st.do(a)
		var refusal *sitting.Refusal
		if !errors.As(err, &refusal) || refusal.Kind != c.kind || !strings.Contains(err.Error(), c.want) {
			st.t.Errorf("%q %q %q: %v, want %s, %q", c.puk, c.pin, c.again, err, c.kind, c.want)
		}
		if st.journal() != before {
			st.t.Errorf("%q: something was recorded", c.want)
		}
		for field, secret := range a.Secrets {
			if len(secret.Bytes()) > 0 {
				st.t.Errorf("%s: secret %s was not wiped", c.want, field)
			}
		}
	}
	st.wrongPUK(name)
	if o, _ := st.view().Offer(sitting.ActUnblock, name); len(o.Fields) != 3 || o.Fields[0].Tries != 2 || !o.Danger {
		st.t.Errorf("after one wrong PUK: %+v", o)
	}
}

// TestPUKBlocked: the last try of a PUK wants a second thought, and after it
// nothing is left but to say what follows.
func TestPUKBlocked(t *testing.T) {
	st := newStage(t)
	st.give("boston", newCard(t, token.Rehearsal, 90000002, nil).generate(t).secrets(t))
	st.open()
	st.walk("signatures")
	st.blocked("boston", sitting.ActSign)
	for _, want := range []struct {
		kind   sitting.RefusalKind
		fields int
		says   string
	}{
		{sitting.WrongPUK, 3, "wrong puk: 2 tries left"},
		{sitting.LastPUK, 3, "wrong puk: one try left"},
		{sitting.PUKBlocked, 4, token.ErrPUKBlocked.Error()},
	} {
		a := st.unblocking("boston", "wrongZ#2", "fresh#Z4", "fresh#Z4")
		if o, _ := st.view().Offer(a.ID, a.Target); len(o.Fields) != want.fields {
			t.Errorf("%s: asked for %+v", want.kind, o.Fields)
		}
		if want.fields == 4 {
			other := st.unblocking("boston", "wrongZ#2", "fresh#Z4", "fresh#Z4")
			other.Fields["last-try"] = "yes"
			st.refused(other, "the phrase was not typed")
		}
		err := st.do(a)
		var refusal *sitting.Refusal
		if !errors.As(err, &refusal) || refusal.Kind != want.kind || !strings.Contains(err.Error(), want.says) {
			t.Fatalf("%v, want %s", err, want.kind)
		}
	}
	v := st.view()
	if _, offered := v.Offer(sitting.ActUnblock, "boston"); offered {
		t.Error("it can still be unblocked")
	}
	for _, want := range []string{"it can only be reset, which destroys its key", "the other keys are enough for every quorum", "none: the PUK is blocked"} {
		if !shows(v, want) {
			t.Errorf("%q is not said: %+v", want, v.Body)
		}
	}
	st.must(sitting.ActPutAway, "")

	for _, name := range []string{"amsterdam", "chennai"} { // and now two more: the threshold is 3 of 5
		st.blocked(name, sitting.ActSign)
		v = st.view()
		st.must(sitting.ActPutAway, "")
	}
	if !shows(v, "Without it the genesis quorum cannot be met any more: it needs 3 keys, and 2 are left.") {
		t.Errorf("that the quorum is out of reach is not said: %+v", v.Body)
	}
}

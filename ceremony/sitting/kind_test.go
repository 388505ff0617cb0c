package sitting_test

import (
	"errors"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
)

// TestRefusalKinds brings every kind of refusal about, at the signature of
// amsterdam, with the one thing to do about it.
func TestRefusalKinds(t *testing.T) {
	wrong := func(st *stage, times int) {
		st.must(sitting.ActToken, "amsterdam")
		for range times {
			st.wrongPIN("amsterdam")
		}
	}
	away := func(st *stage) { st.move(st.tokenFile("amsterdam"), st.tokenFile("amsterdam")+".away") }
	lie := func(l evil.Lie) func(*stage) error {
		return func(st *stage) error {
			st.liar, st.lie = "amsterdam", l
			return st.takeAnd(sitting.ActSign, "amsterdam")
		}
	}
	for _, c := range []struct {
		kind sitting.RefusalKind
		hint string
		act  func(st *stage) error
	}{
		{sitting.NotDone, "look at what is offered now", func(st *stage) error { return st.do(sitting.Act{ID: "nonsense"}) }},
		{sitting.WrongWords, "read them again; other ones are asked for now", func(st *stage) error {
			st.must(sitting.ActToken, "amsterdam")
			a := st.fill(sitting.ActSign, "amsterdam")
			a.Fields["words"] = "aardvark aardvark aardvark"
			return st.do(a)
		}},
		{sitting.StrayToken, "delete it and go on", func(st *stage) error {
			a := st.fill(sitting.ActException, "")
			a.Fields["happened"] = burst
			return st.do(a)
		}},
		{sitting.WrongToken, "insert the token of amsterdam and take it up again", func(st *stage) error {
			away(st)
			return st.takeAnd(sitting.ActSign, "amsterdam")
		}},
		{sitting.WrongToken, "insert the token of amsterdam and take it up again", lie(evil.OtherSerial(3))},
		{sitting.TwinTokens, "take out the one that is not theirs, and record an exception", func(st *stage) error {
			st.replaceToken("edinburgh", 90000001, "271801", "82718011", nil)
			return st.takeAnd(sitting.ActSign, "amsterdam")
		}},
		{sitting.TokenRemoved, "insert the token of amsterdam and take it up again", func(st *stage) error {
			for _, f := range []string{"amsterdam", "boston", "chennai", "dakar", "edinburgh", "fukuoka", "online"} {
				st.move(st.tokenFile(f), st.tokenFile(f)+".away")
			}
			return st.takeAnd(sitting.ActSign, "amsterdam")
		}},
		{sitting.TokenRemoved, "insert the token of amsterdam and take it up again", func(st *stage) error {
			st.must(sitting.ActToken, "amsterdam")
			away(st)
			return st.do(st.fill(sitting.ActSign, "amsterdam"))
		}},
		{sitting.WrongPIN, "look the PIN up, then sign again", func(st *stage) error { wrong(st, 0); return st.wrongPIN("amsterdam") }},
		{sitting.LastTry, "stop and look the PIN up; another wrong one blocks the token", func(st *stage) error { wrong(st, 1); return st.wrongPIN("amsterdam") }},
		{sitting.PINBlocked, "unblock it with the PUK; or put it away, go on without it if the quorum allows, and record an exception", func(st *stage) error { wrong(st, 2); return st.wrongPIN("amsterdam") }},
		{sitting.NoTouch, "sign again, and touch the token when it is asked for", func(st *stage) error {
			st.clock, st.touch = hurried{}, func(sitting.Progress) {}
			return st.takeAnd(sitting.ActSign, "amsterdam")
		}},
		{sitting.BadToken, "put the token aside and record an exception; nothing of it was kept", lie(evil.WrongSignature())},
		{sitting.BadToken, "put the token aside and record an exception; nothing of it was kept", lie(evil.Truncated(1))},
		{sitting.BadToken, "put the token aside and record an exception; nothing of it was kept", lie(evil.OtherKey(otherCard(t), 3))},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			st := newStage(t)
			st.open()
			st.walk("signatures")
			before := st.journal()
			err := c.act(st)
			var refusal *sitting.Refusal
			if !errors.As(err, &refusal) || refusal.Kind != c.kind || refusal.Hint != c.hint {
				t.Fatalf("got %+v", err)
			}
			if st.journal() != before {
				t.Error("something was recorded")
			}
		})
	}
}

// wrongPIN has a keyholder sign with a PIN that is not theirs.
func (st *stage) wrongPIN(name string) error {
	a := st.fill(sitting.ActSign, name)
	a.Secrets[sitting.PINField] = sitting.NewSecret([]byte("000000"))
	return st.do(a)
}

// TestOtherInItsPlace: a token that lies where the one on the table lay is not
// on the table in its stead.
func TestOtherInItsPlace(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("tokens")
	st.liar, st.lie = "amsterdam", evil.OtherSerial(2)
	st.must(sitting.ActToken, "amsterdam")
	st.refused(st.fill(sitting.ActEnrol, "amsterdam"), token.ErrOtherToken.Error())
	if turn := st.view().Turn; turn != (sitting.Turn{}) {
		t.Errorf("on the table is %+v", turn)
	}
}

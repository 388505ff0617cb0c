package sitting_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/rehearsal"
)

// A mute token says nothing but an error.
type mute struct {
	token.Token
	err error
}

func (m mute) Inspect(context.Context) (token.Info, error) { return token.Info{}, m.err }

func (mute) Close() error { return nil }

// say has a keyholder's token say other things of itself than it would.
func (st *stage) say(name string, change func(*token.Info)) {
	if st.says == nil {
		st.says = make(map[string]func(*token.Info))
	}
	st.says[name] = change
}

// silence has a keyholder's token say nothing but an error.
func (st *stage) silence(name string, err error) {
	st.give(name, mute{err: err})
}

// refusedAs wants an act refused so, and nothing recorded.
func (st *stage) refusedAs(a sitting.Act, kind sitting.RefusalKind, says, hint string) {
	st.t.Helper()
	before := st.journal()
	err := st.do(a)
	var refusal *sitting.Refusal
	if !errors.As(err, &refusal) || refusal.Kind != kind || !strings.Contains(err.Error(), says) || !strings.Contains(refusal.Hint, hint) {
		st.t.Errorf("got %+v, want %s: %q and %q", err, kind, says, hint)
	}
	if st.journal() != before {
		st.t.Errorf("%s: something was recorded", kind)
	}
}

// TestKind: a token of another kind never stands in for the one in the plan,
// whatever serial number it says it has, neither way round.
func TestKind(t *testing.T) {
	for _, c := range []struct {
		name       string
		production bool
		is         token.Kind
		says       string
	}{
		{"rehearsal token in production", true, token.Rehearsal, "90000001 of kind rehearsal, and the plan wants one of kind piv"},
		{"HSM in production", true, token.PKCS11, "90000001 of kind pkcs11, and the plan wants one of kind piv"},
		{"card in a rehearsal", false, token.PIV, "90000001 of kind piv, and the plan wants one of kind rehearsal"},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := newStage(t)
			if c.production {
				st.production()
			}
			st.kind = c.is
			st.open()
			st.walk("tokens")
			take := st.fill(sitting.ActToken, "amsterdam")
			st.refusedAs(take, sitting.WrongToken, c.says, "insert the token of amsterdam and take it up again")
			// The right one beside it is taken, and is no twin of the other.
			kind := token.Rehearsal
			if c.production {
				kind = token.PIV
			}
			st.say("boston", func(i *token.Info) { i.Kind, i.Serial = kind, "90000001" })
			if err := st.do(take); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestSlot: of a card only the key in the slot that this program signs with is
// ever used.
func TestSlot(t *testing.T) {
	st := newStage(t)
	st.cfg.Plan = bytes.Replace(st.cfg.Plan, []byte("serial: 90000001, slot: 9c"), []byte("serial: 90000001, slot: 9a"), 1)
	st.open()
	st.walk("tokens")
	st.refusedAs(st.fill(sitting.ActToken, "amsterdam"), sitting.NotDone,
		"the key of the token of amsterdam is wanted in slot 9a, and this program signs with the one in slot 9c only", "or the key made in slot 9c")
}

// TestOutOfReach: tokens that cannot be looked at are told with what to do, and
// do not stand in the way of the others.
func TestOutOfReach(t *testing.T) {
	for _, c := range []struct {
		err  error
		kind sitting.RefusalKind
		hint string
	}{
		{token.ErrBusy, sitting.ReaderBusy, "gpgconf --kill scdaemon"},
		{token.ErrNoService, sitting.NoService, "start pcscd"},
		{token.ErrDenied, sitting.NotAllowed, "log in at the machine itself"},
		{token.ErrStuck, sitting.TokenStuck, "take the token of amsterdam out, insert it again"},
		{token.ErrBadAnswer, sitting.BadToken, "take out the one that answers nonsense"},
		{token.ErrRemoved, sitting.WrongToken, "insert the token of amsterdam"},
	} {
		t.Run(string(c.kind), func(t *testing.T) {
			st := newStage(t)
			st.silence("amsterdam", c.err)
			st.open()
			st.walk("tokens")
			take := st.fill(sitting.ActToken, "amsterdam")
			st.refusedAs(take, c.kind, "one that does not answer: "+c.err.Error(), c.hint)
			st.must(sitting.ActToken, "boston")
			st.must(sitting.ActPutAway, "")
			delete(st.wraps, "amsterdam")
			if err := st.do(take); err != nil {
				t.Errorf("when it can be reached again: %v", err)
			}
		})
	}
}

// TestNoneListed: where no token can be listed at all, the same is told.
func TestNoneListed(t *testing.T) {
	for _, c := range []struct {
		err  error
		kind sitting.RefusalKind
		hint string
	}{
		{token.ErrNoService, sitting.NoService, "start pcscd"},
		{token.ErrDenied, sitting.NotAllowed, "log in at the machine itself"},
		{token.ErrBusy, sitting.ReaderBusy, "gpgconf --kill scdaemon"},
		{token.ErrNoDriver, sitting.NotDone, "look at the readers"},
	} {
		st := newStage(t)
		st.open()
		st.walk("tokens")
		take := st.fill(sitting.ActToken, "amsterdam")
		st.lists = func() error { return c.err }
		st.refusedAs(take, c.kind, c.err.Error(), c.hint)
		st.lists = nil
		if err := st.do(take); err != nil {
			t.Error(err)
		}
	}
}

// hsm makes the plan's token of amsterdam a PKCS#11 one, and the tokens of
// amsterdam and edinburgh two keys on it.
func (st *stage) hsm(origin string, extractable token.Default) {
	st.cfg.Plan = bytes.Replace(st.cfg.Plan, []byte("token: {kind: rehearsal, serial: 90000001, slot: 9c}"),
		[]byte("token: {kind: pkcs11, serial: 90000001}, attestation: none"), 1)
	key := func(id string) func(*rehearsal.Token) token.Token {
		return func(t *rehearsal.Token) token.Token {
			return unattested{dressed{t, func(i *token.Info) {
				i.Kind, i.Serial, i.Reader, i.Slot = token.PKCS11, "90000001", "module", id
				i.Origin, i.Extractable = origin, extractable
			}}}
		}
	}
	st.wraps = map[string]func(*rehearsal.Token) token.Token{"amsterdam": key("01"), "edinburgh": key("0a02")}
}

// An unattested token proves nothing.
type unattested struct{ dressed }

func (unattested) Attest(context.Context) (token.Attestation, error) {
	return token.Attestation{}, token.ErrNoKey
}

// TestSeveralKeys: of several keys on an HSM the plan's is taken, or none.
func TestSeveralKeys(t *testing.T) {
	st := newStage(t)
	st.hsm("generated", token.No)
	st.open()
	st.walk("tokens")
	take := st.fill(sitting.ActToken, "amsterdam")
	st.refusedAs(take, sitting.NotDone, "holds several keys, 01 and 0a02 among them", "have the plan name the key's id as slot")

	second := st.wraps["edinburgh"]
	delete(st.wraps, "edinburgh")
	if err := st.takeAnd(sitting.ActEnrol, "amsterdam"); err != nil {
		t.Fatal(err)
	}
	st.walk("signatures")
	st.wraps["edinburgh"] = second // the plan has the key in full now
	if err := st.takeAnd(sitting.ActSign, "amsterdam"); err != nil {
		t.Fatal(err)
	}
	st.walk("")
}

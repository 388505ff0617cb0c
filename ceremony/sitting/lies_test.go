package sitting_test

import (
	"crypto/rand"
	"errors"
	"os"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
)

// lies are all that package evil knows. They begin with the taking up of the
// token: the serial number is asked for when it is inspected, opened, and in
// each signature.
func lies(t *testing.T) map[string]func() evil.Lie {
	other := func() pivcard.Transport { return otherCard(t) }
	return map[string]func() evil.Lie{
		"wrong signature":         evil.WrongSignature,
		"signature over others":   evil.SignsOtherBytes,
		"other serial, taken up":  func() evil.Lie { return evil.OtherSerial(1) },
		"other serial, once more": func() evil.Lie { return evil.OtherSerial(2) },
		"other serial, opened":    func() evil.Lie { return evil.OtherSerial(3) },
		"other serial, signing":   func() evil.Lie { return evil.OtherSerial(4) },
		"other card, taken up":    func() evil.Lie { return evil.OtherCard(other(), 1) },
		"other card, once more":   func() evil.Lie { return evil.OtherCard(other(), 2) },
		"other card, opened":      func() evil.Lie { return evil.OtherCard(other(), 3) },
		"other card, signing":     func() evil.Lie { return evil.OtherCard(other(), 4) },
		"other key, taken up":     func() evil.Lie { return evil.OtherKey(other(), 1) },
		"other key, once more":    func() evil.Lie { return evil.OtherKey(other(), 2) },
		"other key, opened":       func() evil.Lie { return evil.OtherKey(other(), 3) },
		"other key, signing":      func() evil.Lie { return evil.OtherKey(other(), 4) },
		"no answer":               func() evil.Lie { return evil.Truncated(0) },
		"half a status word":      func() evil.Lie { return evil.Truncated(1) },
		"answer cut off":          func() evil.Lie { return evil.Truncated(20) },
		"success without data":    func() evil.Lie { return evil.Garbage([]byte("\x90\x00")) },
		"garbage":                 func() evil.Lie { return evil.Garbage([]byte("garbage\x90\x00")) },
		"empty signature":         func() evil.Lie { return evil.Garbage([]byte("\x7C\x02\x82\x00\x90\x00")) },
		"oversized answer":        func() evil.Lie { return evil.Garbage(make([]byte, 5000)) },
		"unknown status":          func() evil.Lie { return evil.Garbage([]byte("\x6F\x00")) },
		"endless answer":          evil.EndlessAnswer,
		"endless empty pieces":    evil.EmptyPieces,
		"removed while signing":   evil.RemovedAtSign,
		"line failure":            evil.Line,
		"signature of zeros": func() evil.Lie {
			return evil.Garbage([]byte("\x7C\x0A\x82\x08\x30\x06\x02\x01\x00\x02\x01\x00\x90\x00"))
		},
	}
}

// otherCard is somebody else's card, with a key that wants no PIN.
func otherCard(t *testing.T) *pivcard.Card {
	t.Helper()
	v := pivcard.Version{Major: 5, Minor: 7, Patch: 4}
	card, err := pivcard.New(pivcard.Model{Serial: 666, Firmware: v}, pivcard.Config{Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	err = pivcard.NewClient(card).Transaction(t.Context(), func(tx *pivcard.Tx) error {
		if err := tx.AuthenticateManagement(t.Context(), pivcard.FactoryManagementKey(v), rand.Reader); err != nil {
			return err
		}
		_, err := tx.Generate(t.Context(), pivcard.SlotSignature, pivcard.KeySpec{Algorithm: pivcard.P256, PIN: pivcard.PINNever, Touch: pivcard.TouchNever})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return card
}

// TestLies swaps the card of amsterdam for a lying one, changing no other line:
// at enrolment and at signing, each lie is refused, nothing of it is recorded,
// and afterwards the honest card does what was asked.
func TestLies(t *testing.T) {
	st := newStage(t)
	st.open()
	for _, c := range []struct{ step, act string }{{"tokens", sitting.ActEnrol}, {"signatures", sitting.ActSign}} {
		st.walk(c.step)
		for name, lie := range lies(t) {
			t.Run(c.act+"/"+name, func(t *testing.T) {
				st.t = t
				st.liar, st.lie = "amsterdam", lie()
				before := st.journal()
				err := st.takeAnd(c.act, "amsterdam")
				if err == nil {
					t.Error("was believed")
				}
				if _, ok := st.view().Offer(sitting.ActPutAway, ""); ok {
					st.must(sitting.ActPutAway, "")
				}
				if st.journal() != before {
					t.Errorf("was recorded: %s", st.journal()[len(before):])
				}
			})
		}
		st.t, st.lie, st.liar = t, nil, ""
		if err := st.takeAnd(c.act, "amsterdam"); err != nil {
			t.Errorf("%s by the honest card: %v", c.act, err)
		}
	}
	st.walk("")
}

// takeAnd takes up a token and has it do something; not being offered it is a
// refusal too.
func (st *stage) takeAnd(act, name string) error {
	st.t.Helper()
	if err := st.do(st.fill(sitting.ActToken, name)); err != nil {
		return err
	}
	if _, ok := st.view().Offer(act, name); !ok {
		return errors.New("not offered")
	}
	return st.do(st.fill(act, name))
}

// TestBetweenTheTouches: after the metadata is signed, something goes wrong
// before the statement. The signature is kept, labelled, and counts.
func TestBetweenTheTouches(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("signatures")
	touches := 0
	removed := func(name string) func(sitting.Progress) {
		return func(p sitting.Progress) {
			if touches++; touches == 2 {
				if err := os.Rename(st.tokenFile(name), st.tokenFile(name)+".away"); err != nil {
					t.Error(err)
				}
			}
			st.do(sitting.Act{ID: sitting.ActTouch}) //nolint:errcheck // the act that waits will tell
		}
	}
	honest := st.touch
	for i, c := range []struct {
		name  string
		lie   evil.Lie
		touch func(sitting.Progress)
		want  error
	}{
		{"amsterdam", nil, removed("amsterdam"), token.ErrRemoved},
		{"boston", evil.Replay(), honest, token.ErrBadSignature},
		{"chennai", evil.OtherSerial(5), honest, token.ErrOtherToken},
		{"dakar", evil.OtherKey(otherCard(t), 5), honest, token.ErrOtherKey},
		{"fukuoka", evil.OtherCard(otherCard(t), 5), honest, token.ErrOtherToken},
	} {
		st.liar, st.lie, st.touch, touches = c.name, c.lie, c.touch, 0
		err := st.takeAnd(sitting.ActSign, c.name)
		if !errors.Is(err, c.want) {
			t.Fatalf("%s: %v, want %v", c.name, err, c.want)
		}
		var refusal *sitting.Refusal
		if !errors.As(err, &refusal) || refusal.What != "the signature of "+c.name+" is recorded and counts; its statement is missing" {
			t.Errorf("%s: told as %v", c.name, err)
		}
		st.open()
		v := st.view()
		if got := v.Meters[0].Have; got != i+1 {
			t.Errorf("%s: %d signatures count, want %d", c.name, got, i+1)
		}
		if !shows(v, "signed  "+c.name+" (signature only, without a statement)") {
			t.Errorf("%s: not shown as a signature only", c.name)
		}
		if _, again := v.Offer(sitting.ActToken, c.name); again {
			t.Errorf("%s may sign once more", c.name)
		}
	}
	st.liar, st.lie, st.touch = "", nil, honest
	if err := os.Rename(st.tokenFile("amsterdam")+".away", st.tokenFile("amsterdam")); err != nil {
		t.Fatal(err)
	}
	st.walk("")
}

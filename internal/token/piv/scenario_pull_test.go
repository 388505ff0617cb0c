//go:build cgo

package piv_test

import (
	"errors"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
)

// Row 1: pulled while it signs. When it is back, the same Token signs.
func TestPulledDuringSign(t *testing.T) {
	stack := pcsctest.Get(t)
	card := recipe{}.make(t)
	w := wanted(t, card)
	s := insert(t, stack, lying(card, evil.RemovedAtSign()))
	if _, err := s.sign(t.Context(), w, testPIN); !errors.Is(err, token.ErrRemoved) {
		t.Errorf("%v, want ErrRemoved", err)
	}
	if _, err := s.Inspect(t.Context()); !errors.Is(err, token.ErrRemoved) {
		t.Errorf("inspect without a card: %v, want ErrRemoved", err)
	}
	if all := list(t); len(all) != 0 {
		t.Errorf("%d tokens listed in empty readers", len(all))
	}
	stack.Insert(t, 0, card)
	if _, err := s.sign(t.Context(), w, testPIN); err != nil {
		t.Errorf("when it is back: %v", err)
	}
	isWell(t, s)
}

// Row 1, at every other command of a signature: nothing comes out, and the same
// Token signs when the card is back.
func TestPulledAtEveryCommand(t *testing.T) {
	stack := pcsctest.Get(t)
	card := recipe{}.make(t)
	w := wanted(t, card)
	hand, kept := &evil.Hand{}, 0
	s := insert(t, stack, lying(card, hand.Lie))
	for n := 1; ; n++ {
		hand.Pull(n, n%2 == 0)
		_, err := s.sign(t.Context(), w, testPIN)
		if err == nil {
			// A signature that was made is kept, though the card is gone.
			if _, err := s.Inspect(t.Context()); !errors.Is(err, token.ErrRemoved) {
				t.Errorf("signed, and then: %v, want ErrRemoved", err)
			}
			t.Logf("%d commands", n-1)
			break
		}
		if !errors.Is(err, token.ErrRemoved) {
			t.Errorf("command %d: %v, want ErrRemoved", n, err)
		}
		s.remove()
		hand.Insert()
		_, s.remove = stack.Insert(t, 0, lying(card, hand.Lie))
		if _, err := s.Inspect(t.Context()); errors.Is(err, token.ErrStuck) {
			kept++ // piv-go keeps the reader when its SELECT fails, TestEveryAnswerGarbled
			stack.StopService(t)
			stack.StartService(t)
			_, s.remove = stack.Insert(t, 0, lying(card, hand.Lie))
		}
		if _, err := s.sign(t.Context(), w, testPIN); err != nil {
			t.Errorf("command %d, when it is back: %v", n, err)
		}
	}
	if kept > 1 {
		t.Errorf("reader kept %d times, want once at most", kept)
	}
}

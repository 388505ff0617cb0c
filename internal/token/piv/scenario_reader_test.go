//go:build cgo

package piv_test

import (
	"errors"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pcsc"
	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/piv"
)

// Row 23: no pcscd, then there is one again.
func TestNoService(t *testing.T) {
	stack := pcsctest.Get(t)
	card := recipe{}.make(t)
	w := wanted(t, card)
	s := insert(t, stack, card)
	stack.StopService(t)
	if _, err := piv.NewLister().List(t.Context()); !errors.Is(err, token.ErrNoService) {
		t.Errorf("list: %v, want ErrNoService", err)
	}
	if _, err := s.Inspect(t.Context()); !errors.Is(err, token.ErrNoService) {
		t.Errorf("inspect: %v, want ErrNoService", err)
	}
	if _, err := s.sign(t.Context(), w, testPIN); !errors.Is(err, token.ErrNoService) {
		t.Errorf("sign: %v, want ErrNoService", err)
	}
	stack.StartService(t)
	stack.Insert(t, 0, card)
	if _, err := s.sign(t.Context(), w, testPIN); err != nil {
		t.Errorf("when it is back: %v", err)
	}
	isWell(t, s)
}

// Row 23: another connection holds the reader. The card is listed and says so.
func TestHeld(t *testing.T) {
	stack := pcsctest.Get(t)
	card := recipe{}.make(t)
	w := wanted(t, card)
	s := insert(t, stack, card)
	holder := pcsc.NewReader(s.reader)
	if err := holder.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := list(t)
	if len(all) != 1 {
		t.Fatalf("%d tokens listed, want the held one", len(all))
	}
	if _, err := all[0].Inspect(t.Context()); !errors.Is(err, token.ErrBusy) {
		t.Errorf("inspect: %v, want ErrBusy", err)
	}
	if _, err := s.Attest(t.Context()); !errors.Is(err, token.ErrBusy) {
		t.Errorf("attest: %v, want ErrBusy", err)
	}
	if err := holder.End(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.sign(t.Context(), w, testPIN); err != nil {
		t.Errorf("let go: %v", err)
	}
	isWell(t, s)
}

//go:build cgo

package piv_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/piv"
)

// A token that hangs and was given up is told as that in the next search, too,
// and not as one that another program holds.
func TestListedWhileStuck(t *testing.T) {
	stack := pcsctest.Get(t)
	card := recipe{}.make(t)
	w := wanted(t, card)
	ctx, leave := context.WithCancel(t.Context())
	reader, _ := stack.Insert(t, 0, lying(card, atSign(func(inserted context.Context) {
		leave()
		<-inserted.Done()
	})))
	lister := piv.NewLister()
	search := func() *seat {
		t.Helper()
		all, err := lister.List(t.Context())
		if err != nil || len(all) != 1 {
			t.Fatalf("%d tokens listed, %v, want one", len(all), err)
		}
		return &seat{Token: all[0].(*piv.Token), stack: stack, reader: reader}
	}
	if _, err := search().sign(ctx, w, testPIN); !errors.Is(err, context.Canceled) {
		t.Fatalf("%v, want context.Canceled", err)
	}
	if _, err := search().Inspect(t.Context()); !errors.Is(err, token.ErrStuck) || errors.Is(err, token.ErrBusy) {
		t.Errorf("%v, want ErrStuck alone", err)
	}
}

// What is there and does not speak is listed; what is no PIV card is not.
func TestList(t *testing.T) {
	stack := pcsctest.Get(t)
	for i, c := range []struct {
		name   string
		answer []byte // to everything
		want   error  // of Inspect; nil if it is not listed
	}{
		{"another kind of card", []byte{0x6A, 0x82}, nil},
		{"no applets at all", []byte{0x6D, 0x00}, nil},
		{"garbage", []byte("garbage\x90\x00"), token.ErrBadAnswer},
		{"half a status word", []byte{0x90}, token.ErrBadAnswer},
		{"endless", []byte{0xAA, 0x61, 0x00}, token.ErrBadAnswer},
		{"endlessly nothing", []byte{0x61, 0x10}, token.ErrBadAnswer},
	} {
		t.Run(c.name, func(t *testing.T) {
			card := recipe{blank: true}.make(t)
			stack.Insert(t, i%pcsctest.Slots, lying(card, func(context.Context, pivcard.Transport, []byte) ([]byte, error) {
				return bytes.Clone(c.answer), nil
			}))
			all := list(t)
			if c.want == nil {
				if len(all) != 0 {
					t.Errorf("%d tokens listed, want none", len(all))
				}
				return
			}
			if len(all) != 1 {
				t.Fatalf("%d tokens listed, want one", len(all))
			}
			if _, err := all[0].Inspect(t.Context()); !errors.Is(err, c.want) {
				t.Errorf("inspect: %v, want %v", err, c.want)
			}
		})
	}
}

// A card that never answers does not keep the others from being listed.
func TestListHungCard(t *testing.T) {
	stack := pcsctest.Get(t)
	hung := recipe{blank: true}.make(t)
	stack.Insert(t, 0, lying(hung, func(inserted context.Context, _ pivcard.Transport, _ []byte) ([]byte, error) {
		<-inserted.Done()
		return nil, inserted.Err()
	}))
	stack.Insert(t, 1, recipe{}.make(t))
	all := list(t)
	if len(all) != 2 {
		t.Fatalf("%d tokens listed, want 2", len(all))
	}
	if _, err := all[0].Inspect(t.Context()); !errors.Is(err, token.ErrStuck) {
		t.Errorf("inspect the hung one: %v, want ErrStuck", err)
	}
	if _, err := all[1].Inspect(t.Context()); err != nil {
		t.Errorf("inspect the other: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := piv.NewLister().List(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("list with an ended context: %v", err)
	}
}

// A service that takes the question and does not answer, as systemd's socket
// does while pcscd hangs, is told as none, and can be left.
func TestListSilentService(t *testing.T) {
	stack := pcsctest.Get(t)
	stack.Insert(t, 0, recipe{}.make(t))
	thaw := stack.FreezeService(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := piv.NewLister().List(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("left: %v, want context.DeadlineExceeded", err)
	}
	lister := piv.NewLister()
	for range 2 { // the second time without asking again
		if _, err := lister.List(t.Context()); !errors.Is(err, token.ErrNoService) {
			t.Errorf("%v, want ErrNoService", err)
		}
	}
	thaw()
	pcsctest.Eventually(t, "list", func() error {
		all, err := lister.List(t.Context())
		if err == nil && len(all) != 1 {
			t.Fatalf("%d tokens listed, want one", len(all))
		}
		return err
	})
}

package pcsctest

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/pcsc"
)

// Slots is how many cards a stack takes.
const Slots = 2

// patience is for what takes a moment. It is long, because a machine that
// tests much is slow, and nothing waits longer than it must.
const patience = 60 * time.Second

// firstPort is that of vpcd's slot 0; the others follow.
const firstPort = 35963

// A Stack is a pcscd with vpcd's readers.
type Stack struct {
	service *service
	take    [Slots]func()      // takes the card out, if there is one still
	leaving [Slots]atomic.Bool // its card is gone, and pcscd need not have seen it yet
}

// Get starts a stack for t, and ends it when t ends. If there is none to be had
// it skips t and says why. There is one at a time: of two parallel tests, the
// second waits. pcscd's output is shown if t fails.
func Get(t testing.TB) *Stack {
	t.Helper()
	if why := missing(); why != "" {
		t.Skip(why)
	}
	t.Cleanup(lock(t))
	if why := taken(); why != "" {
		t.Skip(why)
	}
	s := &Stack{service: &service{}}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("pcscd said:\n%s", s.service.output())
		}
	})
	t.Cleanup(func() { s.StopService(t) })
	s.StartService(t)
	return s
}

// Reader is the name of a slot's reader.
func (s *Stack) Reader(slot int) string { return fmt.Sprintf("Virtual PCD 00 %02d", slot) }

// Insert puts a card into slot 0 or 1, and waits until pcscd has seen it, and
// all that happened before. The card is removed when t ends, or by remove, which
// waits until pcscd has seen that.
//
// pcscd looks every 400 ms. A test with one card after the other takes half the
// time if it changes slots: what is gone from one is seen while the other is
// waited for.
func (s *Stack) Insert(t testing.TB, slot int, c Card) (reader string, remove func()) {
	t.Helper()
	if slot < 0 || slot >= Slots {
		t.Fatalf("slot %d: there are %d", slot, Slots)
	}
	s.settle(t, slot)
	vpcd, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(firstPort+slot)))
	if err != nil {
		t.Fatalf("slot %d: %v", slot, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		Serve(ctx, vpcd, c)
	}()
	var once sync.Once
	take := func() {
		once.Do(func() {
			cancel()
			<-gone
			s.leaving[slot].Store(true)
		})
	}
	t.Cleanup(take)
	s.take[slot] = take
	reader = s.Reader(slot)
	s.wait(t, reader, true)
	s.settle(t, 1-slot)
	return reader, func() {
		t.Helper()
		take()
		s.settle(t, slot)
	}
}

// Take takes out the card in a slot, if there is one, and leaves it to the next
// Insert to wait until pcscd has seen that.
func (s *Stack) Take(slot int) {
	if s.take[slot] != nil {
		s.take[slot]()
	}
}

// settle waits until pcscd has seen that a slot's card is gone, if it is.
func (s *Stack) settle(t testing.TB, slot int) {
	t.Helper()
	if s.leaving[slot].Load() {
		s.wait(t, s.Reader(slot), false)
		s.leaving[slot].Store(false)
	}
}

// wait waits until pcscd has seen that a card is there, or not.
func (s *Stack) wait(t testing.TB, reader string, there bool) {
	t.Helper()
	Eventually(t, fmt.Sprintf("reader %q with card %t", reader, there), func() error {
		if !s.service.runs() {
			return nil // nobody sees anything
		}
		is, err := pcsc.Present(reader)
		if err == nil && is != there {
			err = fmt.Errorf("card is there: %t", is)
		}
		return err
	})
}

// StartService starts pcscd after StopService, and waits until it has its
// readers. Cards are to be inserted again.
func (s *Stack) StartService(t testing.TB) {
	t.Helper()
	if err := s.service.start(); err != nil {
		t.Fatal(err)
	}
	Eventually(t, "pcscd with its readers", func() error {
		names, err := pcsc.Readers()
		for slot := range Slots {
			if err == nil && !slices.Contains(names, s.Reader(slot)) {
				err = fmt.Errorf("readers %q, want %q among them", names, s.Reader(slot))
			}
		}
		if !s.service.runs() {
			t.Fatalf("pcscd ended:\n%s", s.service.output())
		}
		return err
	})
}

// StopService ends pcscd, and removes all cards.
func (s *Stack) StopService(t testing.TB) {
	t.Helper()
	if err := s.service.stop(); err != nil {
		t.Error(err)
	}
}

// FreezeService has pcscd take what it is asked and answer nothing, until t ends
// or thaw is called.
func (s *Stack) FreezeService(t testing.TB) (thaw func()) {
	t.Helper()
	if err := s.service.freeze(); err != nil {
		t.Fatal(err)
	}
	thaw = func() {
		t.Helper()
		if err := s.service.thaw(); err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(thaw)
	return thaw
}

// Eventually calls f until it succeeds, and fails the test if it does not within
// a minute; what names what did not come.
func Eventually(t testing.TB, what string, f func() error) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); ; <-tick.C {
		err := f()
		switch {
		case err == nil:
			return
		case time.Now().After(end):
			t.Fatalf("no %s within %v: %v", what, patience, err)
		}
	}
}

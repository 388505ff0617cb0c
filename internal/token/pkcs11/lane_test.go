//go:build cgo

package pkcs11

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/rootmoot/rootmoot/internal/token"
)

func TestLaneOneAtATime(t *testing.T) {
	var l lane
	var inside, most, calls atomic.Int32
	results := make(chan error)
	for range 50 {
		go func() {
			_, err := run(t.Context(), &l, func() (int, error) {
				most.Store(max(most.Load(), inside.Add(1)))
				calls.Add(1)
				inside.Add(-1)
				return 0, nil
			})
			results <- err
		}()
	}
	for range 50 {
		check(t, <-results)
	}
	if most.Load() != 1 || calls.Load() != 50 {
		t.Errorf("%d calls, up to %d at once", calls.Load(), most.Load())
	}
}

// Who has waited for a call that is then given up is told so, and the lane is
// free again once the call has returned.
func TestLaneGivenUp(t *testing.T) {
	var l lane
	entered, leave := make(chan bool), make(chan bool)
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		_, err := run(ctx, &l, func() (int, error) {
			entered <- true
			<-leave
			return 7, nil
		})
		first <- err
	}()
	<-entered
	impatient, stop := context.WithCancel(t.Context())
	stop()
	if err := l.acquire(impatient); !errors.Is(err, context.Canceled) {
		t.Errorf("waiter that gives up: %v", err)
	}
	changed, err := l.try() // busy: what a waiter waits for
	if changed == nil || err != nil {
		t.Fatalf("the lane is not busy: %v", err)
	}
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
	<-changed
	if err := l.acquire(t.Context()); !errors.Is(err, token.ErrStuck) {
		t.Errorf("%v, want ErrStuck", err)
	}
	close(leave)
	l.settle()
	check(t, l.acquire(t.Context()))
	l.release()
}

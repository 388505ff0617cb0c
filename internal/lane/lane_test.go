package lane

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
)

var errStuck = errors.New("stuck")

func do(ctx context.Context, l *Lane, job func(*Caller) error) error {
	_, err := Run(ctx, l, func(c *Caller) (struct{}, error) { return struct{}{}, job(c) })
	return err
}

func nothing(*Caller) error { return nil }

func TestOneAtATime(t *testing.T) {
	l := New(errStuck, func() { t.Error("nothing was abandoned") })
	var inside, most, calls atomic.Int32
	results := make(chan error)
	for range 50 {
		go func() {
			results <- do(t.Context(), l, func(*Caller) error {
				most.Store(max(most.Load(), inside.Add(1)))
				calls.Add(1)
				inside.Add(-1)
				return nil
			})
		}()
	}
	for range 50 {
		if err := <-results; err != nil {
			t.Error(err)
		}
	}
	if most.Load() != 1 || calls.Load() != 50 {
		t.Errorf("%d calls, up to %d at once", calls.Load(), most.Load())
	}
}

func TestWaitsItsTurn(t *testing.T) {
	l := New(errStuck, nil)
	release, err := l.Hold(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var free atomic.Bool
	second := make(chan error, 1)
	go func() {
		second <- do(t.Context(), l, func(*Caller) error {
			if !free.Load() {
				t.Error("ran while the lane was held")
			}
			return errors.New("its own error")
		})
	}()
	impatient, stop := context.WithCancel(t.Context())
	stop()
	if _, err := l.Hold(impatient); !errors.Is(err, context.Canceled) {
		t.Errorf("waiter that gives up: %v", err)
	}
	free.Store(true)
	release()
	if err := <-second; err == nil || err.Error() != "its own error" {
		t.Errorf("second: %v", err)
	}
}

// Whoever waits behind a job that is given up is told so, too. When it has
// returned, what it took is let go, and all is well.
func TestStuck(t *testing.T) {
	letGo := make(chan struct{})
	l := New(errStuck, func() { <-letGo })
	begun, end, returned := make(chan struct{}), make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		first <- do(ctx, l, func(*Caller) error {
			defer close(returned)
			close(begun)
			<-end
			return nil
		})
	}()
	<-begun
	waiting := make(chan error, 1)
	go func() { waiting <- do(t.Context(), l, nothing) }()
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
	if err := <-waiting; !errors.Is(err, errStuck) {
		t.Errorf("waiting behind it: %v", err)
	}
	if err := do(t.Context(), l, nothing); !errors.Is(err, errStuck) {
		t.Errorf("afterwards: %v", err)
	}
	before, _ := l.next()
	close(end)
	<-returned
	if _, err := l.Hold(t.Context()); !errors.Is(err, errStuck) {
		t.Errorf("before it has let go: %v", err)
	}
	close(letGo)
	<-before.done
	if err := do(t.Context(), l, nothing); err != nil {
		t.Errorf("when the job has returned: %v", err)
	}
}

// What was done before its caller knew that it may leave is not lost.
func TestJustReturned(t *testing.T) {
	l := New(errStuck, func() { t.Error("abandoned") })
	for range 100 {
		ctx, cancel := context.WithCancel(t.Context())
		got, err := Run(ctx, l, func(c *Caller) (int, error) {
			// Its caller sees both at once, or the result alone.
			err := c.Call(func() {
				before, _ := l.next()
				go func() { <-before.done; cancel() }()
			})
			return 7, err
		})
		if got != 7 || err != nil {
			t.Fatalf("%d, %v", got, err)
		}
		<-ctx.Done()
	}
}

func TestEndedContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := do(ctx, New(errStuck, nil), func(*Caller) error {
		t.Error("the job ran")
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
}

// What a job asks of its caller is done while the caller is there, and not
// after.
func TestCallerCalls(t *testing.T) {
	l := New(errStuck, nil)
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	gone := make(chan struct{})
	late := make(chan error, 1)
	err := do(ctx, l, func(c *Caller) error {
		if err := c.Call(func() { calls++ }); err != nil {
			t.Error(err)
		}
		cancel()
		<-gone
		late <- c.Call(func() { calls++ })
		return nil
	})
	close(gone)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
	if err := <-late; !errors.Is(err, context.Canceled) {
		t.Errorf("late: %v, want context.Canceled", err)
	}
	if calls != 1 {
		t.Errorf("called %d times", calls)
	}
}

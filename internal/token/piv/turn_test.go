//go:build cgo

package piv

import (
	"context"
	"errors"
	"testing"

	"github.com/rootmoot/rootmoot/internal/token"
)

func do(ctx context.Context, q *queue, job func(*caller) error) error {
	_, err := run(ctx, q, func(c *caller) (struct{}, error) { return struct{}{}, job(c) })
	return err
}

func TestQueueWaitsItsTurn(t *testing.T) {
	var q queue
	begun, end := make(chan struct{}), make(chan struct{})
	first := make(chan error, 1)
	order := make(chan string, 2)
	go func() {
		first <- do(t.Context(), &q, func(*caller) error {
			close(begun)
			<-end
			order <- "first"
			return nil
		})
	}()
	<-begun
	second := make(chan error, 1)
	go func() {
		second <- do(t.Context(), &q, func(*caller) error {
			order <- "second"
			return errors.New("its own error")
		})
	}()
	close(end)
	if err := <-first; err != nil {
		t.Error(err)
	}
	if err := <-second; err == nil || err.Error() != "its own error" {
		t.Errorf("second: %v", err)
	}
	if a, b := <-order, <-order; a != "first" || b != "second" {
		t.Errorf("ran %s before %s", a, b)
	}
}

// Whoever waits behind a job that is given up is told so, too, and when it has
// returned all is well.
func TestQueueStuck(t *testing.T) {
	var q queue
	begun, end, returned := make(chan struct{}), make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		first <- do(ctx, &q, func(*caller) error {
			defer close(returned)
			close(begun)
			<-end
			return nil
		})
	}()
	<-begun
	waiting := make(chan error, 1)
	go func() { waiting <- do(t.Context(), &q, func(*caller) error { return nil }) }()
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
	if err := <-waiting; !errors.Is(err, token.ErrStuck) {
		t.Errorf("waiting behind it: %v, want ErrStuck", err)
	}
	if err := do(t.Context(), &q, func(*caller) error { return nil }); !errors.Is(err, token.ErrStuck) {
		t.Errorf("afterwards: %v, want ErrStuck", err)
	}
	current := q.current
	close(end)
	<-returned
	<-current.done
	if err := do(t.Context(), &q, func(*caller) error { return nil }); err != nil {
		t.Errorf("when the job has returned: %v", err)
	}
}

func TestQueueEndedContext(t *testing.T) {
	var q queue
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := do(ctx, &q, func(*caller) error {
		t.Error("the job ran")
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
}

func TestQueueSurvivesAPanic(t *testing.T) {
	var q queue
	err := do(t.Context(), &q, func(*caller) error { panic("index out of range") })
	if !errors.Is(err, token.ErrBadAnswer) {
		t.Errorf("%v, want ErrBadAnswer", err)
	}
	if err := do(t.Context(), &q, func(*caller) error { return nil }); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// What a job asks of its caller is done while the caller is there, and not
// after.
func TestCallerCalls(t *testing.T) {
	var q queue
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	late := make(chan error, 1)
	err := do(ctx, &q, func(c *caller) error {
		if err := c.call(func() { calls++ }); err != nil {
			t.Error(err)
		}
		cancel()
		late <- c.call(func() { calls++ })
		return nil
	})
	if !errors.Is(err, context.Canceled) && err != nil {
		t.Error(err)
	}
	if err := <-late; err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if calls == 0 {
		t.Error("never called")
	}
}

// A caller may wipe its secrets as soon as it has given up; the job has its
// own.
func TestOwnSecrets(t *testing.T) {
	var q queue
	theirs := token.NewPIN([]byte("845127"))
	pin := theirs
	err := do(t.Context(), &q, func(c *caller) error {
		wipe, err := c.own(&pin)
		if err != nil {
			return err
		}
		theirs.Wipe()
		if got := string(pin.Bytes()); got != "845127" {
			t.Errorf("the job's is %d bytes long", len(got))
		}
		wipe()
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if pin.Bytes() != nil {
		t.Error("the job's is not wiped")
	}
}

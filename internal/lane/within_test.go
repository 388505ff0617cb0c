package lane

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestWithin(t *testing.T) {
	errLate, errOwn := errors.New("late"), errors.New("its own")
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	waits := func(ctx context.Context) (int, error) {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	for _, c := range []struct {
		name string
		ctx  context.Context
		time time.Duration
		do   func(context.Context) (int, error)
		want error
	}{
		{"in time", t.Context(), time.Hour, func(context.Context) (int, error) { return 7, nil }, nil},
		{"an error in time", t.Context(), time.Hour, func(context.Context) (int, error) { return 0, errOwn }, errOwn},
		{"late", t.Context(), time.Millisecond, waits, errLate},
		{"late, and done all the same", t.Context(), time.Millisecond, func(ctx context.Context) (int, error) { <-ctx.Done(); return 7, nil }, nil},
		{"left", ended, time.Hour, waits, context.Canceled},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, err := Within(c.ctx, c.time, errLate, c.do)
			if !errors.Is(err, c.want) || (err == nil) != (n == 7) {
				t.Errorf("%d, %v, want %v", n, err, c.want)
			}
		})
	}
}

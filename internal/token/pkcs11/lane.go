//go:build cgo

package pkcs11

import (
	"context"
	"sync"

	"github.com/rootmoot/rootmoot/internal/token"
)

// A lane lets one call at a time through to a token. Calls into a module cannot
// be cancelled: one whose caller has gone is left to finish, and the lane is
// stuck until it has.
type lane struct {
	mu      sync.Mutex
	busy    bool
	stuck   bool
	changed chan struct{} // closed when busy or stuck change; nil if nobody waits
}

// acquire waits for the lane. A stuck one is [token.ErrStuck] at once.
func (l *lane) acquire(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		changed, err := l.try()
		if changed == nil {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
		}
	}
}

// try takes a free lane. For a busy one it returns what to wait for.
func (l *lane) try() (<-chan struct{}, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stuck {
		return nil, token.ErrStuck
	}
	if !l.busy {
		l.busy = true
		return nil, nil
	}
	if l.changed == nil {
		l.changed = make(chan struct{})
	}
	return l.changed, nil
}

func (l *lane) release() { l.set(false, false) }

func (l *lane) set(busy, stuck bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy, l.stuck = busy, stuck
	if l.changed != nil {
		close(l.changed)
		l.changed = nil
	}
}

// run calls do in the lane. If ctx ends first, run returns its error at once,
// and what do returns is lost.
func run[T any](ctx context.Context, l *lane, do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	var none T
	if err := l.acquire(ctx); err != nil {
		return none, err
	}
	done := make(chan result, 1)
	go func() {
		value, err := do()
		done <- result{value, err}
	}()
	select {
	case r := <-done:
		l.release()
		return r.value, r.err
	case <-ctx.Done():
	}
	l.set(true, true)
	go func() {
		<-done
		l.release()
	}()
	return none, ctx.Err()
}

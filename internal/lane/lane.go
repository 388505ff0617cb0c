// Package lane lets one job at a time through to a device whose calls cannot be
// cancelled: PC/SC's and PKCS#11's. People must be able to leave a device that
// hangs, so that each job runs in a goroutine of its own: whoever waits for it
// may give it up, and until it has returned the lane is stuck.
package lane

import (
	"context"
	"sync"
)

// A Lane is the way to one device.
type Lane struct {
	stuck     error
	abandoned func()

	mu      sync.Mutex
	current *turn
}

// A turn is one job's.
type turn struct {
	done    chan struct{} // closed when the job has returned
	givenUp chan struct{} // closed when its caller has left
}

// New is a free lane. Whoever comes while a job that was given up still runs
// gets stuck. When such a job has returned, and before the next may begin,
// abandoned is called, to let go of what the job has taken; it may be nil.
func New(stuck error, abandoned func()) *Lane {
	return &Lane{stuck: stuck, abandoned: abandoned}
}

// Run runs job when those before it are done, and returns what it returns. If
// ctx ends first, Run returns its error at once, and what job returns is lost.
// A job must leave alone what its caller could still look at; see
// [Caller.Call].
func Run[T any](ctx context.Context, l *Lane, job func(*Caller) (T, error)) (T, error) {
	var none, value T
	t, err := l.take(ctx)
	if err != nil {
		return none, err
	}
	c := &Caller{ctx: ctx, asked: make(chan func()), answered: make(chan struct{})}
	go func() {
		value, err = job(c)
		l.end(t)
	}()
	for {
		select {
		case f := <-c.asked:
			f()
			c.answered <- struct{}{}
		case <-t.done:
			return value, err
		case <-ctx.Done():
			if l.giveUp(t) {
				return none, ctx.Err()
			}
			return value, err // it has just returned
		}
	}
}

// Hold takes the lane, as a job does, until release is called. ctx is for the
// wait.
func (l *Lane) Hold(ctx context.Context) (release func(), err error) {
	t, err := l.take(ctx)
	if err != nil {
		return nil, err
	}
	return func() { l.end(t) }, nil
}

// take waits for the turn.
func (l *Lane) take(ctx context.Context) (*turn, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		before, mine := l.next()
		if mine != nil {
			return mine, nil
		}
		select {
		case <-before.done:
		case <-ctx.Done():
		case <-before.givenUp:
			select {
			case <-before.done:
			default:
				return nil, l.stuck
			}
		}
	}
}

// next is whose turn it is: somebody's before, or mine now.
func (l *Lane) next() (before, mine *turn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.current != nil {
		return l.current, nil
	}
	l.current = &turn{done: make(chan struct{}), givenUp: make(chan struct{})}
	return nil, l.current
}

// giveUp leaves a turn behind. It reports false if that has ended already.
func (l *Lane) giveUp(t *turn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.current != t {
		return false
	}
	close(t.givenUp)
	return true
}

// end makes way for the next when a job has returned.
func (l *Lane) end(t *turn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t.left() && l.abandoned != nil {
		l.mu.Unlock() // it may last
		l.abandoned()
		l.mu.Lock()
	}
	l.current = nil
	close(t.done)
}

func (t *turn) left() bool {
	select {
	case <-t.givenUp:
		return true
	default:
		return false
	}
}

//go:build cgo || windows

package piv

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"github.com/rootmoot/rootmoot/internal/token"
)

// A queue lets one job at a time speak to a reader, each in a goroutine of its
// own: calls into PC/SC cannot be cancelled, and people must be able to leave a
// token that hangs.
type queue struct {
	mu      sync.Mutex
	current *turn
}

// A turn is one job's.
type turn struct {
	done    chan struct{} // closed when the job has returned
	givenUp chan struct{} // closed when its caller has left
}

// run runs job when those before it are done, and returns what it returns. If
// ctx ends first it returns ctx's error at once, and ErrStuck to everybody
// after, until the job has returned. What job calls its caller for,
// [caller.call], is done here, so that nothing of the caller's runs after run
// has returned. A job must leave alone what its caller could still look at.
func run[T any](ctx context.Context, q *queue, job func(*caller) (T, error)) (T, error) {
	var none T
	t, err := q.take(ctx)
	if err != nil {
		return none, err
	}
	type outcome struct {
		value T
		err   error
	}
	c := &caller{ctx: ctx, asked: make(chan func()), answered: make(chan struct{})}
	result := make(chan outcome, 1)
	go func() {
		defer q.release(t)
		var o outcome
		o.err = guarded(func() (err error) {
			o.value, err = job(c)
			return err
		})
		result <- o
	}()
	for {
		select {
		case f := <-c.asked:
			f()
			c.answered <- struct{}{}
		case o := <-result:
			<-t.done
			return o.value, o.err
		case <-ctx.Done():
			close(t.givenUp)
			return none, ctx.Err()
		}
	}
}

// take waits for the turn.
func (q *queue) take(ctx context.Context) (*turn, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		q.mu.Lock()
		before := q.current
		if before == nil {
			q.current = &turn{done: make(chan struct{}), givenUp: make(chan struct{})}
			defer q.mu.Unlock()
			return q.current, nil
		}
		q.mu.Unlock()
		select {
		case <-before.done:
		case <-ctx.Done():
		case <-before.givenUp:
			select {
			case <-before.done:
			default:
				return nil, token.ErrStuck
			}
		}
	}
}

func (q *queue) release(t *turn) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.current = nil
	close(t.done)
}

// guarded turns a panic into ErrBadAnswer: piv-go v2.6.0 indexes answers
// without looking at their length (ykAuthenticate), and a card must not be able
// to end the program.
func guarded(job func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w (%v)", token.ErrBadAnswer, r)
		}
	}()
	return job()
}

// A caller is who waits for a job.
type caller struct {
	ctx      context.Context
	asked    chan func()
	answered chan struct{}
}

// call has the caller run f. It is an error if the caller has left.
func (c *caller) call(f func()) error {
	select {
	case c.asked <- f:
	case <-c.ctx.Done():
		return c.ctx.Err()
	}
	<-c.answered
	return nil
}

// own replaces secrets, which are the caller's to wipe as soon as it likes, by
// copies that are the job's, until it wipes them.
func (c *caller) own(secrets ...*token.Secret) (wipe func(), err error) {
	err = c.call(func() {
		for _, s := range secrets {
			*s = token.NewPIN(bytes.Clone(s.Bytes()))
		}
	})
	return func() {
		for _, s := range secrets {
			s.Wipe()
		}
	}, err
}

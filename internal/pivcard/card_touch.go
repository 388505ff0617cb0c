package pivcard

import (
	"context"
	"time"
)

// A Clock tells the time and waits.
type Clock interface {
	Now() time.Time
	After(d time.Duration) <-chan time.Time
}

// SystemClock is the machine's own.
type SystemClock struct{}

// Now is [time.Now].
func (SystemClock) Now() time.Time { return time.Now() }

// After is [time.After].
func (SystemClock) After(d time.Duration) <-chan time.Time { return time.After(d) }

// TouchTimeout is how long a card waits for a touch, and how long a touch
// holds for a key whose policy is cached.
const TouchTimeout = 15 * time.Second

// A Touch is the finger on a card: how it behaves when a key wants it.
type Touch interface {
	// Wait says whether a touch came before the timeout and before ctx ended.
	Wait(ctx context.Context, c Clock, timeout time.Duration) bool
}

// InstantTouch is a finger that never leaves the card.
type InstantTouch struct{}

// Wait says yes at once.
func (InstantTouch) Wait(context.Context, Clock, time.Duration) bool { return true }

// NoTouch is nobody there: every wait ends at its timeout.
type NoTouch struct{}

// Wait says no when the time is over.
func (NoTouch) Wait(ctx context.Context, c Clock, timeout time.Duration) bool {
	select {
	case <-c.After(timeout):
	case <-ctx.Done():
	}
	return false
}

// A Finger touches when it is told to. Use [NewFinger].
type Finger struct{ pressed chan struct{} }

// NewFinger is a finger off the card.
func NewFinger() *Finger { return &Finger{pressed: make(chan struct{}, 1)} }

// Press is one touch. It answers the wait that is on, or the next one.
func (f *Finger) Press() {
	select {
	case f.pressed <- struct{}{}:
	default: // pressed already
	}
}

// Lift forgets a touch that nobody waited for. Who asks for a touch calls it
// first, so that an earlier, unrelated one does not count.
func (f *Finger) Lift() {
	select {
	case <-f.pressed:
	default:
	}
}

// Wait waits for Press.
func (f *Finger) Wait(ctx context.Context, c Clock, timeout time.Duration) bool {
	select {
	case <-f.pressed:
		return true
	case <-c.After(timeout):
	case <-ctx.Done():
	}
	return false
}

// touched says whether the touch that policy wants is there.
func (c *Card) touched(ctx context.Context, policy TouchPolicy) bool {
	now := c.cfg.Clock.Now()
	last := c.session.lastTouch
	switch {
	case policy == TouchNever:
		return true
	case policy == TouchCached && !last.IsZero() && now.Sub(last) < TouchTimeout:
		return true
	case !c.cfg.Touch.Wait(ctx, c.cfg.Clock, TouchTimeout):
		return false
	}
	c.session.lastTouch = c.cfg.Clock.Now()
	return true
}

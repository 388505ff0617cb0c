package lane

import "context"

// A Caller is who waits for a job.
type Caller struct {
	ctx      context.Context
	asked    chan func()
	answered chan struct{}
}

// Call has the caller run f while it waits, so that nothing of the caller's
// runs, and nothing of its is looked at, after it has gone. It is ctx's error,
// and f does not run, if the caller has left.
func (c *Caller) Call(f func()) error {
	select {
	case c.asked <- f:
	case <-c.ctx.Done():
		return c.ctx.Err()
	}
	<-c.answered
	return nil
}

package pcsc

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// How long Begin waits for another program to let go of the reader. Programs
// such as scdaemon look at a card for a moment whenever one is inserted.
const (
	busyPatience = 2 * time.Second
	busyFirst    = 50 * time.Millisecond
	busyLongest  = 400 * time.Millisecond
)

// endPatience is how long End waits for a card to be reset.
const endPatience = 10 * time.Second

// A Reader is one reader, by name: a [pivcard.Exclusive]. It holds nothing
// between transactions. Safe for concurrent use; there is one transaction at a
// time, for which the callers see (a [pivcard.Client] does).
type Reader struct {
	name string
	dial func(reader string) (connection, error)

	mu      sync.Mutex
	conn    connection // of the transaction that lasts
	calling bool       // a call is in flight
	left    bool       // and nobody waits for it any more
}

// A connection holds a reader alone, in a transaction. Its calls block.
type connection interface {
	// transmit carries one command and its answer.
	transmit(apdu []byte) ([]byte, error)
	// close resets the card and lets go of it, whatever it returns.
	close() error
}

// NewReader is the reader of that name, which need not be there yet.
func NewReader(name string) *Reader { return &Reader{name: name, dial: dial} }

// Begin connects to the card, alone, and begins a transaction. If others are
// connected it waits for two seconds, then the error is ErrBusy and names them.
// ErrNoCard, ErrMute, ErrNoService, ErrDenied, ErrNoDriver and ErrStuck are as
// they say. After an error nothing is held.
func (r *Reader) Begin(ctx context.Context) error {
	patience := time.NewTimer(busyPatience)
	defer patience.Stop()
	for wait := busyFirst; ; wait = min(2*wait, busyLongest) {
		err := r.begin(ctx)
		if !passing(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-patience.C:
			return blame(err)
		case <-time.After(wait):
		}
	}
}

// passing reports whether a failure to connect is likely to pass: somebody
// else is connected, or has reset the card between our two calls.
func passing(err error) bool {
	var e *Error
	return errors.As(err, &e) && (e.Code == codeSharing || e.Code == codeReset)
}

// blame adds to a sharing violation who it may be.
func blame(err error) error {
	var e *Error
	if !errors.As(err, &e) || e.Code != codeSharing {
		return err
	}
	named := *e
	named.Holders = Holders()
	return &named
}

func (r *Reader) begin(ctx context.Context) error {
	return r.call(ctx, func() error {
		r.mu.Lock()
		begun := r.conn != nil
		r.mu.Unlock()
		if begun {
			return fmt.Errorf("reader %q: a transaction is on already", r.name)
		}
		c, err := r.dial(r.name)
		if err != nil {
			return err
		}
		r.mu.Lock()
		r.conn = c
		r.mu.Unlock()
		return nil
	})
}

// Transmit carries one command APDU and its answer, which is not looked at.
// If ctx ends first, its error is returned at once, the transaction is over,
// and the card is let go when it answers. ErrGone means that the card is no
// longer there: whether it did what it was told is unknown.
func (r *Reader) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	command := append([]byte(nil), apdu...) // the caller clears apdu, perhaps while the call still lasts
	var answer []byte
	err := r.call(ctx, func() (err error) {
		defer clear(command) // it may hold a PIN
		r.mu.Lock()
		c := r.conn
		r.mu.Unlock()
		if c == nil {
			return fmt.Errorf("reader %q: no transaction is on", r.name)
		}
		answer, err = c.transmit(command)
		return err
	})
	if err != nil {
		return nil, err // and answer may still be written to
	}
	return answer, nil
}

// End resets the card and lets go of it. Without a transaction, or after a
// Transmit that was given up, there is nothing to do. ErrStuck: the card does
// not let itself be reset; that goes on meanwhile.
func (r *Reader) End() error {
	r.mu.Lock()
	c, calling := r.conn, r.calling
	if !calling {
		r.conn = nil
	}
	r.mu.Unlock()
	if c == nil || calling {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), endPatience)
	defer cancel()
	err := r.call(ctx, c.close)
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("reader %q: %w", r.name, ErrStuck)
	}
	return err
}

// call runs f, which cannot be cancelled, and waits for it until ctx ends. If
// it ends first, f goes on, and what it holds is let go at its end.
func (r *Reader) call(ctx context.Context, f func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	r.mu.Lock()
	if r.calling {
		r.mu.Unlock()
		return fmt.Errorf("reader %q: %w", r.name, ErrStuck)
	}
	r.calling = true
	r.mu.Unlock()

	done := make(chan error, 1)
	go func() {
		err := f()
		if r.finish(done, err) {
			return
		}
		r.letGo()
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return r.leave(ctx, done)
	}
}

// finish hands over the result of a call, and reports whether somebody still
// wants it.
func (r *Reader) finish(done chan<- error, err error) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.left {
		return false
	}
	r.calling = false
	done <- err
	return true
}

// leave gives a call up, unless it has just ended.
func (r *Reader) leave(ctx context.Context, done <-chan error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.calling {
		return <-done
	}
	r.left = true
	return ctx.Err()
}

// letGo ends the transaction of a call that was given up. Its error has no
// reader: the next Begin finds out what is wrong.
func (r *Reader) letGo() {
	r.mu.Lock()
	c := r.conn
	r.conn = nil
	r.mu.Unlock()
	if c != nil {
		_ = c.close()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calling, r.left = false, false
}

package pcsc

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rootmoot/rootmoot/internal/lane"
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
	lane *lane.Lane
	conn connection // of the transaction that lasts; for the lane's jobs only
}

// A connection holds a reader alone, in a transaction. Its calls block.
type connection interface {
	// transmit carries one command and its answer.
	transmit(apdu []byte) ([]byte, error)
	// close resets the card and lets go of it, whatever it returns.
	close() error
}

// NewReader is the reader of that name, which need not be there yet.
func NewReader(name string) *Reader {
	r := &Reader{name: name, dial: dial}
	r.lane = lane.New(fmt.Errorf("reader %q: %w", name, ErrStuck), func() {
		_ = r.letGo() // the next Begin finds out what is wrong
	})
	return r
}

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
	named.Holders = readerHolders()
	return &named
}

func (r *Reader) begin(ctx context.Context) error {
	return r.call(ctx, func() (err error) {
		if r.conn != nil {
			return fmt.Errorf("reader %q: a transaction is on already", r.name)
		}
		r.conn, err = r.dial(r.name)
		return err
	})
}

// Transmit carries one command APDU and its answer, which is not looked at.
// If ctx ends first, its error is returned at once, the transaction is over,
// and the card is let go when it answers. ErrGone means that the card is no
// longer there: whether it did what it was told is unknown.
func (r *Reader) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	return lane.Run(ctx, r.lane, func(c *lane.Caller) ([]byte, error) {
		var command []byte // for the caller clears apdu, perhaps while the call still lasts
		if err := c.Call(func() { command = bytes.Clone(apdu) }); err != nil {
			return nil, err
		}
		defer clear(command) // it may hold a PIN
		if r.conn == nil {
			return nil, fmt.Errorf("reader %q: no transaction is on", r.name)
		}
		return r.conn.transmit(command)
	})
}

// End resets the card and lets go of it. Without a transaction, or after a
// Transmit that was given up, there is nothing to do. ErrStuck: the card does
// not let itself be reset; that goes on meanwhile.
func (r *Reader) End() error {
	ctx, cancel := context.WithTimeout(context.Background(), endPatience)
	defer cancel()
	err := r.call(ctx, r.letGo)
	switch {
	case errors.Is(err, ErrStuck):
		return nil // what was given up lets go itself
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("reader %q: %w", r.name, ErrStuck)
	}
	return err
}

// letGo ends the transaction, if one is on.
func (r *Reader) letGo() error {
	c := r.conn
	r.conn = nil
	if c == nil {
		return nil
	}
	return c.close()
}

// call is [lane.Run] for what returns nothing.
func (r *Reader) call(ctx context.Context, f func() error) error {
	_, err := lane.Run(ctx, r.lane, func(*lane.Caller) (struct{}, error) { return struct{}{}, f() })
	return err
}

package pivcard

import (
	"bytes"
	"context"
	"fmt"
)

// A Transport carries one APDU to a card and its answer back. An error means
// that there is no answer; if the card is gone, it wraps [ErrRemoved]. Neither
// is kept: the client clears both, for they may hold a secret.
//
// A Transport that is shared with other programs also has
//
//	Begin(ctx context.Context) error
//	End() error
//
// ([Exclusive]), which a transaction calls around its commands.
type Transport interface {
	Transmit(ctx context.Context, apdu []byte) ([]byte, error)
}

// Exclusive is a [Transport] that can keep other programs from the card while
// a transaction lasts (SCardBeginTransaction, SCardEndTransaction).
type Exclusive interface {
	Transport
	Begin(ctx context.Context) error
	End() error
}

// A Client speaks PIV over a transport. Safe for concurrent use: one
// transaction at a time.
type Client struct {
	transport Transport
	turn      chan struct{} // holds one while a transaction lasts
}

// NewClient is a client over t.
func NewClient(t Transport) *Client {
	return &Client{transport: t, turn: make(chan struct{}, 1)}
}

// A Tx is one transaction: a span in which nobody else speaks to the card, so
// that what is read and what is done belong to the same card. It begins with
// PIV selected. A Tx is not to be used after its function returned.
type Tx struct{ transport Transport }

// Transaction runs f in one transaction, after those of others. The error is
// f's own, or says why the transaction could not begin or end; ctx's if it ends
// while others have their turn.
func (c *Client) Transaction(ctx context.Context, f func(*Tx) error) (err error) {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if x, ok := c.transport.(Exclusive); ok {
		if err := x.Begin(ctx); err != nil {
			return fmt.Errorf("begin transaction: %w", err)
		}
		defer func() {
			if e := x.End(); e != nil && err == nil {
				err = fmt.Errorf("end transaction: %w", e)
			}
		}()
	}
	tx := &Tx{transport: c.transport}
	if err := tx.selectPIV(ctx); err != nil {
		return err
	}
	return f(tx)
}

func (t *Tx) selectPIV(ctx context.Context) error {
	b, err := t.send(ctx, command{ins: insSelect, p1: 0x04, data: aidPIV[:aidPIVShort]})
	if err != nil {
		return fmt.Errorf("select piv: %w", err)
	}
	if _, err := readOne(b, 0x61); err != nil {
		return badAnswer("select piv", err)
	}
	return nil
}

// send sends one command, chained as needed, and collects its whole answer, at
// most maxData bytes. A status other than success is a [*StatusError].
func (t *Tx) send(ctx context.Context, c command) ([]byte, error) {
	if len(c.data) > maxData {
		return nil, fmt.Errorf("%w: %d bytes, a card takes %d", ErrTooLong, len(c.data), maxData)
	}
	rest := c.data
	for len(rest) > maxChunk {
		b, sw, err := t.link(ctx, claChain, c, rest[:maxChunk])
		if err != nil {
			return nil, err
		}
		if sw != swOK {
			return nil, &StatusError{Status: uint16(sw)}
		}
		if len(b) > 0 {
			return nil, badAnswer("command chain", fmt.Errorf("%d bytes of answer before the command is complete", len(b)))
		}
		rest = rest[maxChunk:]
	}
	b, sw, err := t.link(ctx, claPlain, c, rest)
	return t.collect(ctx, b, sw, err)
}

// link sends one link of a command, and clears it: it may hold a PIN.
func (t *Tx) link(ctx context.Context, cla byte, c command, chunk []byte) ([]byte, status, error) {
	apdu := appendCommand(nil, cla, c, chunk)
	defer clear(apdu)
	return t.exchange(ctx, apdu)
}

// collect fetches the rest of an answer while the card says that there is
// more. An announced piece must not be empty, or this might never end. What is
// returned is the only copy: an answer may hold a management key.
func (t *Tx) collect(ctx context.Context, b []byte, sw status, err error) ([]byte, error) {
	var pieces [][]byte
	defer func() {
		for _, piece := range pieces {
			clear(piece)
		}
	}()
	for size := 0; ; {
		if err != nil {
			return nil, err
		}
		pieces, size = append(pieces, b), size+len(b)
		switch {
		case size > maxData:
			return nil, badAnswer("answer", fmt.Errorf("more than %d bytes", maxData))
		case sw == swOK:
			return bytes.Join(pieces, nil), nil
		case sw&0xFF00 != swMore:
			return nil, &StatusError{Status: uint16(sw)}
		case len(b) == 0:
			return nil, badAnswer("answer", fmt.Errorf("%04X announces more after an empty piece", uint16(sw)))
		}
		b, sw, err = t.exchange(ctx, []byte{claPlain, insGetResponse, 0, 0, 0})
	}
}

func (t *Tx) exchange(ctx context.Context, apdu []byte) ([]byte, status, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	b, err := t.transport.Transmit(ctx, apdu)
	switch {
	case err != nil:
		return nil, 0, err
	case len(b) < 2:
		return nil, 0, badAnswer("answer", fmt.Errorf("%d bytes, a status word alone has 2", len(b)))
	case len(b) > maxAnswer+2:
		return nil, 0, badAnswer("answer", fmt.Errorf("%d bytes, a short answer has at most %d", len(b), maxAnswer+2))
	}
	n := len(b) - 2
	return b[:n], status(b[n])<<8 | status(b[n+1]), nil
}

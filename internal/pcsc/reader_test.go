package pcsc

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/pivcard"
)

// A fakeLink answers when it is told to.
type fakeLink struct {
	got    chan []byte // each command as it was when the answer was given
	answer chan []byte
	closed chan struct{}
	once   sync.Once
}

func newFakeLink() *fakeLink {
	return &fakeLink{got: make(chan []byte, 8), answer: make(chan []byte), closed: make(chan struct{})}
}

func (f *fakeLink) transmit(apdu []byte) ([]byte, error) {
	answer := <-f.answer
	f.got <- slices.Clone(apdu)
	return answer, nil
}

func (f *fakeLink) close() error {
	f.once.Do(func() { close(f.closed) })
	return nil
}

func fakeReader(links ...connection) *Reader {
	r := NewReader("fake")
	r.dial = func(string) (connection, error) {
		if len(links) == 0 {
			return nil, failed("SCardConnect", "fake", codeSharing)
		}
		l := links[0]
		links = links[1:]
		return l, nil
	}
	return r
}

var _ pivcard.Exclusive = (*Reader)(nil)

// A command that was given up goes on with its own copy, for its caller clears
// it, and the card is let go at its end.
func TestGivenUp(t *testing.T) {
	first, second := newFakeLink(), newFakeLink()
	r := fakeReader(first, second)
	if err := r.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	apdu := []byte("secret")
	if _, err := r.Transmit(ctx, apdu); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("given up: %v", err)
	}
	clear(apdu)
	if err := r.End(); err != nil {
		t.Errorf("end: %v", err)
	}
	for _, f := range []func() error{
		func() error { return r.Begin(t.Context()) },
		func() error { _, err := r.Transmit(t.Context(), apdu); return err },
	} {
		if err := f(); !errors.Is(err, ErrStuck) {
			t.Errorf("meanwhile: %v", err)
		}
	}
	select {
	case <-first.closed:
		t.Error("let go of a card that is still being spoken to")
	default:
	}
	first.answer <- []byte("late")
	if got := <-first.got; string(got) != "secret" {
		t.Errorf("the card was sent %q", got)
	}
	<-first.closed
	var err error
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if err = r.Begin(t.Context()); !errors.Is(err, ErrStuck) || time.Now().After(end) {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	go func() { second.answer <- []byte("new") }()
	if b, err := r.Transmit(t.Context(), []byte("hello")); string(b) != "new" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
}

// A connection that comes after Begin was given up is not kept.
func TestBeginGivenUp(t *testing.T) {
	l := newFakeLink()
	r := NewReader("fake")
	dialled, proceed := make(chan struct{}), make(chan struct{})
	r.dial = func(string) (connection, error) {
		close(dialled)
		<-proceed
		return l, nil
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-dialled; cancel() }()
	if err := r.Begin(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	close(proceed)
	<-l.closed
}

func TestOrderOfCalls(t *testing.T) {
	r := fakeReader(newFakeLink())
	if err := r.End(); err != nil {
		t.Errorf("end of nothing: %v", err)
	}
	if _, err := r.Transmit(t.Context(), []byte("x")); err == nil || err.Error() != `reader "fake": no transaction is on` {
		t.Errorf("transmit without begin: %v", err)
	}
	if err := r.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.Begin(t.Context()); err == nil || err.Error() != `reader "fake": a transaction is on already` {
		t.Errorf("begin twice: %v", err)
	}
}

// Somebody who resets the card just now, or holds it for a moment, passes.
func TestPassing(t *testing.T) {
	var codes []Code
	r := NewReader("fake")
	r.dial = func(string) (connection, error) {
		if len(codes) == 0 {
			return newFakeLink(), nil
		}
		err := failed("SCardBeginTransaction", "fake", codes[0])
		codes = codes[1:]
		return nil, err
	}
	codes = []Code{codeReset, codeSharing}
	if err := r.Begin(t.Context()); err != nil {
		t.Errorf("passing: %v", err)
	}
	if err := r.End(); err != nil {
		t.Error(err)
	}
	codes = []Code{codeReset, codeUnresponsive, codeOK}
	if err := r.Begin(t.Context()); !errors.Is(err, ErrMute) || len(codes) != 1 {
		t.Errorf("not passing: %v", err)
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		err  error
		is   error
		text string
	}{
		{failed("SCardTransmit", "r", codeDataLost), pivcard.ErrRemoved, `reader "r": contact with the card was lost: insert it again (SCardTransmit: 8010002F)`},
		{failed("SCardEstablishContext", "", codeDenied), ErrDenied, "smart card service refuses this user: log in at the machine itself, or allow org.debian.pcsc-lite in polkit (SCardEstablishContext: 8010006A)"},
		{
			&Error{Call: "SCardConnect", Reader: "r", Code: codeSharing, Holders: []string{"scdaemon (pid 1)", "ykman (pid 2)"}}, ErrBusy,
			`reader "r": another program holds the reader: end it and try again (SCardConnect: 8010000B); it may be scdaemon (pid 1), ykman (pid 2)`,
		},
		{failed("SCardConnect", "r", 0x80100001), nil, `reader "r": (SCardConnect: 80100001)`},
	}
	for _, tt := range tests {
		if tt.err.Error() != tt.text || tt.is != nil && !errors.Is(tt.err, tt.is) {
			t.Errorf("got  %v\nwant %s", tt.err, tt.text)
		}
	}
	if failed("SCardConnect", "r", codeOK) != nil {
		t.Error("success is an error")
	}
}

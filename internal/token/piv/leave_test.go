//go:build cgo

package piv_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/sigstore/sigstore/pkg/signature/options"

	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
)

// atSign calls f at each command that signs, before it passes it on.
func atSign(f func(ctx context.Context)) evil.Lie {
	return func(ctx context.Context, honest pivcard.Transport, apdu []byte) ([]byte, error) {
		if signs(apdu) {
			f(ctx)
		}
		return honest.Transmit(ctx, apdu)
	}
}

// eventually calls f until it says no error.
func eventually(t *testing.T, f func() error) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(time.Minute); ; <-tick.C {
		err := f()
		if err == nil {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("still, after a minute: %v", err)
		}
	}
}

// A card that hangs: whoever waits for it can leave, at once. The token is
// stuck until the card is taken out, and nothing worse.
func TestHungCard(t *testing.T) {
	stack := pcsctest.Get(t)
	card := recipe{}.make(t)
	w := wanted(t, card)
	ctx, leave := context.WithCancel(t.Context())
	s := insert(t, stack, lying(card, atSign(func(inserted context.Context) {
		leave()
		<-inserted.Done()
	})))
	if _, err := s.sign(ctx, w, testPIN); !errors.Is(err, context.Canceled) {
		t.Fatalf("%v, want context.Canceled", err)
	}
	if _, err := s.Inspect(t.Context()); !errors.Is(err, token.ErrStuck) {
		t.Errorf("inspect meanwhile: %v, want ErrStuck", err)
	}
	s.remove()
	stack.Insert(t, 0, card)
	eventually(t, func() error {
		_, err := s.Inspect(t.Context())
		return err
	})
	if _, err := s.sign(t.Context(), w, testPIN); err != nil {
		t.Errorf("put in again: %v", err)
	}
	isWell(t, s)
}

// An endless answer, of pieces with and without bytes: piv-go fetches it for as
// long as it lasts; one can leave.
func TestEndlessAnswer(t *testing.T) {
	stack := pcsctest.Get(t)
	for name, piece := range map[string][]byte{"of bytes": {0xAA, 0x61, 0x00}, "of nothing": {0x61, 0x10}} {
		t.Run(name, func(t *testing.T) {
			card := recipe{}.make(t)
			w := wanted(t, card)
			ctx, leave := context.WithCancel(t.Context())
			pieces := 0
			s := insert(t, stack, lying(card, func(ctx context.Context, honest pivcard.Transport, apdu []byte) ([]byte, error) {
				if signs(apdu) || pieces > 0 {
					if pieces++; pieces == 20 {
						leave()
					}
					return piece, nil
				}
				return honest.Transmit(ctx, apdu)
			}))
			if _, err := s.sign(ctx, w, testPIN); !errors.Is(err, context.Canceled) {
				t.Fatalf("%v, want context.Canceled", err)
			}
			s.remove()
			stack.Insert(t, 0, card)
			eventually(t, func() error {
				_, err := s.Inspect(t.Context())
				return err
			})
			isWell(t, s)
		})
	}
}

// A slow card is waited for, and others wait their turn.
func TestSlowCard(t *testing.T) {
	stack := pcsctest.Get(t)
	card := recipe{}.make(t)
	w := wanted(t, card)
	asked, answer := make(chan struct{}), make(chan struct{})
	s := insert(t, stack, lying(card, atSign(func(inserted context.Context) {
		close(asked)
		select {
		case <-answer:
		case <-inserted.Done():
		}
	})))
	signed := make(chan error, 1)
	go func() {
		_, err := s.sign(t.Context(), w, testPIN)
		signed <- err
	}()
	<-asked
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.Inspect(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("inspect meanwhile: %v, want to wait", err)
	}
	close(answer)
	if err := <-signed; err != nil {
		t.Error(err)
	}
	isWell(t, s)
}

// Who leaves while a touch is asked for is not signed for.
func TestLeaveBeforeTouch(t *testing.T) {
	stack := pcsctest.Get(t)
	card := recipe{}.make(t)
	s := insert(t, stack, lying(card, atSign(func(context.Context) { t.Error("the token was asked to sign") })))
	ctx, leave := context.WithCancel(t.Context())
	session, err := s.Open(ctx, wanted(t, card), secret(testPIN), func(token.TouchRequest) { leave() })
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	if _, err := session.SignMessage(strings.NewReader("m")); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
	eventually(t, func() error {
		_, err := s.Inspect(t.Context())
		return err
	})
	isWell(t, s)
}

// A session can be closed, and its PIN wiped, while the token still works on
// what was given up (the race detector looks).
func TestCloseWhileStuck(t *testing.T) {
	stack := pcsctest.Get(t)
	card := recipe{}.make(t)
	w := wanted(t, card)
	ctx, leave := context.WithCancel(t.Context())
	s := insert(t, stack, lying(card, func(inserted context.Context, honest pivcard.Transport, apdu []byte) ([]byte, error) {
		if apdu[1] == 0xF7 && ctx.Err() == nil { // before the PIN is presented
			leave()
		}
		return honest.Transmit(inserted, apdu)
	}))
	session, err := s.Open(t.Context(), w, secret(testPIN), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := session.SignMessage(strings.NewReader("m"), options.WithContext(ctx)); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
	if err := session.Close(); err != nil {
		t.Error(err)
	}
	eventually(t, func() error {
		_, err := s.Inspect(t.Context())
		return err
	})
}

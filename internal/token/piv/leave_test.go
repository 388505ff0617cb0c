//go:build cgo

package piv_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
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
	answersAgain(t, s)
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
			answersAgain(t, s)
			isWell(t, s)
		})
	}
}

// Whoever leaves, at whichever command, gets nothing, and nothing that still
// runs writes to what they have (the race detector looks). The token is well
// again by itself.
func TestLeaveAtEveryCommand(t *testing.T) {
	stack := pcsctest.Get(t)
	spec := token.KeySpec{Algorithm: "ecdsa-p256", PINPolicy: "once", TouchPolicy: "never"}
	for _, c := range []struct {
		name string
		do   func(context.Context, *seat, token.Want) (result []byte, err error)
	}{
		{"sign", func(ctx context.Context, s *seat, w token.Want) ([]byte, error) { return s.sign(ctx, w, testPIN) }},
		{"attest", func(ctx context.Context, s *seat, _ token.Want) ([]byte, error) {
			a, err := s.Attest(ctx)
			return a.Leaf, err
		}},
		{"generate", func(ctx context.Context, s *seat, w token.Want) ([]byte, error) {
			return s.Provisioner(w.Serial).Generate(ctx, token.Access{}, spec)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			card := recipe{pin: "once", policy: "never"}.make(t)
			var command, last atomic.Int64
			var leave atomic.Pointer[context.CancelFunc]
			s := insert(t, stack, lying(card, func(ctx context.Context, honest pivcard.Transport, apdu []byte) ([]byte, error) {
				if command.Add(1) == last.Load() {
					(*leave.Load())()
				}
				return honest.Transmit(ctx, apdu)
			}))
			for n := int64(1); ; n++ {
				_, w := s.inspect(t)
				ctx, cancel := context.WithCancel(t.Context())
				leave.Store(&cancel)
				command.Store(0)
				last.Store(n)
				result, err := c.do(ctx, s, w)
				whole := err == nil && command.Load() < n
				last.Store(0)
				cancel()
				if (err == nil) != (result != nil) {
					t.Errorf("command %d: %d bytes and %v", n, len(result), err)
				}
				answersAgain(t, s)
				if whole {
					t.Logf("%d commands", n-1)
					break
				}
				if err != nil && !errors.Is(err, context.Canceled) {
					t.Fatalf("command %d: %v, want context.Canceled", n, err)
				}
			}
			s.remove()
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
	answersAgain(t, s)
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
	answersAgain(t, s)
}

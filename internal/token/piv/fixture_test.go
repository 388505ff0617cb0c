//go:build cgo

package piv_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/piv"
	"github.com/rootmoot/rootmoot/internal/token/tokentest/cards"
)

// What goes through here is what goes through with a real token: piv-go or our
// client, libpcsclite, pcscd, the driver, and then the card.
func TestMain(m *testing.M) { pcsctest.Main(m) }

const (
	testPIN = "845127"
	testPUK = "73519428"
	serial  = 11409403
)

var (
	v574 = pivcard.Version{Major: 5, Minor: 7, Patch: 4}
	v527 = pivcard.Version{Major: 5, Minor: 2, Patch: 7}
	v437 = pivcard.Version{Major: 4, Minor: 3, Patch: 7}
)

// A recipe is a card to be made. The zero recipe is of firmware 5.7.4, with a
// P-256 key that wants PIN and touch, and with a finger on it.
type recipe struct {
	serial    uint32
	firmware  pivcard.Version
	algorithm pivcard.Algorithm
	touch     pivcard.Touch
	clock     pivcard.Clock
	policy    string // of the touch; "always" if empty
	pin       string // when it is presented; "always" if empty
	blank     bool   // as it left the factory
	strict    bool   // about trivial PINs
}

func (r recipe) make(t *testing.T) *pivcard.Card {
	t.Helper()
	if r.serial == 0 {
		r.serial = serial
	}
	if r.firmware == (pivcard.Version{}) {
		r.firmware = v574
	}
	if r.algorithm == 0 {
		r.algorithm = pivcard.P256
	}
	card, err := pivcard.New(pivcard.Model{Serial: r.serial, Firmware: r.firmware, FormFactor: 1, PINComplexity: r.strict},
		pivcard.Config{Rand: rand.Reader, Touch: r.touch, Clock: r.clock})
	if err != nil {
		t.Fatal(err)
	}
	if !r.blank {
		cards.Provision(t, cards.Of(card), cards.Ready{
			PIN: testPIN, PUK: testPUK,
			Key: token.KeySpec{Algorithm: r.algorithm.String(), PINPolicy: r.pin, TouchPolicy: r.policy},
		})
	}
	card.Power()
	return card
}

func secret(s string) token.Secret { return token.NewSecret([]byte(s)) }

// A fastClock makes a card that waits for a touch give up after a moment.
type fastClock struct{ pivcard.SystemClock }

func (c fastClock) After(d time.Duration) <-chan time.Time { return c.SystemClock.After(d / 200) }

// A seat is a card in a reader, with the token that a program sees.
type seat struct {
	*piv.Token
	stack  *pcsctest.Stack
	slot   int
	reader string
	remove func()
}

// insert puts a card into slot 0 and lists it.
func insert(t *testing.T, stack *pcsctest.Stack, card pcsctest.Card) *seat {
	t.Helper()
	return insertAt(t, stack, 0, card)
}

func insertAt(t *testing.T, stack *pcsctest.Stack, slot int, card pcsctest.Card) *seat {
	t.Helper()
	s := &seat{stack: stack, slot: slot}
	s.reader, s.remove = stack.Insert(t, slot, card)
	for _, tok := range list(t) {
		t.Cleanup(func() { tok.Close() })
		if p := tok.(*piv.Token); p.Reader() == s.reader {
			s.Token = p
		}
	}
	if s.Token == nil {
		t.Fatalf("the card in %q is not listed", s.reader)
	}
	return s
}

// list lists what is there, and knows nothing of what was.
func list(t *testing.T) []token.Token {
	t.Helper()
	all, err := piv.NewLister().List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// inspect reads the token, and what is wanted of it.
func (s *seat) inspect(t *testing.T) (token.Info, token.Want) {
	t.Helper()
	info, err := s.Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return info, token.Want{Serial: info.Serial, SPKI: info.SPKI}
}

// wanted is what is wanted of a card that is in no reader.
func wanted(t *testing.T, card *pivcard.Card) token.Want {
	t.Helper()
	info, err := cards.Of(card).Inspect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return token.Want{Serial: info.Serial, SPKI: info.SPKI}
}

// sign opens the token and signs once.
func (s *seat) sign(ctx context.Context, w token.Want, pin string) ([]byte, error) {
	session, err := s.Open(ctx, w, secret(pin), nil)
	if err != nil {
		return nil, err
	}
	defer session.Close()
	sig, err := session.SignMessage(strings.NewReader("message"))
	if err != nil && sig != nil {
		return sig, fmt.Errorf("a signature came with the error %w", err)
	}
	return sig, err
}

// answersAgain waits until the token has done with what was given up.
func answersAgain(t *testing.T, s *seat) {
	t.Helper()
	pcsctest.Eventually(t, "answer", func() error {
		_, err := s.Inspect(t.Context())
		return err
	})
}

// isWell is what must hold after every failure: nobody holds the reader, so
// that another Token can be had at once, and it can be inspected.
func isWell(t *testing.T, s *seat) token.Info {
	t.Helper()
	for _, tok := range list(t) {
		info, err := tok.Inspect(t.Context())
		if err != nil {
			t.Fatalf("inspect afterwards: %v", err)
		}
		if info.Reader == s.reader {
			return info
		}
	}
	t.Fatalf("the card in %q is not listed afterwards", s.reader)
	return token.Info{}
}

// lying is a card that lies.
func lying(card *pivcard.Card, lie evil.Lie) pcsctest.Card { return &evil.Card{Card: card, Lie: lie} }

// A hand lies on the card until it leaves.
type hand struct{ left atomic.Bool }

func (h *hand) leave() { h.left.Store(true) }

func (h *hand) Wait(ctx context.Context, c pivcard.Clock, d time.Duration) bool {
	if h.left.Load() {
		return pivcard.NoTouch{}.Wait(ctx, c, d)
	}
	return true
}

//go:build cgo

package piv_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	pivgo "github.com/go-piv/piv-go/v2/piv"

	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
)

// Row 2: the suite has the driver's part; here, that a token which blinked in
// vain signs at the next try, and that a touch is asked for only if it is
// wanted.
func TestNoTouchThenTouch(t *testing.T) {
	stack := pcsctest.Get(t)
	finger := &hand{}
	card := recipe{touch: finger, clock: fastClock{}}.make(t)
	w := wanted(t, card)
	s := insert(t, stack, card)
	finger.left.Store(true)
	if _, err := s.sign(t.Context(), w, testPIN); !errors.Is(err, token.ErrNoTouch) {
		t.Errorf("%v, want ErrNoTouch", err)
	}
	if info := isWell(t, s); info.PINLeft != 3 {
		t.Errorf("%d tries left, want 3", info.PINLeft)
	}
	finger.left.Store(false)
	if _, err := s.sign(t.Context(), w, testPIN); err != nil {
		t.Error(err)
	}
}

func TestTouchIsAskedForIfWanted(t *testing.T) {
	stack := pcsctest.Get(t)
	for _, c := range []struct {
		policy string
		want   int
	}{{"always", 1}, {"cached", 1}, {"never", 0}} {
		t.Run(c.policy, func(t *testing.T) {
			card := recipe{policy: c.policy}.make(t)
			s := insert(t, stack, card)
			asked := 0
			session, err := s.Open(t.Context(), wanted(t, card), secret(testPIN), func(r token.TouchRequest) {
				if asked++; r.Serial != "11409403" || r.Timeout != pivcard.TouchTimeout {
					t.Errorf("asked for %+v", r)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			if _, err := session.SignMessage(strings.NewReader("m")); err != nil {
				t.Fatal(err)
			}
			if asked != c.want {
				t.Errorf("asked %d times, want %d", asked, c.want)
			}
		})
	}
}

// Rows 3, 4 and 5: wrong PIN to the last, unblocked with the PUK, and in the
// end the PUK blocked too.
func TestBlocked(t *testing.T) {
	stack := pcsctest.Get(t)
	card := recipe{}.make(t)
	w := wanted(t, card)
	s := insert(t, stack, card)
	p := s.Provisioner(w.Serial)
	ctx := t.Context()
	block := func(pin string) {
		t.Helper()
		for _, want := range []string{"wrong pin: 2 tries left", "wrong pin: one try left", "pin is blocked"} {
			if _, err := s.sign(ctx, w, pin); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v, want %q", err, want)
			}
		}
	}
	block("918273")
	if _, err := s.sign(ctx, w, testPIN); !errors.Is(err, token.ErrBlocked) {
		t.Errorf("right pin, but blocked: %v", err)
	}
	if info := isWell(t, s); info.PINLeft != 0 || info.PUKLeft != 3 {
		t.Errorf("%d and %d tries left, want 0 and 3", info.PINLeft, info.PUKLeft)
	}
	if err := p.Unblock(ctx, secret(testPUK), secret("604182")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.sign(ctx, w, "604182"); err != nil {
		t.Errorf("unblocked: %v", err)
	}
	block("918273")
	for _, want := range []string{"wrong puk: 2 tries left", "wrong puk: one try left", "puk is blocked"} {
		if err := p.Unblock(ctx, secret("91827364"), secret("604182")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if err := p.Unblock(ctx, secret(testPUK), secret("604182")); !errors.Is(err, token.ErrPUKBlocked) {
		t.Errorf("right puk, but blocked: %v", err)
	}
	if info := isWell(t, s); info.PINLeft != 0 || info.PUKLeft != 0 {
		t.Errorf("%d and %d tries left, want none", info.PINLeft, info.PUKLeft)
	}
	if err := p.Reset(ctx); err != nil {
		t.Errorf("what is left: %v", err)
	}
}

// A PIN is forgotten by the card before anybody else can speak to it, also
// when it serves a whole session, and when the card cannot select another
// applet to forget it by.
func TestPINIsForgotten(t *testing.T) {
	stack := pcsctest.Get(t)
	noOther := func(ctx context.Context, honest pivcard.Transport, apdu []byte) ([]byte, error) {
		if apdu[1] == 0xA4 && len(apdu) > 9 && apdu[9] != 0x08 {
			return []byte{0x6A, 0x82}, nil
		}
		return honest.Transmit(ctx, apdu)
	}
	for name, lie := range map[string]evil.Lie{"by another applet": evil.Honest, "by a reset": noOther} {
		t.Run(name, func(t *testing.T) {
			card := recipe{pin: "once", policy: "never"}.make(t)
			w := wanted(t, card)
			s := insert(t, stack, lying(card, lie))
			if _, err := s.sign(t.Context(), w, testPIN); err != nil {
				t.Fatal(err)
			}
			withPivgo(t, s, func(yk *pivgo.YubiKey) error {
				if _, err := yk.Retries(); err != nil { // what it says when the PIN is verified
					t.Errorf("the pin is still verified: %v", err)
				}
				return nil
			})
		})
	}
}

// A PIN that no card has costs no try.
func TestImpossiblePIN(t *testing.T) {
	stack := pcsctest.Get(t)
	card := recipe{}.make(t)
	w := wanted(t, card)
	s := insert(t, stack, card)
	for _, pin := range []string{"", "12345", "123456789"} {
		if _, err := s.sign(t.Context(), w, pin); err == nil || strings.Contains(err.Error(), "1234") {
			t.Errorf("pin of %d characters: %v", len(pin), err)
		}
	}
	if info := isWell(t, s); info.PINLeft != 3 {
		t.Errorf("%d tries left, want 3", info.PINLeft)
	}
}

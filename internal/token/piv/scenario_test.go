//go:build cgo

package piv_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	pivgo "github.com/go-piv/piv-go/v2/piv"

	"github.com/rootmoot/rootmoot/internal/pcsc"
	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/piv"
)

// Row 1: pulled while it signs. When it is back, the same Token signs.
func TestPulledDuringSign(t *testing.T) {
	stack := pcsctest.Get(t)
	card := recipe{}.make(t)
	w := wanted(t, card)
	s := insert(t, stack, lying(card, evil.RemovedAtSign()))
	if _, err := s.sign(t.Context(), w, testPIN); !errors.Is(err, token.ErrRemoved) {
		t.Errorf("%v, want ErrRemoved", err)
	}
	if _, err := s.Inspect(t.Context()); !errors.Is(err, token.ErrRemoved) {
		t.Errorf("inspect without a card: %v, want ErrRemoved", err)
	}
	if all := list(t); len(all) != 0 {
		t.Errorf("%d tokens listed in empty readers", len(all))
	}
	stack.Insert(t, 0, card)
	if _, err := s.sign(t.Context(), w, testPIN); err != nil {
		t.Errorf("when it is back: %v", err)
	}
	isWell(t, s)
}

// Row 1, at every other command of a signature: nothing comes out, and the same
// Token signs when the card is back.
func TestPulledAtEveryCommand(t *testing.T) {
	stack := pcsctest.Get(t)
	card := recipe{}.make(t)
	w := wanted(t, card)
	kept := 0
	for n := 1; ; n++ {
		hand := &evil.Hand{}
		s := insert(t, stack, lying(card, hand.Lie))
		hand.Pull(n, n%2 == 0)
		_, err := s.sign(t.Context(), w, testPIN)
		if err == nil {
			// A signature that was made is kept, though the card is gone.
			if _, err := s.Inspect(t.Context()); !errors.Is(err, token.ErrRemoved) {
				t.Errorf("signed, and then: %v, want ErrRemoved", err)
			}
			t.Logf("%d commands", n-1)
			break
		}
		if !errors.Is(err, token.ErrRemoved) {
			t.Errorf("command %d: %v, want ErrRemoved", n, err)
		}
		s.remove()
		_, remove := stack.Insert(t, 0, card)
		if _, err := s.Inspect(t.Context()); errors.Is(err, token.ErrStuck) {
			kept++ // piv-go keeps the reader when its SELECT fails, TestEveryAnswerGarbled
			stack.StopService(t)
			stack.StartService(t)
			_, remove = stack.Insert(t, 0, card)
		}
		if _, err := s.sign(t.Context(), w, testPIN); err != nil {
			t.Errorf("command %d, when it is back: %v", n, err)
		}
		remove()
	}
	if kept > 1 {
		t.Errorf("reader kept %d times, want once at most", kept)
	}
}

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

// Rows 6 and 7: two cards in two readers that look alike, one of them as it
// left the factory; then they change places, and the Tokens tell.
func TestTwoCards(t *testing.T) {
	stack := pcsctest.Get(t)
	mine, blank := recipe{}.make(t), recipe{serial: 2, blank: true}.make(t)
	w := wanted(t, mine)
	_, takeMine := stack.Insert(t, 0, mine)
	_, takeBlank := stack.Insert(t, 1, blank)
	all := list(t)
	if len(all) != 2 {
		t.Fatalf("%d tokens, want 2", len(all))
	}
	serials := func() (out string) {
		for _, tok := range all {
			info, err := tok.Inspect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			out += info.Serial + " in " + info.Reader[len(info.Reader)-2:] + ", pin from the factory: " + string(info.DefaultPIN) + "\n"
		}
		return out
	}
	if got, want := serials(), "11409403 in 00, pin from the factory: no\n2 in 01, pin from the factory: yes\n"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	session, err := all[0].Open(t.Context(), w, secret(testPIN), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	if _, err := session.SignMessage(strings.NewReader("m")); err != nil {
		t.Fatal(err)
	}

	takeMine()
	takeBlank()
	stack.Insert(t, 0, blank)
	stack.Insert(t, 1, mine)
	if _, err := session.SignMessage(strings.NewReader("m")); !errors.Is(err, token.ErrOtherToken) {
		t.Errorf("sign after the exchange: %v, want ErrOtherToken", err)
	}
	if _, err := all[0].(token.Provisionable).Provisioner(w.Serial).Generate(t.Context(), token.Access{},
		token.KeySpec{Algorithm: "ecdsa-p256", PINPolicy: "always", TouchPolicy: "always"}); !errors.Is(err, token.ErrOtherToken) {
		t.Errorf("write after the exchange: %v, want ErrOtherToken", err)
	}
	if got, want := serials(), "2 in 00, pin from the factory: yes\n11409403 in 01, pin from the factory: no\n"; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// Row 8: an imported key says so, and is not attested.
func TestImportedKey(t *testing.T) {
	stack := pcsctest.Get(t)
	s := insert(t, stack, recipe{blank: true}.make(t))
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	withPivgo(t, s, func(yk *pivgo.YubiKey) error {
		return yk.SetPrivateKeyInsecure(pivgo.DefaultManagementKey, pivgo.SlotSignature, key,
			pivgo.Key{Algorithm: pivgo.AlgorithmEC256, PINPolicy: pivgo.PINPolicyAlways, TouchPolicy: pivgo.TouchPolicyNever})
	})
	if info := isWell(t, s); info.Origin != "imported" || info.DefaultPIN != token.Yes || info.DefaultPUK != token.Yes || info.DefaultManagement != token.Yes {
		t.Errorf("%+v", info)
	}
	if _, err := s.Attest(t.Context()); !errors.Is(err, token.ErrNoKey) {
		t.Errorf("attest: %v, want ErrNoKey", err)
	}
	isWell(t, s)
}

func TestEmptySlot(t *testing.T) {
	stack := pcsctest.Get(t)
	s := insert(t, stack, recipe{blank: true}.make(t))
	if _, err := s.Attest(t.Context()); !errors.Is(err, token.ErrNoKey) {
		t.Errorf("attest: %v, want ErrNoKey", err)
	}
	w := wanted(t, recipe{}.make(t))
	if _, err := s.sign(t.Context(), w, testPIN); !errors.Is(err, token.ErrNoKey) {
		t.Errorf("sign: %v, want ErrNoKey", err)
	}
	isWell(t, s)
}

// withPivgo is another program that uses piv-go.
func withPivgo(t *testing.T, s *seat, f func(*pivgo.YubiKey) error) {
	t.Helper()
	yk, err := pivgo.Open(s.reader)
	if err != nil {
		t.Fatal(err)
	}
	defer yk.Close()
	if err := f(yk); err != nil {
		t.Fatal(err)
	}
}

// Row 23: no pcscd, then there is one again.
func TestNoService(t *testing.T) {
	stack := pcsctest.Get(t)
	card := recipe{}.make(t)
	w := wanted(t, card)
	s := insert(t, stack, card)
	stack.StopService(t)
	if _, err := piv.NewLister().List(t.Context()); !errors.Is(err, token.ErrNoService) {
		t.Errorf("list: %v, want ErrNoService", err)
	}
	if _, err := s.Inspect(t.Context()); !errors.Is(err, token.ErrNoService) {
		t.Errorf("inspect: %v, want ErrNoService", err)
	}
	if _, err := s.sign(t.Context(), w, testPIN); !errors.Is(err, token.ErrNoService) {
		t.Errorf("sign: %v, want ErrNoService", err)
	}
	stack.StartService(t)
	stack.Insert(t, 0, card)
	if _, err := s.sign(t.Context(), w, testPIN); err != nil {
		t.Errorf("when it is back: %v", err)
	}
	isWell(t, s)
}

// Row 23: another connection holds the reader. The card is listed and says so.
func TestHeld(t *testing.T) {
	stack := pcsctest.Get(t)
	card := recipe{}.make(t)
	w := wanted(t, card)
	s := insert(t, stack, card)
	holder := pcsc.NewReader(s.reader)
	if err := holder.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := list(t)
	if len(all) != 1 {
		t.Fatalf("%d tokens listed, want the held one", len(all))
	}
	if _, err := all[0].Inspect(t.Context()); !errors.Is(err, token.ErrBusy) {
		t.Errorf("inspect: %v, want ErrBusy", err)
	}
	if _, err := s.Attest(t.Context()); !errors.Is(err, token.ErrBusy) {
		t.Errorf("attest: %v, want ErrBusy", err)
	}
	if err := holder.End(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.sign(t.Context(), w, testPIN); err != nil {
		t.Errorf("let go: %v", err)
	}
	isWell(t, s)
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

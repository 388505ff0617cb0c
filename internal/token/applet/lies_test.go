package applet_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/token/applet"
)

// swallow has a command answered with success and not carried out.
func swallow(ins byte) evil.Lie { return answer(ins, []byte{0x90, 0x00}) }

// answer has a command answered with this and not carried out.
func answer(ins byte, with []byte) evil.Lie {
	return func(ctx context.Context, card pivcard.Transport, apdu []byte) ([]byte, error) {
		if apdu[1] == ins {
			return bytes.Clone(with), nil
		}
		return card.Transmit(ctx, apdu)
	}
}

// A card that says it did what it did not do is caught by looking.
func TestClaimedAndNotDone(t *testing.T) {
	ctx := t.Context()
	const insVerify, insChange, insPut, insMove, insReset = 0x20, 0x24, 0xDB, 0xF6, 0xFB
	fresh := secret("kkkkkkkkkkkkkkkkkkkkkkkk")
	behind := token.Access{PIN: secret(token.FactoryPIN)}
	for _, c := range []struct {
		name string
		lie  evil.Lie
		do   func(token.Provisioner) error
		want error
	}{
		{"reset", swallow(insReset), func(p token.Provisioner) error { return p.Reset(ctx) }, token.ErrNotEmpty},
		{"pin that never blocks", swallow(insVerify), func(p token.Provisioner) error { return p.Reset(ctx) }, token.ErrBadAnswer},
		{"puk that never blocks", answer(insChange, []byte{0x63, 0xC2}), func(p token.Provisioner) error { return p.Reset(ctx) }, token.ErrBadAnswer},
		{"delete", swallow(insMove), func(p token.Provisioner) error { return p.Retire(ctx, token.Access{}) }, token.ErrNotEmpty},
		{"delete the certificate", swallow(insPut), func(p token.Provisioner) error { return p.Retire(ctx, token.Access{}) }, token.ErrBadAnswer},
		{"store the certificate", swallow(insPut), func(p token.Provisioner) error {
			return p.StoreCertificate(ctx, token.Access{}, []byte("another"))
		}, token.ErrBadAnswer},
		{"keep the management key", swallow(insPut), func(p token.Provisioner) error {
			return p.SetManagement(ctx, behind, fresh, true)
		}, token.ErrBadAnswer},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := blank(t, v574)
			r.directly(t, func(ctx context.Context, tx *pivcard.Tx) error {
				_, err := tx.Generate(ctx, applet.Slot, pivcard.KeySpec{Algorithm: pivcard.P256})
				return errors.Join(err, tx.PutCertificate(ctx, applet.Slot, []byte("certificate")))
			})
			r.lie = c.lie
			if err := c.do(r.Provisioner(serial)); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

// What a reset must not leave.
func TestNotEmpty(t *testing.T) {
	const insReset = 0xFB
	for _, c := range []struct {
		name  string
		leave func(ctx context.Context, tx *pivcard.Tx) error
	}{
		{"key in a retired slot", func(ctx context.Context, tx *pivcard.Tx) error {
			_, err := tx.Generate(ctx, 0x95, pivcard.KeySpec{Algorithm: pivcard.P256})
			return err
		}},
		{"certificate", func(ctx context.Context, tx *pivcard.Tx) error {
			return tx.PutCertificate(ctx, pivcard.SlotCardAuth, []byte("certificate"))
		}},
		{"object behind the pin", func(ctx context.Context, tx *pivcard.Tx) error {
			return tx.PutObject(ctx, pivcard.ObjectPrinted, []byte("printed"))
		}},
		{"pin", func(ctx context.Context, tx *pivcard.Tx) error {
			return tx.ChangePIN(ctx, []byte(token.FactoryPIN), []byte("845127"))
		}},
		{"puk", func(ctx context.Context, tx *pivcard.Tx) error {
			return tx.ChangePUK(ctx, []byte(token.FactoryPUK), []byte("73519428"))
		}},
		{"management key", func(ctx context.Context, tx *pivcard.Tx) error {
			return tx.SetManagementKey(ctx, pivcard.ManagementKey{Algorithm: pivcard.AES192, Value: make([]byte, 24)}, pivcard.TouchNever)
		}},
		{"tries", func(ctx context.Context, tx *pivcard.Tx) error {
			if err := tx.ChangePUK(ctx, []byte("00000000"), []byte("73519428")); err == nil {
				return errors.New("a wrong PUK was taken")
			}
			return nil
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := blank(t, v574)
			r.lie = func(ctx context.Context, card pivcard.Transport, apdu []byte) ([]byte, error) {
				b, err := card.Transmit(ctx, apdu)
				if apdu[1] == insReset {
					r.directly(t, c.leave)
				}
				return b, err
			}
			if err := r.Provisioner(serial).Reset(t.Context()); !errors.Is(err, token.ErrNotEmpty) {
				t.Errorf("%v, want ErrNotEmpty", err)
			}
		})
	}
	r := blank(t, v574)
	if err := r.Provisioner(serial).Reset(t.Context()); err != nil {
		t.Errorf("nothing left: %v", err)
	}
}

// A card exchanged for another between two transactions is not written to.
func TestExchangedCardIsNotWritten(t *testing.T) {
	r := blank(t, v574)
	other, err := pivcard.New(pivcard.Model{Serial: 666, Firmware: v574}, pivcard.Config{Rand: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	before, err := other.State()
	if err != nil {
		t.Fatal(err)
	}
	p := r.Provisioner(serial)
	if _, err := p.ManagementKeySize(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.lie = evil.OtherCard(other, 1)
	for what, err := range map[string]error{
		"reset":  p.Reset(t.Context()),
		"retire": p.Retire(t.Context(), token.Access{}),
		"pin":    p.ChangePIN(t.Context(), secret(token.FactoryPIN), secret("845127")),
	} {
		if !errors.Is(err, token.ErrOtherToken) {
			t.Errorf("%s: %v, want ErrOtherToken", what, err)
		}
	}
	if after, err := other.State(); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the other card was written to, %v", err)
	}
}

// Cards exchanged in the middle of a reset: the other one loses a try at most,
// and keeps its key, even if it is blocked and would let itself be emptied.
func TestExchangedDuringReset(t *testing.T) {
	const insVerify, insChange = 0x20, 0x24
	for _, c := range []struct {
		name    string
		ins     byte // after which command of the right card
		answer  string
		blocked bool // the other one
	}{
		{"pin", insVerify, "\x63\xC2", false},
		{"puk", insChange, "\x63\xC2", false},
		{"both are blocked", insChange, "\x69\x83", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, other := blank(t, v574), blankOf(t, v574, 666)
			other.inUse(t, c.blocked)
			before, err := other.Inspect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			exchanged := false
			r.lie = func(ctx context.Context, card pivcard.Transport, apdu []byte) ([]byte, error) {
				if exchanged {
					return other.card.Transmit(ctx, apdu)
				}
				b, err := card.Transmit(ctx, apdu)
				exchanged = apdu[1] == c.ins && string(b) == c.answer
				return b, err
			}
			if err := r.Provisioner(serial).Reset(t.Context()); !errors.Is(err, token.ErrOtherToken) || !exchanged {
				t.Errorf("%v, want ErrOtherToken; exchanged %v", err, exchanged)
			}
			after, err := other.Inspect(t.Context())
			if d := cmp.Diff(before, after); err != nil || d != "" {
				t.Errorf("the other card (-before +after):\n%s%v", d, err)
			}
		})
	}
}

// inUse puts a key on the card, and blocks it or not.
func (r *reader) inUse(t *testing.T, blocked bool) {
	t.Helper()
	r.directly(t, func(ctx context.Context, tx *pivcard.Tx) error {
		_, err := tx.Generate(ctx, applet.Slot, pivcard.KeySpec{Algorithm: pivcard.P256})
		for i := 0; blocked && i < 3; i++ {
			if tx.VerifyPIN(ctx, []byte("000000")) == nil || tx.ChangePUK(ctx, []byte("00000000"), []byte("73519428")) == nil {
				return errors.New("a wrong PIN or PUK was taken")
			}
		}
		return err
	})
}

package pcsc_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/internal/pcsc"
	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
)

func TestMain(m *testing.M) { pcsctest.Main(m) }

// newCard is a card in software as it leaves the factory, with slot 9c empty.
func newCard(t *testing.T, serial uint32, touch pivcard.Touch) *pivcard.Card {
	t.Helper()
	return newCardOf(t, serial, pivcard.Version{Major: 5, Minor: 7, Patch: 4}, touch)
}

func newCardOf(t *testing.T, serial uint32, v pivcard.Version, touch pivcard.Touch) *pivcard.Card {
	t.Helper()
	model := pivcard.Model{Serial: serial, Firmware: v, FormFactor: 1}
	card, err := pivcard.New(model, pivcard.Config{Rand: rand.Reader, Touch: touch})
	if err != nil {
		t.Fatal(err)
	}
	return card
}

// A strange card passes commands to a good one, unless transmit or atr is set.
type strange struct {
	*pivcard.Card
	transmit func(ctx context.Context, apdu []byte) ([]byte, error)
	atr      []byte
}

func (s *strange) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	if s.transmit != nil {
		return s.transmit(ctx, apdu)
	}
	return s.Card.Transmit(ctx, apdu)
}

func (s *strange) ATR() []byte {
	if s.atr != nil {
		return s.atr
	}
	return s.Card.ATR()
}

// serialOf reads a card's serial number in a transaction of its own.
func serialOf(ctx context.Context, r *pcsc.Reader) (n uint32, err error) {
	err = pivcard.NewClient(r).Transaction(ctx, func(tx *pivcard.Tx) (err error) {
		n, err = tx.Serial(ctx)
		return err
	})
	return n, err
}

func wantSerial(t *testing.T, r *pcsc.Reader, want uint32) {
	t.Helper()
	if n, err := serialOf(t.Context(), r); err != nil || n != want {
		t.Fatalf("serial %d, %v, want %d", n, err, want)
	}
}

// begin begins a transaction that ends with the test, or before.
func begin(t *testing.T, r *pcsc.Reader) {
	t.Helper()
	if err := r.Begin(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.End() })
}

// wantError checks what callers branch on, and what people read.
func wantError(t *testing.T, err, kind error, text string) {
	t.Helper()
	if !errors.Is(err, kind) || !strings.Contains(err.Error(), text) {
		t.Errorf("got  %v\nwant %v", err, text)
	}
}

// announced is a touch that says when it is waited for.
type announced struct {
	pivcard.Touch
	waits chan<- struct{}
}

func (a announced) Wait(ctx context.Context, c pivcard.Clock, timeout time.Duration) bool {
	a.waits <- struct{}{}
	return a.Touch.Wait(ctx, c, timeout)
}

// generate makes a P-256 key in slot 9c, on a card from the factory, and leaves
// the PIN verified.
func generate(t *testing.T, tx *pivcard.Tx, touch pivcard.TouchPolicy) *ecdsa.PublicKey {
	t.Helper()
	v, err := tx.Version(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := tx.AuthenticateManagement(t.Context(), pivcard.FactoryManagementKey(v), rand.Reader); err != nil {
		t.Fatal(err)
	}
	spec := pivcard.KeySpec{Algorithm: pivcard.P256, PIN: pivcard.PINAlways, Touch: touch}
	pub, err := tx.Generate(t.Context(), pivcard.SlotSignature, spec)
	if err != nil {
		t.Fatal(err)
	}
	if err := tx.VerifyPIN(t.Context(), []byte("123456")); err != nil {
		t.Fatal(err)
	}
	return pub.(*ecdsa.PublicKey)
}

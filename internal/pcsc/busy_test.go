package pcsc_test

import (
	"context"
	"errors"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pcsc"
	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
)

func TestBusy(t *testing.T) {
	stack := pcsctest.Get(t)
	reader, _ := stack.Insert(t, 0, newCard(t, 1, nil))
	holder, r := pcsc.NewReader(reader), pcsc.NewReader(reader)
	begin(t, holder)
	_, err := serialOf(t.Context(), r)
	wantError(t, err, pcsc.ErrBusy, "another program holds the reader: end it and try again (SCardConnect: 8010000B)")

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Begin(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	// Who holds the reader for a moment only is waited for.
	go holder.End()
	wantSerial(t, r, 1)
}

// A reader that fails must not keep anything: pcscd gives at most 200 handles.
func TestNothingLeaks(t *testing.T) {
	stack := pcsctest.Get(t)
	reader, remove := stack.Insert(t, 0, newCard(t, 1, nil))
	r := pcsc.NewReader(reader)
	remove()
	for range 250 {
		if err := r.Begin(t.Context()); !errors.Is(err, pcsc.ErrNoCard) {
			t.Fatal(err)
		}
	}
	stack.Insert(t, 0, newCard(t, 2, nil))
	for range 250 {
		wantSerial(t, r, 2)
	}
}

// A PIN that was verified in a transaction is not verified in the next one,
// whoever's that is.
func TestPINDoesNotStayVerified(t *testing.T) {
	stack := pcsctest.Get(t)
	reader, _ := stack.Insert(t, 0, newCard(t, 1, nil))
	for _, name := range []string{"first", "second"} {
		err := pivcard.NewClient(pcsc.NewReader(reader)).Transaction(t.Context(), func(tx *pivcard.Tx) error {
			if n, known, err := tx.PINTries(t.Context()); n != 3 || !known || err != nil {
				t.Errorf("%s: tries %d (%t), %v: is the PIN verified?", name, n, known, err)
			}
			if err := tx.VerifyPIN(t.Context(), []byte("123456")); err != nil {
				return err
			}
			if _, known, err := tx.PINTries(t.Context()); known || err != nil {
				t.Errorf("%s: the PIN is not verified, %v", name, err)
			}
			return nil
		})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

func TestNoService(t *testing.T) {
	stack := pcsctest.Get(t)
	reader, _ := stack.Insert(t, 0, newCard(t, 1, nil))
	r := pcsc.NewReader(reader)
	begin(t, r)
	stack.StopService(t)
	if b, err := r.Transmit(t.Context(), []byte{0, 0xFD, 0, 0, 0}); err == nil {
		t.Errorf("without a service: % X", b)
	}
	if err := r.End(); err != nil {
		t.Errorf("end: %v", err)
	}
	const what = "smart card service does not answer: start pcscd (SCardEstablishContext: 8010001D)"
	_, err := pcsc.Readers()
	wantError(t, err, pcsc.ErrNoService, what)
	_, err = pcsc.Present(reader)
	wantError(t, err, pcsc.ErrNoService, what)
	wantError(t, r.Begin(t.Context()), pcsc.ErrNoService, what)

	stack.StartService(t)
	if names, err := pcsc.Readers(); err != nil || len(names) != pcsctest.Slots {
		t.Errorf("readers %q, %v", names, err)
	}
	stack.Insert(t, 0, newCard(t, 2, nil))
	wantSerial(t, r, 2)
}

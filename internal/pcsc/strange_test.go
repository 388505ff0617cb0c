package pcsc_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pcsc"
	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
)

func TestSlowCard(t *testing.T) {
	stack := pcsctest.Get(t)
	finger, waits := pivcard.NewFinger(), make(chan struct{}, 1)
	reader, _ := stack.Insert(t, 0, newCard(t, 1, announced{finger, waits}))
	err := pivcard.NewClient(pcsc.NewReader(reader)).Transaction(t.Context(), func(tx *pivcard.Tx) error {
		generate(t, tx, pivcard.TouchAlways)
		go func() {
			<-waits
			// Others are kept out meanwhile, and do not disturb.
			if _, err := serialOf(t.Context(), pcsc.NewReader(reader)); !errors.Is(err, pcsc.ErrBusy) {
				t.Errorf("while it waits: %v", err)
			}
			finger.Press()
		}()
		_, err := tx.Sign(t.Context(), pivcard.SlotSignature, pivcard.P256, make([]byte, 32))
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestHungCard(t *testing.T) {
	stack := pcsctest.Get(t)
	asked := make(chan struct{})
	hung := &strange{Card: newCard(t, 1, nil), transmit: func(ctx context.Context, _ []byte) ([]byte, error) {
		close(asked)
		<-ctx.Done() // it is removed
		return nil, ctx.Err()
	}}
	reader, remove := stack.Insert(t, 0, hung)
	r := pcsc.NewReader(reader)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	if _, err := serialOf(ctx, r); !errors.Is(err, context.Canceled) {
		t.Fatalf("given up: %v", err)
	}
	_, err := serialOf(t.Context(), r)
	wantError(t, err, pcsc.ErrStuck, `reader "Virtual PCD 00 00": card has not answered the last command yet: take it out and insert it again`)
	if _, err := r.Transmit(t.Context(), []byte{0, 0xFD, 0, 0, 0}); !errors.Is(err, pcsc.ErrStuck) {
		t.Errorf("transmit: %v", err)
	}
	remove()
	stack.Insert(t, 0, newCard(t, 2, nil))
	pcsctest.Eventually(t, "answer to the last command", func() error {
		err := r.Begin(t.Context())
		if err != nil && !errors.Is(err, pcsc.ErrStuck) {
			t.Fatal(err)
		}
		return err
	})
	if err := r.End(); err != nil {
		t.Fatal(err)
	}
	wantSerial(t, r, 2)
}

// Whatever a card answers arrives as it is.
func TestStrangeAnswers(t *testing.T) {
	stack := pcsctest.Get(t)
	tests := []struct {
		name   string
		answer []byte
	}{
		{"one byte", []byte{0x90}},
		{"a status alone", []byte{0x6D, 0x00}},
		{"no status word known", []byte{0xDE, 0xAD, 0xBE, 0xEF}},
		{"one byte too many", bytes.Repeat([]byte{0xA5}, 259)},
		{"as much as can be", bytes.Repeat([]byte{0x5A}, 65535)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			card := &strange{Card: newCard(t, 1, nil), transmit: func(context.Context, []byte) ([]byte, error) { return tt.answer, nil }}
			reader, _ := stack.Insert(t, 0, card)
			r := pcsc.NewReader(reader)
			begin(t, r)
			got, err := r.Transmit(t.Context(), []byte{0, 0xFD, 0, 0, 0})
			if err != nil || !bytes.Equal(got, tt.answer) {
				t.Errorf("%d bytes, %v, want %d", len(got), err, len(tt.answer))
			}
		})
	}
}

// A card that does not offer T=1, or nothing that can be understood.
func TestStrangeATR(t *testing.T) {
	stack := pcsctest.Get(t)
	tests := []struct {
		name string
		atr  []byte
	}{
		{"T=0 alone", []byte{0x3B, 0x00}},
		{"no ATR", []byte("hello")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			reader, _ := stack.Insert(t, 0, &strange{Card: newCard(t, 1, nil), atr: tt.atr})
			err := pcsc.NewReader(reader).Begin(t.Context())
			wantError(t, err, pcsc.ErrMute, "card cannot be spoken to")
			if !errors.Is(err, pivcard.ErrBadAnswer) {
				t.Errorf("%v is not ErrBadAnswer", err)
			}
		})
	}
}

func TestEmptyCommand(t *testing.T) {
	stack := pcsctest.Get(t)
	reader, _ := stack.Insert(t, 0, newCard(t, 1, nil))
	r := pcsc.NewReader(reader)
	begin(t, r)
	if _, err := r.Transmit(t.Context(), nil); err == nil {
		t.Error("an empty command was sent")
	}
}

package pcsc_test

import (
	"errors"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pcsc"
	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
)

func TestInsertAndRemove(t *testing.T) {
	stack := pcsctest.Get(t)
	r := pcsc.NewReader(stack.Reader(0))
	for serial := range uint32(2) { // the second time it is another card
		_, remove := stack.Insert(t, 0, newCard(t, serial, nil))
		wantSerial(t, r, serial)
		wantSerial(t, r, serial)
		remove()
		_, err := serialOf(t.Context(), r)
		wantError(t, err, pcsc.ErrNoCard, `reader "Virtual PCD 00 00": no card in the reader: insert it (SCardConnect: 8010000C)`)
		if !errors.Is(err, pivcard.ErrRemoved) {
			t.Errorf("%v is not ErrRemoved", err)
		}
	}
	_, err := serialOf(t.Context(), pcsc.NewReader("no such reader"))
	wantError(t, err, pcsc.ErrNoCard, `reader "no such reader": no card in the reader`)
	if there, err := pcsc.Present("no such reader"); there || err != nil {
		t.Errorf("a card in no reader: %t, %v", there, err)
	}
}

func TestRemovedInTransaction(t *testing.T) {
	stack := pcsctest.Get(t)
	reader, remove := stack.Insert(t, 0, newCard(t, 1, nil))
	r := pcsc.NewReader(reader)
	err := pivcard.NewClient(r).Transaction(t.Context(), func(tx *pivcard.Tx) error {
		if _, err := tx.Serial(t.Context()); err != nil {
			t.Error(err)
		}
		remove()
		_, err := tx.Serial(t.Context())
		return err
	})
	wantError(t, err, pcsc.ErrGone, "contact with the card was lost")
	if !errors.Is(err, pivcard.ErrRemoved) {
		t.Errorf("%v is not ErrRemoved", err)
	}
	// The one that comes next is not asked what the first one was told.
	stack.Insert(t, 0, newCard(t, 2, nil))
	wantSerial(t, r, 2)
}

// What was done before the card was removed stays done.
func TestRemovedAfterLastCommand(t *testing.T) {
	stack := pcsctest.Get(t)
	reader, remove := stack.Insert(t, 0, newCard(t, 1, nil))
	err := pivcard.NewClient(pcsc.NewReader(reader)).Transaction(t.Context(), func(tx *pivcard.Tx) error {
		_, err := tx.Serial(t.Context())
		remove()
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestRemovedWhileItWaitsForTouch(t *testing.T) {
	stack := pcsctest.Get(t)
	waits := make(chan struct{}, 1)
	reader, remove := stack.Insert(t, 0, newCard(t, 1, announced{pivcard.NoTouch{}, waits}))
	err := pivcard.NewClient(pcsc.NewReader(reader)).Transaction(t.Context(), func(tx *pivcard.Tx) error {
		generate(t, tx, pivcard.TouchAlways)
		go func() {
			<-waits
			remove()
		}()
		_, err := tx.Sign(t.Context(), pivcard.SlotSignature, pivcard.P256, make([]byte, 32))
		return err
	})
	wantError(t, err, pcsc.ErrGone, "contact with the card was lost")
}

func TestTwoReaders(t *testing.T) {
	stack := pcsctest.Get(t)
	one, _ := stack.Insert(t, 0, newCard(t, 1, nil))
	two, _ := stack.Insert(t, 1, newCard(t, 2, nil))
	names, err := pcsc.Readers()
	if err != nil || len(names) != 2 || names[0] != one || names[1] != two {
		t.Fatalf("readers %q, %v", names, err)
	}
	first, second := pcsc.NewReader(one), pcsc.NewReader(two)
	begin(t, first) // and while it lasts:
	wantSerial(t, second, 2)
	if err := first.End(); err != nil {
		t.Fatal(err)
	}
	wantSerial(t, first, 1)
}

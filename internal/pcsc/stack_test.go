package pcsc_test

import (
	"crypto/rand"
	"errors"
	"testing"

	"github.com/rootmoot/rootmoot/internal/pcsc"
	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
)

func TestMain(m *testing.M) { pcsctest.Main(m) }

func newCard(t *testing.T, serial uint32, touch pivcard.Touch) *pivcard.Card {
	t.Helper()
	model := pivcard.Model{Serial: serial, Firmware: pivcard.Version{Major: 5, Minor: 7, Patch: 4}, FormFactor: 1}
	card, err := pivcard.New(model, pivcard.Config{Rand: rand.Reader, Touch: touch})
	if err != nil {
		t.Fatal(err)
	}
	return card
}

// serial reads the card's serial number in a transaction of its own.
func serial(t *testing.T, c *pivcard.Client) (n uint32, err error) {
	t.Helper()
	err = c.Transaction(t.Context(), func(tx *pivcard.Tx) (err error) {
		n, err = tx.Serial(t.Context())
		return err
	})
	return n, err
}

func TestInsertAndRemove(t *testing.T) {
	stack := pcsctest.Get(t)
	reader, remove := stack.Insert(t, 0, newCard(t, 4711, nil))
	client := pivcard.NewClient(pcsc.NewReader(reader))
	for range 3 {
		if n, err := serial(t, client); err != nil || n != 4711 {
			t.Fatalf("serial %d, %v", n, err)
		}
	}
	remove()
	_, err := serial(t, client)
	if !errors.Is(err, pcsc.ErrNoCard) || !errors.Is(err, pivcard.ErrRemoved) {
		t.Fatalf("without a card: %v", err)
	}
	stack.Insert(t, 0, newCard(t, 815, nil))
	if n, err := serial(t, client); err != nil || n != 815 {
		t.Fatalf("serial %d, %v", n, err)
	}
}

package pivcard_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log"

	"github.com/rootmoot/rootmoot/internal/pivcard"
)

// A new card, spoken to as any card: over a transport, in one transaction.
func Example() {
	ctx := context.Background()
	card, err := pivcard.New(
		pivcard.Model{Serial: 90000001, Firmware: pivcard.Version{Major: 5, Minor: 7, Patch: 4}, FormFactor: 1},
		pivcard.Config{Rand: rand.Reader},
	)
	if err != nil {
		log.Fatal(err)
	}
	err = pivcard.NewClient(card).Transaction(ctx, func(tx *pivcard.Tx) error {
		serial, err := tx.Serial(ctx)
		if err != nil {
			return err
		}
		pin, err := tx.PINMetadata(ctx)
		if err != nil {
			return err
		}
		fmt.Println("serial number", serial)
		fmt.Println("factory PIN:", pin.Default, "tries left:", pin.Left)
		fmt.Println(tx.VerifyPIN(ctx, []byte("000000")))
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// serial number 90000001
	// factory PIN: true tries left: 3
	// verify pin: card answers 63C2: wrong, 2 tries left
}

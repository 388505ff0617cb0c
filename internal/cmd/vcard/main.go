// Command vcard is a PIV card in software, put into a reader of the machine's
// smart card service through vsmartcard-vpcd, to try by hand what is done with
// real ones. Its keys lie in a file, in the clear: it is nobody's token.
//
//	go run ./internal/cmd/vcard -serial 21334982 -state card.json -ca ca.pem
//
// Enter touches it, "pull" takes it out, "insert" puts it back, "quit" ends.
// The certificates in the file of -ca are what its attestations chain to; every
// card that is made with the same -ca file is of the same maker.
package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net"
	"os"

	"github.com/rootmoot/rootmoot/internal/pcsc/pcsctest"
	"github.com/rootmoot/rootmoot/internal/pivcard"
)

func main() {
	var o options
	flag.StringVar(&o.vpcd, "vpcd", "127.0.0.1:35963", "where vpcd listens: 35963 is its first reader, 35964 its second")
	flag.StringVar(&o.state, "state", "card.json", "the card's file; a factory-new card is made if there is none")
	flag.StringVar(&o.ca, "ca", "card-ca.pem", "the maker's certificate and key; made if there is none")
	flag.UintVar(&o.serial, "serial", 21334982, "serial number of a new card")
	flag.Parse()
	if err := o.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "vcard:", err)
		os.Exit(1)
	}
}

type options struct {
	vpcd, state, ca string
	serial          uint
}

func (o options) run(ctx context.Context) error {
	finger := pivcard.NewFinger()
	card, err := o.card(pivcard.Config{Rand: rand.Reader, Touch: finger, Save: o.save})
	if err != nil {
		return err
	}
	pull, err := o.insert(ctx, card)
	if err != nil {
		return err
	}
	fmt.Println("in the reader. Enter touches; pull, insert, quit")
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		switch lines.Text() {
		case "":
			finger.Press()
		case "pull":
			pull()
		case "insert":
			pull()
			if pull, err = o.insert(ctx, card); err != nil {
				return err
			}
		case "quit":
			return nil
		default:
			fmt.Println("Enter touches; pull, insert, quit")
		}
	}
	return nil
}

// insert dials the card in, until it is pulled.
func (o options) insert(ctx context.Context, card *pivcard.Card) (pull func(), err error) {
	vpcd, err := net.Dial("tcp", o.vpcd)
	if err != nil {
		return nil, fmt.Errorf("no reader: is pcscd running, with vsmartcard-vpcd installed? %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	go pcsctest.Serve(ctx, vpcd, card)
	return cancel, nil
}

func (o options) card(cfg pivcard.Config) (*pivcard.Card, error) {
	state, err := os.ReadFile(o.state)
	if err == nil {
		return pivcard.Load(state, cfg)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	issuer, err := o.issuer()
	if err != nil {
		return nil, err
	}
	return pivcard.New(pivcard.Model{
		Serial: uint32(o.serial), Firmware: pivcard.Version{Major: 5, Minor: 7, Patch: 4}, FormFactor: 0x01, Issuer: issuer, PINComplexity: true,
	}, cfg)
}

func (o options) save(state []byte) error { return os.WriteFile(o.state, state, 0o600) }

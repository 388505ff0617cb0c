package pcsctest

import (
	"context"
	"encoding/binary"
	"io"
	"net"
)

// A Card is what lies in a slot: a [pivcard.Card], or something in front of
// one that does what no good card would.
type Card interface {
	// Transmit answers one command APDU with whatever it likes, of 1 to 65535
	// bytes: vpcd takes an empty answer for one that is still to come. An error
	// removes the card. ctx ends when the card is removed.
	Transmit(ctx context.Context, apdu []byte) ([]byte, error)
	// Power is power off, power on, or a reset.
	Power()
	// ATR is the answer to reset.
	ATR() []byte
}

const controlATR = 4

// Serve plays card to vpcd until ctx ends, the card fails, or vpcd goes.
func Serve(ctx context.Context, vpcd net.Conn, card Card) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { vpcd.Close() })
	defer stop()
	defer vpcd.Close()
	// Messages are read beside the card, so that a card that waits notices
	// when vpcd hangs up.
	messages := make(chan []byte)
	go func() {
		defer cancel()
		for {
			message, err := receive(vpcd)
			if err != nil {
				return
			}
			select {
			case messages <- message:
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return
		case message := <-messages:
			if answer(ctx, vpcd, card, message) != nil {
				return
			}
		}
	}
}

func answer(ctx context.Context, vpcd net.Conn, card Card, message []byte) error {
	switch {
	case len(message) > 1:
		b, err := card.Transmit(ctx, message)
		if err == nil {
			err = ctx.Err() // nobody hears what a removed card still says
		}
		if err != nil {
			return err
		}
		return send(vpcd, b)
	case len(message) == 1 && message[0] == controlATR:
		return send(vpcd, card.ATR())
	}
	card.Power()
	return nil
}

// receive reads one message. vpcd sends the length alone, and the rest when
// that is acknowledged, with which the kernel would take 40 ms.
func receive(vpcd net.Conn) ([]byte, error) {
	var n [2]byte
	if _, err := io.ReadFull(vpcd, n[:]); err != nil {
		return nil, err
	}
	acknowledge(vpcd)
	b := make([]byte, binary.BigEndian.Uint16(n[:]))
	_, err := io.ReadFull(vpcd, b)
	return b, err
}

func send(vpcd net.Conn, b []byte) error {
	_, err := vpcd.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(b))), b...))
	return err
}

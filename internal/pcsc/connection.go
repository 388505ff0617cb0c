//go:build (cgo && (linux || darwin || freebsd)) || windows

package pcsc

import (
	"bytes"
	"errors"
	"time"
)

// maxBuffer is the longest answer that PC/SC passes on, extended APDUs
// included. That it is too long for PIV, others find.
const maxBuffer = 4 + 3 + 1<<16 + 3 + 2

// Farewell is how long an answer that is none waits for the news that the card
// is gone: pcscd looks every 400 ms.
const Farewell = 1500 * time.Millisecond

// glance is how often it looks meanwhile.
const glance = 20 * time.Millisecond

// A link is a connection over PC/SC.
type link struct {
	reader  string
	context scardContext
	card    scardHandle
	buffer  []byte
}

// dial connects to the card in a reader, alone, with T=1, and begins a
// transaction. What it took is given back if it fails.
func dial(reader string) (connection, error) {
	ctx, code := establish()
	if code != codeOK {
		return nil, failed("SCardEstablishContext", reader, code)
	}
	card, code := ctx.connect(reader)
	if code != codeOK {
		ctx.release()
		return nil, failed("SCardConnect", reader, code)
	}
	l := &link{reader: reader, context: ctx, card: card, buffer: make([]byte, maxBuffer)}
	if code := card.begin(); code != codeOK {
		card.disconnect()
		ctx.release()
		return nil, failed("SCardBeginTransaction", reader, code)
	}
	return l, nil
}

func (l *link) transmit(apdu []byte) ([]byte, error) {
	if len(apdu) == 0 {
		return nil, errors.New("an empty command")
	}
	n, code := l.card.transmit(apdu, l.buffer)
	if code == codeNotTransacted {
		// The card was pulled out, most likely. It must not be reset before
		// pcscd has seen that: 1.9.9 then takes the reader for empty, and a card
		// that is put in before it looks again for the one that it knows.
		l.leaves()
	}
	if code != codeOK {
		return nil, failed("SCardTransmit", l.reader, code)
	}
	// Some drivers answer nothing, and no error, when the card is pulled out.
	if n < 2 && l.leaves() {
		return nil, failed("SCardTransmit", l.reader, codeRemoved)
	}
	return taken(l.buffer[:n]), nil
}

// taken takes an answer out of the buffer, in which nothing is left: it may hold
// a management key.
func taken(b []byte) []byte {
	defer clear(b)
	return bytes.Clone(b)
}

// leaves waits a moment for the card to be gone. Anything but certainty that
// it is still there counts as gone.
func (l *link) leaves() bool {
	for range Farewell / glance {
		there, code := l.context.present(l.reader)
		if code != codeOK || !there {
			return true
		}
		time.Sleep(glance)
	}
	return false
}

// close ends the transaction and resets the card. That the card is gone is not
// an error: then there is nothing that could stay verified.
func (l *link) close() error {
	end := failed("SCardEndTransaction", l.reader, l.card.end())
	reset := failed("SCardDisconnect", l.reader, l.card.disconnect())
	release := failed("SCardReleaseContext", l.reader, l.context.release())
	for _, err := range []error{reset, end, release} {
		if err != nil && !errors.Is(err, ErrGone) && !errors.Is(err, ErrNoCard) && !errors.Is(err, ErrNoService) {
			return err
		}
	}
	return nil
}

// Readers names the readers of this machine, with or without a card. There may
// be none. ErrNoService, ErrDenied, ErrNoDriver. It waits for a service that
// hangs: call it where somebody can leave it.
func Readers() ([]string, error) {
	ctx, code := establish()
	if code != codeOK {
		return nil, failed("SCardEstablishContext", "", code)
	}
	defer ctx.release()
	names, code := ctx.readers()
	if code == codeNoReaders {
		return nil, nil
	}
	return names, failed("SCardListReaders", "", code)
}

// Present reports whether there is a card in the reader. It neither connects
// to the card nor waits for it; a reader that is not there holds no card. For a
// service that hangs it waits, as Readers does.
func Present(reader string) (bool, error) {
	ctx, code := establish()
	if code != codeOK {
		return false, failed("SCardEstablishContext", reader, code)
	}
	defer ctx.release()
	there, code := ctx.present(reader)
	if code.kind() == ErrNoCard {
		return false, nil
	}
	return there, failed("SCardGetStatusChange", reader, code)
}

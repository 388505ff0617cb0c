package provision_test

import (
	"context"
	"sync"

	"github.com/rootmoot/rootmoot/internal/pivcard"
)

// A hand pulls the card out at a command counted beforehand. It may count only
// those that write: reading a token is hundreds of commands, and one of them is
// like the other.
type hand struct {
	mu     sync.Mutex
	left   int  // commands until the pull; 0 if none is planned
	writes bool // only those that write count
	done   bool // the command is carried out, and its answer lost
	gone   bool
	count  int // of all that reached the card
}

func (h *hand) pull(n int, writes, done bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.left, h.writes, h.done = n, writes, done
}

func (h *hand) insert() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.left, h.gone = 0, false
}

func (h *hand) counted() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count
}

// lie passes on what the hand lets through.
func (h *hand) lie(ctx context.Context, card pivcard.Transport, apdu []byte) ([]byte, error) {
	pulled, reaches := h.next(apdu)
	if !reaches {
		return nil, pivcard.ErrRemoved
	}
	b, err := card.Transmit(ctx, apdu)
	if pulled {
		return nil, pivcard.ErrRemoved
	}
	return b, err
}

func (h *hand) next(apdu []byte) (pulled, reaches bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.gone && h.left > 0 && (!h.writes || writing(apdu)) {
		if h.left--; h.left == 0 {
			h.gone, pulled = true, true
			if h.done {
				h.count++
				return true, true
			}
		}
	}
	if !h.gone {
		h.count++
	}
	return pulled, !h.gone
}

// writing reports whether a command changes the card, or what it lets do.
func writing(apdu []byte) bool {
	switch apdu[1] {
	case 0x20, 0x24, 0x2C, 0x47, 0x87, 0xDB, 0xF6, 0xFA, 0xFB, 0xFF: // PINs, keys, objects, tries, reset
		return true
	}
	return false
}

package evil

import (
	"context"
	"sync"

	"github.com/rootmoot/rootmoot/internal/pivcard"
)

// A Hand pulls a card out, at a command counted beforehand, and puts it back.
// Its Lie is what it does to the APDUs. Safe for concurrent use.
type Hand struct {
	mu   sync.Mutex
	left int  // commands until the pull; 0 if none is planned
	done bool // the command at which it happens is carried out
	gone bool
}

// Pull plans to take the card out at the nth command from now on, counted from
// 1: before the card sees it or, with done, after the card carried it out and
// before its answer arrives.
func (h *Hand) Pull(n int, done bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.left, h.done = n, done
}

// Insert puts the card back and plans nothing.
func (h *Hand) Insert() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.left, h.gone = 0, false
}

// Lie passes on what the hand lets through.
func (h *Hand) Lie(ctx context.Context, card pivcard.Transport, apdu []byte) ([]byte, error) {
	pulled, reaches := h.next()
	if !reaches {
		return nil, pivcard.ErrRemoved
	}
	b, err := card.Transmit(ctx, apdu)
	if pulled {
		return nil, pivcard.ErrRemoved
	}
	return b, err
}

// next is one command more: whether the card is gone after it, and whether it
// still reaches the card.
func (h *Hand) next() (pulled, reaches bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.gone {
		return true, false
	}
	if h.left > 0 {
		h.left--
		h.gone = h.left == 0
	}
	if h.gone && !h.done {
		return true, false
	}
	return h.gone, true
}

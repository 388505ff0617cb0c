package provision_test

import (
	"context"
	"sync"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/pivcard/evil"
)

// A hand pulls the card out as [evil.Hand] does. It may count only commands that
// write: reading a token is hundreds of commands, and one is like the other.
type hand struct {
	evil.Hand
	mu    sync.Mutex
	left  int  // commands that write until the pull; 0 if none is planned
	done  bool // the last of them is carried out
	count int  // of all commands
}

func (h *hand) pull(n int, writes, done bool) {
	if !writes {
		h.Pull(n, done)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.left, h.done = n, done
}

func (h *hand) insert() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.left = 0
	h.Insert()
}

func (h *hand) counted() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count
}

func (h *hand) lie(ctx context.Context, card pivcard.Transport, apdu []byte) ([]byte, error) {
	h.see(apdu)
	return h.Lie(ctx, card, apdu)
}

func (h *hand) see(apdu []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.count++
	if h.left > 0 && writing(apdu) {
		if h.left--; h.left == 0 {
			h.Pull(1, h.done)
		}
	}
}

// writing reports whether a command changes the card, or what it lets do.
func writing(apdu []byte) bool {
	switch apdu[1] {
	case 0x20, 0x24, 0x2C, 0x47, 0x87, 0xDB, 0xF6, 0xFA, 0xFB, 0xFF: // PINs, keys, objects, tries, reset
		return true
	}
	return false
}

package rehearsal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"github.com/rootmoot/rootmoot/internal/pivcard"
	"github.com/rootmoot/rootmoot/internal/safefile"
)

// cardFile is the reader in which a card lies: a file. Each transaction reads
// the file anew and powers the card up, so that two programs, or two listings
// in one, never work on different states of one card; each change is on the
// medium before the card answers. Taking the file away takes the card out.
type cardFile struct {
	dir  *os.Root
	name string
	cfg  pivcard.Config

	mu   sync.Mutex
	file file
	card *pivcard.Card // nil outside a transaction
}

// Begin inserts the card.
func (c *cardFile) Begin(context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, err := read(c.dir, c.name)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %w", pivcard.ErrRemoved, err)
	}
	if err != nil {
		return err
	}
	cfg := c.cfg
	cfg.Save = c.save
	card, err := pivcard.Load(f.Card, cfg)
	if err != nil {
		return fmt.Errorf("rehearsal token %s: %w", c.name, err)
	}
	c.file, c.card = f, card
	return nil
}

// End powers the card down.
func (c *cardFile) End() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.card = nil
	return nil
}

// Transmit passes one APDU to the card.
func (c *cardFile) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.card == nil {
		return nil, fmt.Errorf("rehearsal token %s: no transaction has begun", c.name)
	}
	if _, err := c.dir.Lstat(c.name + suffix); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", pivcard.ErrRemoved, err)
	}
	return c.card.Transmit(ctx, apdu)
}

// save is called by the card from within Transmit.
func (c *cardFile) save(state []byte) error {
	f := c.file
	f.Card = state
	b, err := f.encode()
	if err != nil {
		return err
	}
	return safefile.Replace(safefile.In(c.dir), c.name+suffix, b)
}

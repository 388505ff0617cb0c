package pivcard

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"
)

// ErrRemoved is in the error of a [Transport] whose card is not there, or not
// there any more.
var ErrRemoved = errors.New("card removed")

// A Card is a PIV card in software. Its persistent state can be saved and
// loaded ([Config.Save], [Card.State], [Load]); its volatile state (selected
// applet, verified PIN, authenticated management key, chains) goes when power
// goes. Safe for concurrent use; commands are answered one at a time.
type Card struct {
	cfg Config

	mu      sync.Mutex
	state   state
	session session
	gone    bool
	dirty   bool // the state was changed by the command being answered
}

// Config is what a card needs from the outside. Rand must be set.
type Config struct {
	Rand  io.Reader // keys, challenges, serial numbers of attestations
	Clock Clock     // SystemClock if nil; only touch needs it
	Touch Touch     // InstantTouch if nil

	// Save, if not nil, is given the persistent state after each command that
	// changed it and before that command is answered: a try that was used up
	// stays so, whatever happens next. If it fails the change is undone and
	// the answer is 6581.
	Save func(state []byte) error
}

func (c Config) withDefaults() Config {
	if c.Clock == nil {
		c.Clock = SystemClock{}
	}
	if c.Touch == nil {
		c.Touch = InstantTouch{}
	}
	return c
}

// session is the volatile state.
type session struct {
	applet      applet
	pinVerified bool
	pinFresh    bool // verified and not yet used by a key with policy always
	mgmVerified bool
	witness     []byte // plain witness, when step 1 of management authentication was answered
	challenge   []byte // plain challenge, likewise
	lastTouch   time.Time
	chain       *command // links of a chained command so far
	pending     []byte   // rest of an answer, for GET RESPONSE
}

type applet int

const (
	appletNone applet = iota
	appletPIV
	appletManagement
	appletOTP
)

// Transmit answers one command APDU. The answer is at least a status word,
// whatever apdu holds; the error is ErrRemoved if the card is not there. A key
// that wants a touch keeps Transmit waiting until the [Touch] answers; a
// cancelled ctx ends the wait as if no touch had come.
func (c *Card) Transmit(ctx context.Context, apdu []byte) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return nil, fmt.Errorf("card %d: %w", c.state.Serial, ErrRemoved)
	}
	before := c.state.clone()
	c.dirty = false
	data, sw := c.answer(ctx, apdu)
	if c.dirty && c.cfg.Save != nil {
		if err := c.save(); err != nil {
			c.state, c.session.pending = before, nil
			return response(nil, swMemory), nil
		}
	}
	return response(data, sw), nil
}

// Power is a reset or power cycle (vpcd's 00, 01 and 02): the volatile state
// goes.
func (c *Card) Power() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.session = session{}
}

// Remove takes the card out: its volatile state goes, and until Insert every
// Transmit fails with [ErrRemoved].
func (c *Card) Remove() { c.setGone(true) }

// Insert puts a removed card back.
func (c *Card) Insert() { c.setGone(false) }

func (c *Card) setGone(gone bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.session, c.gone = session{}, gone
}

// ATR is the answer to reset of a YubiKey 5 over USB. It offers T=1, which
// piv-go insists on.
func (c *Card) ATR() []byte {
	return []byte("\x3B\xFD\x13\x00\x00\x81\x31\xFE\x15\x80\x73\xC0\x21\xC0\x57\x59\x75\x62\x69\x4B\x65\x79\x40")
}

func (c *Card) save() error {
	b, err := c.state.encode()
	if err != nil {
		return err
	}
	return c.cfg.Save(b)
}

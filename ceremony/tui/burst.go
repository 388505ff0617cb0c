package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// burst notices that a touched token types its one-time password into the
// program: a long run of letters of modhex, with an Enter at its end. That
// Enter must not count as anybody's. It counts letters and keeps none: what is
// typed may be a PIN.
type burst struct {
	run   int  // letters of modhex, one after the other
	stray bool // in the middle of one
	seq   int  // which one, for the message that ends it
}

// burstEnds is how long after the letter that gave it away a burst may go on. A
// token types all of it in less than half of that.
const burstEnds = time.Second

// burstMsg ends a burst that had no Enter.
type burstMsg struct{ seq int }

// see takes each key before anything else does. drop says that the key is part
// of a burst and no person's; first that it has just become clear.
func (b *burst) see(k tea.KeyPressMsg) (drop, first bool) {
	if len(k.Text) == 1 && sitting.Modhex(k.Text[0]) {
		if b.run++; b.run == sitting.OneTimePasswordLength {
			b.stray = true
			b.seq++
			return true, true
		}
		return b.stray, false
	}
	drop = b.stray && k.Code == tea.KeyEnter
	b.run, b.stray = 0, false
	return drop, false
}

// end ends a burst that nothing else has ended.
func (b *burst) end(seq int) {
	if seq == b.seq {
		b.run, b.stray = 0, false
	}
}

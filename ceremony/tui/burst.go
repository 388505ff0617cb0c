package tui

import (
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// burst notices that a touched token types its one-time password into the
// program: a long run of letters of modhex, with an Enter at its end. That
// Enter must not count as anybody's.
type burst struct {
	run   strings.Builder
	stray bool // in the middle of one
}

// see takes each key before anything else does. drop says that the key is part
// of a burst and no person's; first that it has just become clear.
func (b *burst) see(k tea.KeyPressMsg) (drop, first bool) {
	if len(k.Text) == 1 && k.Text[0] < utf8.RuneSelf && k.Text != " " {
		b.run.WriteString(k.Text)
		if !b.stray && sitting.OneTimePassword([]byte(b.run.String())) {
			b.stray = true
			return true, true
		}
		return b.stray, false
	}
	drop = b.stray && k.Code == tea.KeyEnter
	b.run.Reset()
	b.stray = false
	return drop, false
}

package tui

import (
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// A screen lays out the body of one step, and says what the step is for. It
// decides nothing: what is there to be seen and done is in the view.
type screen interface {
	page(v sitting.View, c canvas) page
	about() []string
}

// screenOf is the screen of the step that is on.
func screenOf(v sitting.View) screen {
	for _, item := range v.Agenda {
		if s, has := screens()[item.Step]; has && item.State == sitting.AgendaNow {
			return s
		}
	}
	return screenOver{}
}

// screens are those of the agenda's steps, by their ids.
func screens() map[string]screen {
	return map[string]screen{
		"open":         screenOpen{},
		"room":         screenRoom{},
		"trusted-root": screenTrusted{},
		"tokens":       screenTokens{},
		"freeze":       screenFreeze{},
		"candidate":    screenCandidate{},
		"signatures":   screenSign{},
		"check":        screenCheck{},
		"seal":         screenSeal{},
		"hand-over":    screenHandOver{},
	}
}

// turn puts above a page whose token is on the table, and how many tries its
// PIN has left.
func (c canvas) turn(v sitting.View, p page) page {
	if v.Turn.Participant == "" {
		return p
	}
	left := ""
	switch n := v.Turn.PINLeft; {
	case n == 0:
		left = c.bad.Render("its PIN is blocked")
	case n == 1:
		left = c.bad.Render("PIN: LAST TRY")
	case n > 1:
		left = fmt.Sprintf("PIN: %d tries left", n)
	}
	line := fmt.Sprintf("%s  token %s  %s", c.strong.Render("Turn of "+v.Turn.Participant), v.Turn.Serial, left)
	above := []string{c.fit(line), ""}
	p.lines = append(above, p.lines...)
	if p.whole > 0 {
		p.whole += len(above)
	}
	return p
}

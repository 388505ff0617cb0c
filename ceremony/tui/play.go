package tui

import (
	"time"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// hand plays: it presses the keys that people would press to do what an actor
// wants done, one at a time and at reading speed, and has no other way.
type hand struct {
	actor   Actor
	pace    time.Duration
	act     *sitting.Act // what is being done
	refused *sitting.Refusal
	leaves  bool // the question whether to leave is on the screen, or about to be
	waits   bool // a playMsg is on its way
}

// keysPerPace is how many letters are typed in the time of one decision.
const keysPerPace = 16

// play has the next thing done in a while.
func (a *app) play() tea.Cmd {
	if a.hand == nil || a.hand.waits {
		return nil
	}
	a.hand.waits = true
	return after(a.pace(), playMsg{})
}

// pace is how long until the next key: letters follow each other quickly, and
// so do the steps to an act that has been chosen.
func (a *app) pace() time.Duration {
	switch p := a.pane.(type) {
	case *filling:
		if len(p.input.typed) > 0 && !a.opt.Still {
			return a.hand.pace / keysPerPace
		}
	case *choosing:
		if a.hand.act != nil && a.unread() == 0 {
			return a.hand.pace / 3
		}
		return 2 * a.hand.pace // something new to read
	case *outcome:
		return 3 * a.hand.pace
	}
	return a.hand.pace
}

// playOn does the next thing, unless somebody has taken over or reads the help.
func (a *app) playOn() tea.Cmd {
	if a.hand == nil {
		return nil
	}
	a.hand.waits = false
	if a.asked() && a.hand.leaves {
		return a.over.press(a, typedKey("y"))
	}
	if a.over != nil || a.small() {
		return nil // play goes on when it is closed, or made larger
	}
	key, ok := a.next()
	if !ok {
		return nil
	}
	cmd := a.pressed(key)
	return tea.Batch(cmd, a.play())
}

// takeOver ends the play. What was half typed is dropped.
func (a *app) takeOver() {
	a.hand = nil
	if a.opt.Taken != nil {
		a.opt.Taken()
	}
	if f, typing := a.pane.(*filling); typing {
		f.wipe()
		a.pane = newChoosing(a.view, choosing{})
	}
	a.hint = "You have taken over: from here on you do it. ? explains."
}

// next is the key that people would press now; false where they would wait.
func (a *app) next() (tea.KeyPressMsg, bool) {
	h := a.hand
	switch p := a.pane.(type) {
	case *choosing:
		return h.choose(a, p)
	case *confirming:
		return typedKey("y"), true
	case *filling:
		return h.fill(p)
	case *working:
		return typedKey(" "), p.touch != nil && p.touch.Press
	case *outcome, *ended:
		if a.unseen() {
			return typedKey(" "), true
		}
		return tea.KeyPressMsg{Code: tea.KeyEnter}, true
	}
	return tea.KeyPressMsg{}, false
}

// choose goes to the act that is wanted, reads what must be read, and begins.
func (h *hand) choose(a *app, p *choosing) (tea.KeyPressMsg, bool) {
	if l, may := h.actor.(Leaver); may && h.act == nil && l.Leaves(a.view) {
		h.leaves = true
		return typedKey("q"), true
	}
	if h.act == nil {
		act, known := h.actor.Answer(a.view)
		if !known {
			return a.stop()
		}
		h.act = &act
	}
	for i, o := range a.view.Acts {
		switch {
		case o.ID != h.act.ID || o.Target != h.act.Target:
		case i < p.at:
			return tea.KeyPressMsg{Code: tea.KeyUp}, true
		case i > p.at:
			return tea.KeyPressMsg{Code: tea.KeyDown}, true
		case a.unread() > 0 && asksWords(o):
			return typedKey(" "), true
		default:
			return tea.KeyPressMsg{Code: tea.KeyEnter}, true
		}
	}
	return a.stop()
}

// stop ends the play where the people played do not know how to go on.
func (a *app) stop() (tea.KeyPressMsg, bool) {
	a.hand = nil
	a.hint = "The driver does not know how to go on: go on yourself. ? explains."
	return tea.KeyPressMsg{}, false
}

// fill types the next letter of a field, or Enter. What was refused is thought
// over: the actor is asked again.
func (h *hand) fill(p *filling) (tea.KeyPressMsg, bool) {
	if p.refused != nil && p.refused != h.refused || h.act == nil {
		h.act, h.refused = nil, p.refused
		return tea.KeyPressMsg{Code: tea.KeyEscape}, true
	}
	f := p.field()
	want := h.act.Fields[f.Name]
	if f.Kind == sitting.FieldSecret {
		want = string(h.act.Secrets[f.Name].Bytes()) // a rehearsal's, which is told on the screen
	}
	if n := len(p.input.typed); n < len(want) {
		r, _ := utf8.DecodeRuneInString(want[n:])
		return typedKey(string(r)), true
	}
	return tea.KeyPressMsg{Code: tea.KeyEnter}, true
}

func typedKey(text string) tea.KeyPressMsg {
	r, _ := utf8.DecodeRuneInString(text)
	return tea.KeyPressMsg{Code: r, Text: text}
}

// unseen reports whether there is more of the page below.
func (a *app) unseen() bool {
	p, at := a.page(a.canvas())
	return at.seen < len(p.lines)
}

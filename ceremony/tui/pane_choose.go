package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// choosing lists the acts that are allowed now.
type choosing struct {
	at   int
	last string // the id of the act that was done before
	whom string // and whom it was about
}

// mostActs is how many are listed at once; the others scroll.
const mostActs = 5

// newChoosing begins at what the step waits for. But where several people do
// the same in turn, such as signing in, it begins with the next of them.
func newChoosing(v sitting.View, after choosing) *choosing {
	if after.at < len(v.Acts) && after.last != "" && v.Acts[after.at].ID == after.last && v.Acts[after.at].Target != after.whom {
		return &choosing{at: after.at}
	}
	for i, o := range v.Acts {
		if o.Next {
			return &choosing{at: i}
		}
	}
	return &choosing{}
}

func (p *choosing) keys(a *app) []binding {
	k := a.keys
	out := []binding{k.up, k.choose}
	if a.unseen() {
		out = []binding{k.up, k.pageDown, k.choose}
	}
	return append(out, k.leave)
}

func (p *choosing) press(a *app, k tea.KeyPressMsg) tea.Cmd {
	acts := a.view.Acts
	switch {
	case a.keys.up.matches(k):
		p.at = max(0, p.at-1)
	case a.keys.down.matches(k):
		p.at = min(len(acts)-1, p.at+1)
	case a.keys.number.matches(k):
		if n := int(k.Text[0] - '1'); n < len(acts) {
			p.at = n
		}
	case a.keys.choose.matches(k) && p.at < len(acts) && !a.stood:
		a.held = &k // the last lines are only on their way to the screen
	case a.keys.choose.matches(k) && p.at < len(acts):
		return p.begin(a, acts[p.at])
	case a.keys.leave.matches(k):
		a.cover(leaving{ErrLeave})
	default:
		return a.turnPage(k)
	}
	return nil
}

// begin begins an act, by asking for whatever it needs. What must be read
// first is read first.
func (p *choosing) begin(a *app, o sitting.Offer) tea.Cmd {
	from := choosing{at: p.at, last: o.ID, whom: o.Target}
	if asksWords(o) && a.unread() > 0 {
		a.hint = fmt.Sprintf("First read it to the end: press %s.", a.keys.pageDown.Help().Key)
		return nil
	}
	if len(o.Fields) == 0 && o.Looks {
		return a.carryOut(o, o.Act(), from)
	}
	if len(o.Fields) == 0 {
		return a.confirm(o, o.Act(), from)
	}
	a.pane, a.own = newFilling(o, from), scroll{}
	return nil
}

// asksWords reports whether an act is confirmed by words of what was read.
func asksWords(o sitting.Offer) bool {
	return slices.ContainsFunc(o.Fields, func(f sitting.Field) bool { return f.Kind == sitting.FieldWords })
}

func (p *choosing) page(*app, canvas) (page, bool) { return page{}, false }

// lines are the acts around the chosen one.
func (p *choosing) lines(a *app, c canvas) []string {
	acts := a.view.Acts
	first := max(0, min(p.at-mostActs/2, len(acts)-mostActs))
	last := min(len(acts), first+mostActs)
	var out []string
	for i := first; i < last; i++ {
		text := fmt.Sprintf("%d %s", i+1, acts[i].Label)
		line := "  " + canvas{c.look, c.width - 4}.fit(text)
		if i == p.at {
			line = c.chosen.Render(c.cursor + " " + canvas{c.look, c.width - 4}.fit(text))
		}
		if i == first && first > 0 {
			line += c.faint.Render(" " + c.less)
		}
		if i == last-1 && last < len(acts) {
			line += c.faint.Render(" " + c.more)
		}
		out = append(out, line)
	}
	return out
}

// unread is how many lines of the step's page must still be on the screen
// before an act that asks for words.
func (a *app) unread() int {
	return a.scroll.unread(a.stepPage(a.canvas()))
}

// turnPage scrolls the page if that is what k is for, once the one before has
// been on the screen.
func (a *app) turnPage(k tea.KeyPressMsg) tea.Cmd {
	_, at := a.page(a.canvas())
	down, up := a.keys.pageDown.matches(k), a.keys.pageUp.matches(k)
	switch {
	case !down && !up:
		return nil
	case !a.stood:
		a.held = &k
		return nil
	case down:
		at.by(1, a.room)
	case up:
		at.by(-1, a.room)
	}
	return a.stand()
}

// stand waits until what is drawn now has been on the screen: the terminal gets
// it some milliseconds later, and only then can it be read or answered.
func (a *app) stand() tea.Cmd {
	if a.still == 0 {
		return nil
	}
	a.stood = false
	a.standing++
	return after(a.still, stoodMsg{a.standing})
}

// hasStood lets the next key in: the one that was pressed meanwhile, if any.
func (a *app) hasStood(m stoodMsg) tea.Cmd {
	if m.seq != a.standing {
		return nil
	}
	k := a.held
	a.stood, a.held = true, nil
	if k == nil {
		return nil
	}
	return a.on().press(a, *k)
}

package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// confirming asks for a y before an act for which nothing was typed.
type confirming struct {
	offer sitting.Offer
	act   sitting.Act
	from  choosing
}

// confirm asks for a y. One that was typed before the question could be read
// is no answer.
func (a *app) confirm(o sitting.Offer, act sitting.Act, from choosing) tea.Cmd {
	a.pane = &confirming{offer: o, act: act, from: from}
	return a.stand()
}

func (p *confirming) keys(a *app) []binding { return []binding{a.keys.yes, a.keys.back} }

func (p *confirming) press(a *app, k tea.KeyPressMsg) tea.Cmd {
	switch {
	case a.keys.yes.matches(k) && !a.stood:
	case a.keys.yes.matches(k):
		return a.carryOut(p.offer, p.act, p.from)
	case a.keys.back.matches(k):
		a.pane = &choosing{at: p.from.at}
	default:
		return a.turnPage(k)
	}
	return nil
}

func (p *confirming) page(*app, canvas) (page, bool) { return page{}, false }

func (p *confirming) lines(a *app, c canvas) []string {
	out := c.few(6, c.after(c.prompt.Render(c.cursor+" "), p.offer.Label))
	for _, f := range p.offer.Fields {
		out = append(out, c.few(2, c.after("  ", answered(f, p.act)))...)
	}
	for _, l := range c.few(3, c.after("  ", "Press y to "+p.offer.Does()+", esc to go back.")) {
		if !a.stood {
			l = "" // no question yet, and no answer
		}
		out = append(out, c.prompt.Render(l))
	}
	return out
}

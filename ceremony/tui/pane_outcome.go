package tui

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/internal/visible"
)

// outcome is what came of an act: what happened, and if it was refused, why,
// and the one thing to do next.
type outcome struct {
	offer    sitting.Offer
	happened []sitting.Progress
	refused  *sitting.Refusal
	from     choosing
}

// done ends an act. What it said stays to be read.
func (a *app) done(m doneMsg) tea.Cmd {
	p, on := a.pane.(*working)
	if !on {
		return nil
	}
	p.cancel()
	if a.hand != nil {
		a.hand.act = nil // it has been tried
	}
	if a.leaving {
		return tea.Quit
	}
	var refusal *sitting.Refusal
	if m.err != nil && !errors.As(m.err, &refusal) {
		return a.end(m.err)
	}
	agenda := a.view.Agenda
	a.show(p.from)
	switch {
	case refusal == nil && len(p.happened) == 1 && !p.touched: // said in passing
		a.note = p.happened[0].Text
	case refusal != nil || len(p.happened) > 0:
		a.pane = &outcome{offer: p.offer, happened: p.happened, refused: refusal, from: p.from}
		a.view.Agenda = agenda // the step goes on until this has been read
	}
	return a.play()
}

func (p *outcome) keys(a *app) []binding {
	switch {
	case a.unseen():
		return []binding{a.keys.enter.does("read on"), a.keys.pageUp}
	case p.refused != nil:
		return []binding{a.keys.enter.does("go back")}
	}
	return []binding{a.keys.enter}
}

func (p *outcome) press(a *app, k tea.KeyPressMsg) tea.Cmd {
	switch {
	case a.keys.enter.matches(k) && a.unseen():
		return a.turnPage(tea.KeyPressMsg{Code: tea.KeyPgDown})
	case a.keys.enter.matches(k), a.keys.back.matches(k):
		a.show(p.from)
	default:
		return a.turnPage(k)
	}
	return nil
}

func (p *outcome) page(a *app, c canvas) (page, bool) {
	out := c.course(p.offer, p.happened)
	if p.refused != nil {
		out.add(c.refusal(p.refused)...)
	}
	return out, true
}

// refusal is a headline, what is the matter, and what to do.
func (c canvas) refusal(r *sitting.Refusal) []string {
	kind := r.Kind
	if kind == "" {
		kind = sitting.NotDone
	}
	out := []string{c.bad.Render(c.fail + " " + strings.ToUpper(string(kind))), ""}
	out = append(out, c.text(r.What)...)
	if r.Hint != "" {
		out = append(out, "")
		out = append(out, c.after(c.strong.Render("What to do: "), r.Hint)...)
	}
	if r.Err != nil {
		out = append(out, "")
		for _, l := range c.text(visible.Line(r.Err.Error())) {
			out = append(out, c.faint.Render(l))
		}
	}
	return out
}

func (p *outcome) lines(a *app, c canvas) []string {
	if a.unseen() {
		return []string{c.prompt.Render("There is more: enter reads on.")}
	}
	if p.refused != nil {
		return []string{c.prompt.Render("Enter goes back to the step.")}
	}
	return []string{c.good.Render("Done.") + c.prompt.Render(" Enter goes on.")}
}

// ended is shown when it is over.
type ended struct{}

func (p *ended) keys(a *app) []binding { return []binding{a.keys.enter.does("end")} }

func (p *ended) press(a *app, k tea.KeyPressMsg) tea.Cmd {
	if a.keys.enter.matches(k) || a.keys.leave.matches(k) {
		return tea.Quit
	}
	return a.turnPage(k)
}

func (p *ended) page(*app, canvas) (page, bool) { return page{}, false }

func (p *ended) lines(a *app, c canvas) []string {
	return []string{c.good.Render("The "+a.view.What+" is over.") + c.prompt.Render(" Enter ends the guide.")}
}

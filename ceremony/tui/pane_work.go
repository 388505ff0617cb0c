package tui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// working is an act on its way: what has happened so far, and the touch that
// it waits for.
type working struct {
	offer  sitting.Offer
	from   choosing
	cancel context.CancelFunc
	events chan sitting.Progress
	err    error

	happened []sitting.Progress
	touch    *sitting.Progress
	touched  bool      // a touch was waited for
	since    time.Time // when the touch was asked for
	given    bool      // somebody gave up
}

func (p *working) keys(a *app) []binding {
	var out []binding
	if p.touch != nil {
		if p.touch.Press {
			out = append(out, a.keys.touch)
		}
		out = append(out, a.keys.back.does("give up"))
	}
	return out
}

func (p *working) press(a *app, k tea.KeyPressMsg) tea.Cmd {
	switch {
	case p.touch != nil && p.touch.Press && a.keys.touch.matches(k):
		return a.touch(p.touch.Number)
	case p.touch != nil && a.keys.back.matches(k):
		p.given = true
		p.cancel()
	}
	return nil
}

// progress is one thing that has happened. A touch is waited for until the
// next thing happens.
func (a *app) progress(m progressMsg) tea.Cmd {
	p, on := a.pane.(*working)
	if !on {
		return nil
	}
	p.touch = nil
	now := a.engine.View()
	a.view.Meters = now.Meters
	if m.progress.Kind == sitting.Touch {
		p.touch, p.touched, p.since = &m.progress, true, now.Now
		a.view.Now = now.Now
		return tea.Batch(p.listen, a.play())
	}
	p.happened = append(p.happened, m.progress)
	return p.listen
}

// page is what has happened, and the touch.
func (p *working) page(a *app, c canvas) (page, bool) {
	out := c.course(p.offer, p.happened)
	if p.touch != nil {
		out.add(p.touching(a, c)...)
	}
	return out, true
}

// course is what has happened in the course of an act.
func (c canvas) course(o sitting.Offer, happened []sitting.Progress) page {
	out := page{title: titled(o.Label)}
	for _, h := range happened {
		out.lines = append(out.lines, c.happened(h)...)
	}
	return out
}

// happened is one line of what an act did.
func (c canvas) happened(p sitting.Progress) []string {
	mark := map[sitting.ProgressKind]sitting.Mark{sitting.Passed: sitting.MarkPass, sitting.Failed: sitting.MarkFail}[p.Kind]
	if mark == "" {
		mark = sitting.MarkNote
	}
	return c.check(sitting.CheckLine{Mark: mark, Text: p.Text})
}

// touching asks for a touch, and says for how long.
func (p *working) touching(a *app, c canvas) []string {
	t := p.touch
	title := fmt.Sprintf("TOUCH the token of %s", t.Target)
	if t.Of > 1 {
		title += fmt.Sprintf(" (%d of %d)", t.Number, t.Of)
	}
	out := []string{c.prompt.Render(title)}
	out = append(out, c.rows([][2]string{{"serial number", t.Serial}, {"signs", t.For}, {"touch policy", t.Policy}})...)
	return append(out, p.countdown(a, c))
}

// countdown is how long the touch is still waited for. Where nothing is to
// move, it says how long that is in all.
func (p *working) countdown(a *app, c canvas) string {
	whole := int(p.touch.Timeout / time.Second)
	if a.opt.Still {
		return c.strong.Render(fmt.Sprintf("within %d seconds", whole))
	}
	// A clock that somebody sets meanwhile must not make it longer.
	left := min(max(0, whole-int(a.view.Now.Sub(p.since)/time.Second)), whole)
	const cells = 30
	full := 0
	if whole > 0 {
		full = left * cells / whole
	}
	return fmt.Sprintf("[%s%s] %s", c.prompt.Render(strings.Repeat(c.full, full)), c.faint.Render(strings.Repeat(c.empty, cells-full)),
		c.strong.Render(fmt.Sprintf("%d s left", left)))
}

func (p *working) lines(a *app, c canvas) []string {
	switch {
	case a.leaving, p.given:
		return []string{c.caution.Render("Giving up. It ends in a moment, and nothing is lost.")}
	case p.touch != nil && p.touch.Press:
		return []string{c.prompt.Render("A rehearsal token: press space to touch it.")}
	case p.touch != nil:
		return []string{c.prompt.Render("Touch the metal contact when it blinks.")}
	}
	return []string{c.faint.Render("Working. Leave the token where it is.")}
}

package tui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// margin is how wide the agenda is, with its rule.
const margin = 17

// View draws the whole terminal.
func (a *app) View() tea.View {
	v := tea.NewView(a.draw())
	v.AltScreen = true
	return v
}

func (a *app) draw() string {
	if a.small() {
		return a.tooSmall()
	}
	head, meters := a.header(), append(a.meters(), a.notice()...)
	middle := a.middle(a.height - len(head) - len(meters) - footLines)
	// The foot comes last: which keys work depends on what the page shows.
	lines := slices.Concat(head, middle, meters, a.footer())
	for i, l := range lines {
		lines[i] = ansi.Truncate(l, a.width, "")
	}
	return strings.Join(lines, "\n")
}

// tooSmall says so, as far as there is room for that.
func (a *app) tooSmall() string {
	if a.width < 1 || a.height < 1 {
		return ""
	}
	says := fmt.Sprintf("%s\nThis terminal has %d columns and %d lines.\nThe guide needs %d by %d: make it larger,\nor leave (ctrl+c) and use --plain.", a.mode(), a.width, a.height, minWidth, minHeight)
	if a.asked() {
		says = "Leave the " + a.view.What + "? Everything is kept.\ny leaves, esc stays."
	}
	lines := strings.Split(ansi.Wrap(says, a.width, ""), "\n")
	return strings.Join(lines[:min(len(lines), a.height)], "\n")
}

// header says what this is, on every screen.
func (a *app) header() []string {
	badge := a.look.production
	if a.view.Rehearsal {
		badge = a.look.rehearsal
	}
	what := fmt.Sprintf("%s %s %s, %s", a.view.Title, a.look.dot, a.view.Format, a.view.Purpose)
	// Names give way, so that none can push out what this is.
	place := canvas{a.look, 28}.fit(a.view.Place)
	where := fmt.Sprintf("%s %s step %d of %d", place, a.look.dot, a.step(), len(a.view.Agenda))
	left := badge.Render(" "+a.mode()+" ") + a.look.rule.Render(a.look.vertical+" ") + a.look.strong.Render(what)
	return []string{a.ends(left, a.look.faint.Render(where)), a.ruled(a.look.down)}
}

// ruled is a rule from side to side; joint is its sign where it meets the
// agenda's.
func (a *app) ruled(joint string) string {
	return a.look.rule.Render(strings.Repeat(a.look.horizontal, margin-1) + joint + strings.Repeat(a.look.horizontal, max(0, a.width-margin)))
}

// mode is what this is.
func (a *app) mode() string {
	if a.view.Rehearsal {
		return "REHEARSAL"
	}
	return "PRODUCTION"
}

// step is the number of the step that is on; the last one once all are done.
func (a *app) step() int {
	for i, item := range a.view.Agenda {
		if item.State == sitting.AgendaNow {
			return i + 1
		}
	}
	return len(a.view.Agenda)
}

// ends sets one text to the left and one to the right. The left one gives way.
func (a *app) ends(left, right string) string {
	room := a.width - ansi.StringWidth(right) - 1
	left = ansi.Truncate(left, max(0, room), a.look.cut)
	return left + strings.Repeat(" ", max(1, a.width-ansi.StringWidth(left)-ansi.StringWidth(right))) + right
}

// middle is the agenda, and beside it what the step is about.
func (a *app) middle(height int) []string {
	side := a.agenda(height)
	centre := a.centre(height)
	out := make([]string, height)
	for i := range out {
		out[i] = side[i] + a.look.rule.Render(a.look.vertical) + " " + centre[i]
	}
	return out
}

// agenda is the margin: the steps, and where each stands.
func (a *app) agenda(height int) []string {
	out := make([]string, height)
	for i := range out {
		out[i] = strings.Repeat(" ", margin-1)
		if i >= len(a.view.Agenda) {
			continue
		}
		item := a.view.Agenda[i]
		text := fmt.Sprintf("%s %-*s", a.look.glyphs.agenda(item.State), margin-3, item.Short)
		switch item.State {
		case sitting.AgendaNow:
			text = a.look.chosen.Render(text)
		case sitting.AgendaTodo:
			text = a.look.faint.Render(text)
		case sitting.AgendaDone:
			text = a.look.good.Render(text)
		}
		out[i] = text
	}
	return out
}

// centre is the page, as much of it as fits, and below it the pane.
func (a *app) centre(height int) []string {
	c := a.canvas()
	below := a.below(c)
	below = below[max(0, len(below)-height+3):] // the question is at its end
	room := max(1, height-len(below)-2)         // a line for the title, one for the rule
	p, at := a.page(c)
	a.room = room
	at.settle(p, room)
	if again := a.below(c); len(again) == len(below) { // it may say whether there is more of the page
		below = again
	}
	out := append(make([]string, 0, height), c.titleOf(p))
	if len(p.lines) < room { // a line to spare
		p.lines = append([]string{""}, p.lines...)
	}
	for i := range room {
		line := ""
		if n := at.top + i; n < len(p.lines) {
			line = p.lines[n]
		}
		out = append(out, line)
	}
	out = append(out, a.rest(c, len(p.lines), at.top, room))
	out = append(out, below...)
	return append(out, make([]string, max(0, height-len(out)))...)[:height]
}

// canvas is where pages are drawn: what the agenda leaves.
func (a *app) canvas() canvas { return canvas{a.look, a.width - margin - 1} }

// titleOf is a page's title; its end stands, whatever names are in it.
func (c canvas) titleOf(p page) string {
	end := p.end
	if end != "" {
		end = " " + c.dot + " " + end
	}
	return c.heading.Render(canvas{c.look, c.width - ansi.StringWidth(end)}.fit(p.title)) + end
}

// below is the pane, or what stands in for it.
func (a *app) below(c canvas) []string {
	lines := a.on().lines(a, c)
	if a.note != "" {
		lines = append(lines, c.good.Render(c.fit(c.pass+" "+a.note)))
	}
	if a.hint != "" {
		lines = append(lines, c.after(c.caution.Render("! "), c.caution.Render(a.hint))...)
	}
	return lines
}

// page is what there is to see, and where it is scrolled to: a pane's own, or
// that of the step.
func (a *app) page(c canvas) (page, *scroll) {
	if p, has := a.on().page(a, c); has {
		return p, &a.own
	}
	return a.stepPage(c), &a.scroll
}

// on is the pane that has the keyboard.
func (a *app) on() pane {
	if a.over != nil {
		return a.over
	}
	return a.pane
}

// stepPage is that of the step.
func (a *app) stepPage(c canvas) page {
	return a.screen().page(a.view, c)
}

// notice is the first of what stands open, on every screen; all of them are in
// the help.
func (a *app) notice() []string {
	n := len(a.view.Notices)
	if n == 0 {
		return nil
	}
	more := ""
	if n > 1 {
		more = fmt.Sprintf(" (and %d more: ?)", n-1)
	}
	c := canvas{a.look, a.width - len(more) - 1}
	return []string{c.caution.Render(c.fit("! "+a.view.Notices[0]) + more)}
}

// rest is the rule below the page: it says how much of it is not on the screen.
func (a *app) rest(c canvas, lines, top, room int) string {
	says, down := "", a.keys.pageDown.Help().Key
	if _, typing := a.on().(*filling); typing {
		down = "pgdn" // a space would be typed
	}
	if below := lines - top - room; below > 0 {
		says = fmt.Sprintf(" %s %d more below: %s ", c.more, below, down)
	} else if top > 0 {
		says = fmt.Sprintf(" %s %d above: %s ", c.less, top, a.keys.pageUp.Help().Key)
	}
	left := strings.Repeat(c.horizontal, 2)
	right := strings.Repeat(c.horizontal, max(0, c.width-2-ansi.StringWidth(says)))
	return c.rule.Render(left) + c.caution.Render(says) + c.rule.Render(right)
}

// footLines is how many lines the footer has.
const footLines = 2

// footer is the keys that work now, and the clock.
func (a *app) footer() []string {
	var keys []string
	for _, b := range append(a.on().keys(a), a.always()...) {
		if h := b.Help(); b.Enabled() && h.Key != "" {
			keys = append(keys, a.look.strong.Render(h.Key)+" "+h.Desc)
		}
	}
	clock := a.view.Now.Format("2006-01-02 15:04:05 UTC")
	joint := a.look.horizontal
	if len(a.view.Meters)+len(a.view.Notices) == 0 { // the agenda's rule ends here
		joint = a.look.up
	}
	if a.hand != nil && a.over == nil {
		keys = []string{a.look.caution.Render("Played by a driver: any key takes over, ? explains")}
	}
	return []string{a.ruled(joint), a.ends(strings.Join(keys, "  "), a.look.faint.Render(clock))}
}

// always are the keys that work in every pane but where a text is typed.
func (a *app) always() []binding {
	if a.over != nil {
		return nil
	}
	switch a.pane.(type) {
	case *filling:
		return []binding{a.keys.helpTyping, a.keys.interrupt.does("leave")}
	case *choosing:
		return []binding{a.keys.help}
	}
	return []binding{a.keys.help, a.keys.interrupt.does("leave")}
}

package tui

import (
	tea "charm.land/bubbletea/v2"
)

// leaving asks whether to leave. What was recorded is kept in any case.
type leaving struct{ fault error }

// interrupt is Control-C: it asks, and the second one does not.
func (a *app) interrupt() tea.Cmd {
	if a.asked() {
		return a.leave(ErrInterrupt)
	}
	a.cover(leaving{ErrInterrupt})
	return nil
}

// leave ends the guide once the act on its way, if any, has ended.
func (a *app) leave(fault error) tea.Cmd {
	if a.over = nil; !a.view.Done {
		a.fault = fault
	}
	switch p := a.pane.(type) {
	case *working:
		a.leaving = true
		p.cancel()
		return nil
	case *filling:
		p.wipe()
	}
	return tea.Quit
}

func (leaving) keys(a *app) []binding {
	return []binding{a.keys.yes.does("leave"), a.keys.back.does("stay")}
}

func (p leaving) press(a *app, k tea.KeyPressMsg) tea.Cmd {
	switch {
	case a.keys.yes.matches(k):
		return a.leave(p.fault)
	case a.keys.back.matches(k):
		return a.uncover()
	}
	return nil
}

func (leaving) page(a *app, c canvas) (page, bool) {
	out := page{title: "Leave the " + a.view.What + "?"}
	for _, t := range a.view.Kept {
		out.add(c.text(t)...)
	}
	return out, true
}

func (leaving) lines(_ *app, c canvas) []string {
	return []string{c.prompt.Render("Press y to leave, esc to stay.")}
}

// help explains the step, what every sign means, and all keys.
type help struct{}

func (help) keys(a *app) []binding {
	return []binding{a.keys.back.does("close"), a.keys.pageDown}
}

func (help) press(a *app, k tea.KeyPressMsg) tea.Cmd {
	if a.keys.back.matches(k) || a.keys.help.matches(k) || a.keys.enter.matches(k) {
		return a.uncover()
	}
	return a.turnPage(k)
}

func (help) page(a *app, c canvas) (page, bool) {
	out := page{title: "What this step is for"}
	for _, t := range a.screen().about() {
		out.add(c.text(t)...)
	}
	for _, n := range a.view.Notices {
		out.add(c.after(c.caution.Render("! "), n)...)
	}
	out.add(a.keys.all(c)...)
	out.add(a.legend(c)...)
	for _, m := range a.view.Meters {
		out.add(c.keysOf(m)...)
	}
	return out, true
}

func (help) lines(_ *app, c canvas) []string {
	return []string{c.prompt.Render("Esc closes the help.")}
}

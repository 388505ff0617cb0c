package tui

import (
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// meters are one for each quorum: how full, and below it who stands how. Above
// them, and above notices alone, is a rule.
func (a *app) meters() []string {
	if len(a.view.Meters)+len(a.view.Notices) == 0 {
		return nil
	}
	c, brief := canvas{a.look, a.width - 1}, a.brief()
	out := []string{a.ruled(c.up)}
	column := 0
	for _, m := range a.view.Meters {
		column = max(column, len(m.Quorum))
	}
	for _, m := range a.view.Meters {
		out = append(out, c.fit(c.bar(m, column)))
		if !brief {
			out = append(out, c.standings(m, a.height)...)
		}
	}
	return out
}

// brief reports whether the meters leave their lines to what has to be read: a
// page that must be, words that have to be found, what a PIN is for.
func (a *app) brief() bool {
	if a.over != nil || a.height >= 30 {
		return false
	}
	switch p := a.pane.(type) {
	case *filling:
		return p.field().Kind != sitting.FieldText
	case *choosing:
		return a.stepPage(a.canvas()).whole > 0
	}
	return false
}

// bar is a quorum's name, its bar, and what is still wanted.
func (c canvas) bar(m sitting.Meter, column int) string {
	have, cell := min(m.Have, m.Need), 1
	if m.Need <= 6 {
		cell = 3
	}
	fill := strings.Repeat(c.full, have*cell)
	rest := strings.Repeat(c.empty, (m.Need-have)*cell)
	says := c.caution.Render(fmt.Sprintf("%d of %d, %d more needed", m.Have, m.Need, m.Need-have))
	if m.Met() {
		says = c.good.Render(fmt.Sprintf("%d of %d, %s met", m.Have, m.Need, c.done))
	}
	return fmt.Sprintf("%s [%s%s] %s", c.strong.Render(fmt.Sprintf("%*s quorum", column, m.Quorum)), c.good.Render(fill), c.faint.Render(rest), says)
}

// order is in which a meter names its keys: who has decided first, and last those
// who are cut if there is no room.
func order() []sitting.KeyState {
	return []sitting.KeyState{sitting.KeySigned, sitting.KeyRefused, sitting.KeyCannot, sitting.KeyCould}
}

// standings are the keys by where they stand, in words, on one line; on two if
// the terminal has lines to spare. The rest is in the help.
func (c canvas) standings(m sitting.Meter, height int) []string {
	var parts []string
	for _, state := range order() {
		var names []string
		for _, k := range m.Keys {
			if k.State == state {
				names = append(names, nameOf(k))
			}
		}
		if len(names) > 0 {
			label := fmt.Sprintf("%s %s:", c.glyphs.key(state), state)
			parts = append(parts, c.keyed(state).Render(label)+" "+strings.Join(names, " "))
		}
	}
	lines := c.after("  ", strings.Join(parts, "  "))
	if most := 1 + height/minHeight/2; len(lines) > most {
		lines = lines[:most]
		lines[most-1] = canvas{c.look, c.width - 12}.fit(lines[most-1]) + c.caution.Render(" (more: ?)")
	}
	return lines
}

// nameOf is what a key is called; its fingerprint's beginning if nobody named it.
func nameOf(k sitting.MeterKey) string {
	if k.Name == "" {
		return k.Short
	}
	return k.Name
}

// legend says what each sign of a meter means.
func (a *app) legend(c canvas) []string {
	if len(a.view.Meters) == 0 {
		return nil
	}
	out := []string{c.strong.Render("What the meters at the foot say")}
	for _, l := range []struct {
		state sitting.KeyState
		says  string
	}{
		{sitting.KeySigned, "its signature is there, and counts"},
		{sitting.KeyCould, "its signature would count"},
		{sitting.KeyRefused, "its keyholder refused, and said why"},
		{sitting.KeyCannot, "its token is blocked, or did not pass its checks"},
	} {
		label := fmt.Sprintf("%s %-12s", c.glyphs.key(l.state), l.state)
		out = append(out, c.after(c.keyed(l.state).Render(label), l.says)...)
	}
	return out
}

// keysOf is a whole meter, one line a key.
func (c canvas) keysOf(m sitting.Meter) []string {
	out := []string{c.strong.Render(fmt.Sprintf("The %s quorum: %d of %d keys", m.Quorum, m.Need, len(m.Keys)))}
	for _, k := range m.Keys {
		label := fmt.Sprintf("%s %-12s %s  ", c.glyphs.key(k.State), k.State, k.Short)
		out = append(out, c.after(c.keyed(k.State).Render(label), k.Name)...)
	}
	return out
}

package tui

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// A binding is a key that works, and what the foot says of it.
type binding struct{ key.Binding }

func bind(shown, does string, keys ...string) binding {
	return binding{key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, does))}
}

func (b binding) matches(k tea.KeyPressMsg) bool { return key.Matches(k, b.Binding) }

// does is the same key, doing something else.
func (b binding) does(what string) binding {
	b.SetHelp(b.Help().Key, what)
	return b
}

// keymap is every key that the guide knows. None that acts is a letter of
// modhex (cbdefghijklnrtuv), which a touched token types.
type keymap struct {
	up, down, choose, number binding
	pageDown, pageUp         binding
	yes, back, enter         binding
	touch                    binding
	help, helpTyping         binding
	leave, interrupt         binding
}

// all lists every key, for the help.
func (k keymap) all(c canvas) []string {
	out := []string{c.strong.Render("Keys")}
	for _, b := range []binding{k.up, k.number, k.choose, k.yes, k.back, k.pageDown, k.pageUp, k.touch, k.help, k.leave, k.interrupt} {
		out = append(out, c.after(c.strong.Render(fmt.Sprintf("%-8s", b.Help().Key))+" ", b.Help().Desc)...)
	}
	return out
}

func newKeymap(ascii bool) keymap {
	arrows := "↑↓"
	if ascii {
		arrows = "arrows"
	}
	return keymap{
		up:       bind(arrows, "choose", "up"),
		down:     bind("", "", "down"),
		choose:   bind("enter", "begin", "enter"),
		number:   bind("1-9", "choose by number", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
		pageDown: bind("space", "more", "space", "pgdown"),
		pageUp:   bind("pgup", "read back", "pgup"),
		yes:      bind("y", "do it", "y", "Y"),
		back:     bind("esc", "go back", "esc"),
		enter:    bind("enter", "go on", "enter"),
		touch:    bind("space", "touch the token", "space"),
		help:     bind("?", "help", "?", "f1"),
		// Where a text is typed the question mark belongs to it.
		helpTyping: bind("f1", "help", "f1"),
		leave:      bind("q", "leave", "q", "Q"),
		interrupt:  bind("ctrl+c", "leave, at any moment", "ctrl+c"),
	}
}

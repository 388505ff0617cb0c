package tui

import (
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// screenSeal is everybody's word about the record.
type screenSeal struct{}

func (screenSeal) page(v sitting.View, c canvas) page {
	return c.turn(v, c.blocks(v.Heading, checksFirst(v.Body)))
}

func (screenSeal) about() []string {
	return []string{
		"Everything that was done stands in the journal. Who was here says whether it is true, and signs it with their token.",
		"To disagree is a valid answer: say with what. It is kept with the record, and does not undo a signature.",
		"Open exceptions are decided first: choose the line that closes it, and say what was decided and by whom.",
	}
}

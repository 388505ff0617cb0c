package tui

import (
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// screenSign is one keyholder, one token, and what it signs.
type screenSign struct{}

func (screenSign) page(v sitting.View, c canvas) page {
	if v.Turn.Participant == "" {
		return c.blocks(v.Heading, v.Body)
	}
	return c.turn(v, c.blocks(v.Heading, inOrder(v.Body)))
}

func (screenSign) about() []string {
	return []string{
		"Keyholder by keyholder: choose the line with the name and have that token in a reader. What will be signed is shown again, for you alone: read it to its end.",
		"You type three words of the digest, the witness, if the plan wants one, three others, and you your PIN. To sign, the token is then touched twice: for the signature over the new root, and for the statement that ties it to this record.",
		"The tries that are left for the PIN are shown before it is asked for. A wrong PIN costs one. When none is left the token is blocked; with its PUK it can be given a new PIN, which is recorded as an exception.",
		"You may refuse. A reason is written down, and signed; nobody can sign in your place.",
		"Every signature is verified by this program before it is written down. Once written it is never lost, whatever happens after it.",
	}
}

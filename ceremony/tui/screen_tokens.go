package tui

import (
	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// screenTokens is whose token is in, and what it says of itself.
type screenTokens struct{}

func (screenTokens) page(v sitting.View, c canvas) page {
	return c.turn(v, c.blocks(v.Heading, checksFirst(v.Body)))
}

func (screenTokens) about() []string {
	return []string{
		"Each joining keyholder's token proves here that it holds the key that stands in the plan: it is looked at, its attestation is checked, and it signs a statement.",
		"Choose the line with the keyholder's name, and have only that token in a reader. Then prove possession: PIN, and a touch.",
		"A line marked FAIL means that the token is not what the plan wants. It is then not asked to sign: put it away, and record an exception.",
	}
}

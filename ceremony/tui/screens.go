package tui

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// A screen lays out the body of one step, and says what the step is for. It
// decides nothing: what is there to be seen and done is in the view.
type screen interface {
	page(v sitting.View, c canvas) page
	about() []string
}

// asItIs is the layout of most screens: the body, block by block.
type asItIs struct{}

func (asItIs) page(v sitting.View, c canvas) page { return c.blocks(v.Heading, v.Body) }

// screenOf is the screen of the step that is on.
func screenOf(v sitting.View) screen {
	for _, item := range v.Agenda {
		if item.State != sitting.AgendaNow {
			continue
		}
		if s, has := screens()[item.Step]; has {
			return s
		}
	}
	return screenOver{}
}

// screens are those of the agendas' steps, by their ids: of a sitting, and of a
// token that is made ready.
func screens() map[string]screen {
	all := tokenScreens()
	maps.Copy(all, map[string]screen{
		"open":         screenOpen{},
		"room":         screenRoom{},
		"trusted-root": screenTrusted{},
		"tokens":       screenTokens{},
		"freeze":       screenFreeze{},
		"candidate":    screenCandidate{},
		"signatures":   screenSign{},
		"check":        screenCheck{},
		"seal":         screenSeal{},
		"hand-over":    screenHandOver{},
	})
	return all
}

// turn says in the title, which does not scroll away, whose token is on the
// table, and how many tries its PIN has left.
func (c canvas) turn(v sitting.View, p page) page {
	if v.Turn.Serial == "" {
		return p
	}
	left := ""
	switch n := v.Turn.PINLeft; {
	case n == 0:
		left = c.bad.Render("PIN BLOCKED")
	case n == 1:
		left = c.bad.Render("PIN: LAST TRY")
	case n > 1:
		left = fmt.Sprintf("PIN: %d tries left", n)
	}
	p.end = "token " + v.Turn.Serial
	if left != "" {
		p.end += fmt.Sprintf(" %s %s", c.dot, left)
	}
	return p
}

// checksFirst puts what was checked before the rest: the token on the table.
func checksFirst(body []sitting.Block) []sitting.Block {
	var checked, rest []sitting.Block
	for _, b := range body {
		if len(b.Checks) > 0 {
			checked = append(checked, b)
		} else {
			rest = append(rest, b)
		}
	}
	return append(checked, rest...)
}

// inOrder puts what has to be read before the rest, and its digest after it;
// but what did not pass comes first of all.
func inOrder(body []sitting.Block) []sitting.Block {
	var failed, first, rest []sitting.Block
	for _, b := range body {
		switch {
		case slices.ContainsFunc(b.Checks, func(k sitting.CheckLine) bool { return k.Mark == sitting.MarkFail }):
			failed = append(failed, b)
		case b.Whole, !b.Digest.IsZero():
			first = append(first, b)
		default:
			rest = append(rest, b)
		}
	}
	return slices.Concat(failed, first, rest)
}

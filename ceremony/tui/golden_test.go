package tui

import (
	"fmt"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/verify"
)

// moment names what is on the screen, for all but what is being typed.
func (s *stage) moment() string {
	name := s.view.Heading
	switch p := s.pane.(type) {
	case *choosing:
		name += " / choosing"
	case *confirming:
		name += " / confirming " + p.offer.ID
	case *filling:
		if len(p.input.typed) > 0 {
			return ""
		}
		name += " / " + p.offer.ID + " asks for " + p.field().Name
	case *working:
		if p.touch == nil {
			return ""
		}
		name += " / " + p.offer.ID + " waits for a touch"
	case *outcome:
		name += " / outcome of " + p.offer.ID
	case *ended:
		name += " / ended"
	}
	return name
}

func TestWatch(t *testing.T) {
	r := folder(t, plan.TUF)
	e := open(t, r, rehearse.Genesis, verify.Trusted{})
	s := newStage(t, e, Options{Actor: people.New(r.Cast(rehearse.Genesis)), Still: true})
	seen := make(map[string]bool)
	s.run(s.Init())
	s.until("the end", func() bool {
		if m := s.moment(); m != "" && !seen[m] {
			seen[m] = true
			fmt.Printf("##### %s\n%s\n", m, ansi.Strip(s.draw()))
		}
		return s.quit
	})
}

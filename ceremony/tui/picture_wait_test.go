package tui

import (
	"fmt"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
)

// stepNow is the id of the step that is on.
func (s *shoot) stepNow() string {
	for _, item := range s.view.Agenda {
		if item.State == sitting.AgendaNow {
			return item.Step
		}
	}
	return ""
}

func (s *shoot) isChoosing(step string) bool {
	_, choosing := s.pane.(*choosing)
	return choosing && s.stepNow() == step
}

func (s *shoot) untilChoosing(step string) {
	s.t.Helper()
	s.until("the step "+step, func() bool { return s.isChoosing(step) })
}

// untilAsked waits for a field, with so many letters typed into it.
func (s *shoot) untilAsked(act, field string, letters int) {
	s.t.Helper()
	s.until(fmt.Sprintf("%s to ask for %s", act, field), func() bool {
		p, typing := s.pane.(*filling)
		return typing && p.offer.ID == act && p.field().Name == field && len(p.input.typed) == letters
	})
}

// untilTyped waits for a field in which all is typed that will be.
func (s *shoot) untilTyped(act, field string) {
	s.t.Helper()
	s.until(fmt.Sprintf("%s of %s to be typed", field, act), func() bool {
		p, typing := s.pane.(*filling)
		return typing && p.offer.ID == act && p.field().Name == field && s.hand.act != nil &&
			len(p.input.typed) > 0 && len(p.input.typed) == len(s.hand.act.Fields[field])
	})
}

// untilRefused waits until a field is asked for again.
func (s *shoot) untilRefused(act string) {
	s.t.Helper()
	s.until(act+" to be refused", func() bool {
		p, typing := s.pane.(*filling)
		return typing && p.offer.ID == act && p.refused != nil
	})
}

func (s *shoot) untilOutcome(act string) {
	s.t.Helper()
	s.until("what comes of "+act, func() bool {
		p, is := s.pane.(*outcome)
		return is && p.offer.ID == act
	})
}

func (s *shoot) untilTouch() {
	s.t.Helper()
	s.until("a touch to be asked for", func() bool {
		p, is := s.pane.(*working)
		return is && p.touch != nil
	})
}

// passes lets time pass.
func (s *shoot) passes(d time.Duration) {
	s.passed.Add(int64(d))
	s.Update(tickMsg{})
}

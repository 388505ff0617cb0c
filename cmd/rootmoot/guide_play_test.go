package main

import (
	"regexp"
	"strings"
	"testing"
)

// plays has the driver play to the end.
func plays(t *testing.T, bin string) {
	r := newRun(t, bin, "tuf")
	r.open("--play", "--pace", "5ms", "--no-animation")
	r.term.sees("the driver at work", func(s string) bool { return strings.Contains(s, "Played by a driver") })
	r.term.sees("the second sitting", func(s string) bool { return strings.Contains(s, "tuf, rotate") })
	r.term.ended(0)
	s := r.term.said()
	pin := regexp.MustCompile(`--trust 1:([0-9a-f]{64}) `).FindStringSubmatch(s)
	if pin == nil {
		t.Fatalf("no pin is told:\n%s", s)
	}
	r.verify(pin[1])
}

// takesOver has somebody press a key while the driver plays, do one thing by
// hand, and leave; the record has it when the sitting is opened again.
func takesOver(t *testing.T, bin string) {
	r := newRun(t, bin, "tuf")
	r.open("--play", "--pace", "20ms", "--no-animation")
	r.term.sees("the tokens", func(s string) bool { return strings.Contains(s, "step 4 of 10") })
	r.term.keys("x")
	s := r.sees("who plays now", func(s sight) bool { return s.hint() != "" })
	r.want("the hint", s.hint(), "You have taken over")
	if strings.Contains(s.screen, "Played by a driver") {
		t.Errorf("the driver plays on:\n%s", s.screen)
	}
	r.toList()
	r.deviate("tokens", "the driver was sent home")
	r.press("q", "a question", func(s sight) bool { return s.title == "Leave the sitting?" })
	r.term.keys("y")
	r.want("the end", oneLine(strings.Split(r.term.ended(4), "\n")), "the same command goes on at the same step")
	r.open()
	s = r.sees("the step", func(s sight) bool { return s.lists() && strings.Contains(s.head, "step 4 of 10") })
	r.want("the remark", s.meters, "at tokens: the driver was sent home")
}

// toList comes from wherever the driver was to a list of what can be done.
func (r *run) toList() {
	r.t.Helper()
	for {
		s := r.sees("a step", func(s sight) bool { return s.lists() || s.confirms() || s.touches() || s.came() })
		changed := func(now sight) bool { return clockless(now.screen) != clockless(s.screen) && !now.works() }
		switch {
		case s.lists():
			return
		case s.confirms():
			r.press("Escape", "the list", changed)
		case s.touches():
			r.press("Space", "what comes of the touch", changed)
		case s.came():
			r.press("Enter", "the step", changed)
		default:
			r.t.Fatalf("how does one go on from here?\n%s", s.screen)
		}
	}
}

package main

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A person sits at the terminal, reads what is on the screen, and presses keys.
// What it does not find there it cannot do: words, PINs and numbers too are
// taken from the screen.
type person struct {
	t    *testing.T
	term *tmux
	pins map[string]string // by keyholder, known beforehand; of a rehearsal nil: the screen tells
}

// sees waits for a whole screen of the guide that does not change any more.
func (p *person) sees(what string, holds func(sight) bool) sight {
	p.t.Helper()
	return look(p.term.steady(what, func(s string) bool {
		now := look(s)
		return strings.HasSuffix(now.foot, " UTC") && holds(now)
	}))
}

// press presses a key and waits for what comes of it.
func (p *person) press(key, what string, holds func(sight) bool) sight {
	p.t.Helper()
	p.term.keys(key)
	return p.sees(what, holds)
}

// want checks that each text is there.
func (p *person) want(what, text string, wanted ...string) {
	p.t.Helper()
	for _, w := range wanted {
		if !strings.Contains(text, w) {
			p.t.Errorf("%s does not say %q:\n%s", what, w, text)
		}
	}
}

// find brings an entry of the list in sight, scrolling to its end if need be
// and then back.
func (p *person) find(label string) entry {
	p.t.Helper()
	s := p.sees("a list with "+label, sight.lists)
	for key := "Down"; ; {
		e, found := s.find(label)
		if found {
			return e
		}
		at, _ := s.chosen()
		if !s.below() && at == s.entries()[len(s.entries())-1] {
			key = "Up"
		}
		if key == "Up" && at.number == 1 {
			p.t.Fatalf("nothing on the list is called %q:\n%s", label, s.screen)
		}
		s = p.press(key, "the next entry", func(s sight) bool {
			now, is := s.chosen()
			return is && now.number != at.number
		})
	}
}

// choose goes to an entry of the list by its number, or with the arrows where
// it has more than one digit, and presses enter.
func (p *person) choose(label string) sight {
	p.t.Helper()
	e := p.find(label)
	at := func(n int) func(sight) bool {
		return func(s sight) bool { now, _ := s.chosen(); return now.number == n }
	}
	if e.number < 10 {
		p.press(strconv.Itoa(e.number), "the cursor at "+e.label, at(e.number))
	}
	for s := p.sees("a list", sight.lists); ; {
		now, _ := s.chosen()
		switch {
		case now.number < e.number:
			s = p.press("Down", "the next entry", at(now.number+1))
		case now.number > e.number:
			s = p.press("Up", "the entry before", at(now.number-1))
		default:
			return p.press("Enter", "what comes of choosing "+e.label, func(s sight) bool { return !s.lists() || s.hint() != "" })
		}
	}
}

// read reads a page to its end, and gives its text.
func (p *person) read() string {
	p.t.Helper()
	s := p.sees("a page", func(s sight) bool { return s.title != "" })
	text := s.page
	for strings.Contains(s.rest, "more below") {
		before := s.rest
		s = p.press(p.turns(s), "the rest of the page", func(s sight) bool { return s.rest != before })
		text = append(text, s.page...)
	}
	return oneLine(text)
}

// turns is the key that the screen says turns the page.
func (p *person) turns(s sight) string {
	p.t.Helper()
	_, key, _ := strings.Cut(s.rest, "more below: ")
	switch {
	case s.reads():
		return "Enter"
	case key == "pgdn":
		return "PageDown"
	case key == "space" && !s.typing(): // there it would be typed
		return "Space"
	}
	p.t.Fatalf("no key is named that shows the rest: %q\n%s", s.rest, s.screen)
	return ""
}

// yes confirms what was chosen, and waits for what comes of it.
func (p *person) yes() sight {
	p.t.Helper()
	p.sees("a question for y", sight.confirms)
	return p.press("y", "what comes of it", func(s sight) bool { return !s.confirms() && !s.works() })
}

// do chooses and confirms, and goes on after what was said about it.
func (p *person) do(label string) (said string) {
	p.t.Helper()
	p.choose(label)
	if s := p.yes(); !s.came() {
		return s.asks()
	}
	return p.goOn()
}

// goOn reads what came of an act, and goes on.
func (p *person) goOn() (said string) {
	p.t.Helper()
	s := p.sees("what came of it", sight.came)
	said = s.title + " " + p.read() + " " + s.asks()
	p.press("Enter", "the step", func(s sight) bool { return !s.came() })
	return said
}

// answer types into the line that is asked for, and presses enter; it waits
// until something else is asked for or said.
func (p *person) answer(text string) sight {
	p.t.Helper()
	s := p.sees("a line to type into", func(s sight) bool { in, typing := s.input(); return typing && in == "" })
	if text != "" {
		p.term.text(text)
		p.sees("what was typed", func(s sight) bool { in, _ := s.input(); return shows(in, text) })
	}
	return p.press("Enter", "what comes of the answer", func(now sight) bool {
		return now.question() != s.question() && !now.works()
	})
}

// shows reports whether a line shows a text: its end at least, or a sign for
// each letter.
func shows(line, text string) bool {
	const enough = 20
	if signs := strings.Trim(line, "•*"); signs == "" && line != "" {
		return len([]rune(line)) == len(text)
	}
	return strings.HasSuffix(line, text[max(0, len(text)-enough):])
}

// words are those that are asked for, as they stand at their numbers.
func (p *person) words() []string {
	p.t.Helper()
	s := p.sees("a question for words", func(s sight) bool { return s.asked() != nil })
	shown := s.grid()
	for strings.Contains(s.rest, "more below") {
		before := s.rest
		s = p.press(p.turns(s), "the rest of the words", func(s sight) bool { return s.rest != before })
		maps.Copy(shown, s.grid())
	}
	if len(shown) != 32 {
		p.t.Errorf("%d words are shown, want 32:\n%s", len(shown), s.screen)
	}
	var out []string
	for _, n := range s.asked() {
		if shown[n] == "" {
			p.t.Fatalf("word %s is asked for and not shown:\n%s", n, s.screen)
		}
		out = append(out, shown[n])
	}
	return out
}

// pin is the one that the rehearsal tells, or that its keyholder knows.
func (p *person) pin() string {
	p.t.Helper()
	s := p.sees("a question for a PIN", func(s sight) bool { return pinAsked.MatchString(s.question()) })
	p.want("what is read before the PIN", p.read(), "It signs")
	if pin, known := p.pins[pinAsked.FindStringSubmatch(s.question())[1]]; known {
		return pin
	}
	told := pinTold.FindStringSubmatch(s.question())
	if told == nil || told[1] != pinAsked.FindStringSubmatch(s.question())[1] {
		p.t.Fatalf("the PIN is not told:\n%s", s.screen)
	}
	return told[2]
}

// fill answers everything that is asked: words and PINs from the screen, the
// rest with texts, in their order.
func (p *person) fill(texts ...string) sight {
	p.t.Helper()
	for {
		s := p.sees("a question", func(s sight) bool {
			return s.typing() || s.confirms() || s.came() || s.lists() || s.touches()
		})
		switch {
		case s.confirms():
			return p.yes()
		case !s.typing():
			return s
		case s.asked() != nil:
			p.answer(strings.Join(p.words(), " "))
		case pinAsked.MatchString(s.question()):
			p.answer(p.pin())
		case len(texts) == 0:
			p.t.Fatalf("who would know what to answer?\n%s", s.screen)
		default:
			p.answer(texts[0])
			texts = texts[1:]
		}
	}
}

// touch touches the token of somebody, each time that it is asked for.
func (p *person) touch(name string, of int) {
	p.t.Helper()
	for i := range of {
		p.touchOnce(name, i+1, of)
	}
}

// touchOnce touches it the so manieth time of so many.
func (p *person) touchOnce(name string, n, of int) {
	p.t.Helper()
	count := ""
	if of > 1 {
		count = fmt.Sprintf("(%d of %d)", n, of)
	}
	s := p.sees("a touch "+count, func(s sight) bool { return s.touches() && strings.Contains(oneLine(s.page), count) })
	p.want("the touch", oneLine(s.page), "TOUCH the token of "+name)
	p.term.keys("Space")
}

// clock is what a clock on the wall shows.
func clock() string { return time.Now().UTC().Format("2006-01-02 15:04") }

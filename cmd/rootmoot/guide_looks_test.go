package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// colours finds a colour among what a screen is drawn with: the foreground and
// background ones of SGR (ECMA-48, 8.3.117), and those of 256 and more.
func colours(drawn string) []string {
	return regexp.MustCompile(`\x1b\[(?:[0-9;:]*[;:])?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:[;:][0-9;:]*)?m`).FindAllString(drawn, -1)
}

// looks: the same screen in terminals that can do less.
func looks(t *testing.T, bin string) {
	const first = "Read the plan once more."
	for _, c := range []struct {
		name     string
		env      []string
		coloured bool
		ascii    bool
	}{
		{"colours", nil, true, false},
		{"no colour", []string{"NO_COLOR=1"}, false, false},
		{"a Linux console", []string{"TERM=linux"}, true, true},
		{"no UTF-8", []string{"LANG=C"}, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRun(t, bin, "tuf")
			r.env = c.env
			r.open()
			s := r.sees("the first screen", func(s sight) bool { return strings.Contains(s.screen, first) && s.lists() })
			if drawn := r.term.run("capture-pane", "-p", "-e"); (len(colours(drawn)) > 0) != c.coloured {
				t.Errorf("coloured is %v, want %v:\n%q", !c.coloured, c.coloured, drawn)
			}
			if strings.ContainsFunc(s.screen, func(r rune) bool { return r >= 0x80 }) == c.ascii {
				t.Errorf("only ASCII is %v, want %v:\n%s", !c.ascii, c.ascii, s.screen)
			}
			if len(s.agenda) < 10 || len(s.entries()) != 5 {
				t.Errorf("not all of the screen is there:\n%s", s.screen)
			}
		})
	}
}

// lines: where the guide is not wanted, or cannot be drawn, there are lines.
func lines(t *testing.T, bin string) {
	for _, c := range []struct {
		name string
		env  []string
		flag []string
	}{
		{"wanted", nil, []string{"--plain"}},
		{"a dumb terminal", []string{"TERM=dumb"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRun(t, bin, "tuf")
			r.env = c.env
			r.open(c.flag...)
			s := r.term.steady("a prompt", func(s string) bool { return strings.HasSuffix(strings.TrimSpace(s), ":") })
			r.want("the lines", s, "number of what to do", "sign in amsterdam")
			if r.term.run("display-message", "-p", "#{alternate_on}") != "0\n" {
				t.Errorf("the full screen is taken:\n%s", s)
			}
			r.term.keys("q", "Enter")
			r.want("the end", oneLine(strings.Split(r.term.ended(4), "\n")), "the same command goes on at the same step")
		})
	}
}

// password is what a touched token types: 44 letters, and Enter.
const password = "cccccchvjdfkeltrbnugilhecbdefghijklnrtuvcbde"

// strays: a token is touched by mistake, wherever a key could be taken.
func strays(t *testing.T, bin string) {
	r := newRun(t, bin, "tuf")
	r.open("--no-animation")
	before := r.step(1, "Open: the plan, and who is here")
	r.stray()
	r.press("1", "the list, and nothing done:\n"+before.screen, before.again)
	r.arrive("amsterdam")
	r.room()
	r.do("yes, this is to be the first root")
	r.do("take up the token of amsterdam")
	r.choose("enrol this key for amsterdam")
	asked := r.sees("a question for words", func(s sight) bool { return s.asked() != nil })
	r.stray()
	if s := r.sees("the question", sight.typing); strings.Join(s.asked(), " ") != strings.Join(asked.asked(), " ") {
		t.Errorf("other words are asked for:\n%s\nwere:\n%s", s.screen, asked.screen)
	}
	r.words2("amsterdam")
	right := r.pin()
	r.stray()
	s := r.sees("the question", sight.typing)
	r.want("the question", s.question(), "PIN of amsterdam (tries left: 3)")
	r.answer(right)
	r.touch("amsterdam", 1)
	r.want("the outcome", r.goOn(), "✓ pass the enrolment of amsterdam is stated")
}

// stray types as fast as a token does, and wants it to be noticed, and nothing
// of it to be left.
func (r *run) stray() {
	r.t.Helper()
	r.term.run("send-keys", "-l", password, ";", "send-keys", "Enter")
	s := r.sees("a hint", func(s sight) bool { return s.hint() != "" })
	r.want("the hint", s.hint(), "A token typed its one-time password: it was ignored.")
	if in, _ := s.input(); in != "" {
		r.t.Errorf("something is left of it: %q\n%s", in, s.screen)
	}
}

// program is the command that opens the rehearsal.
func (r *run) program(args ...string) []string {
	words := append([]string{"env"}, r.env...)
	words = append(words, filepath.Join(r.bin, "rootmoot"), "rehearse", r.dir, "--format", r.format)
	return append(words, args...)
}

package main

import (
	"regexp"
	"strconv"
	"strings"
)

// A sight is what a person makes out on a screen of the guide: where the parts
// are, and what they say. Nothing else is known here of the guide.
type sight struct {
	screen string
	head   string   // the first line: what this is
	agenda []string // the margin
	title  string
	page   []string // below the title, as far as it is on the screen
	rest   string   // what the rule below the page says
	pane   []string // what can be done, or what is asked
	meters string   // all between the middle and the foot, on one line
	foot   string
}

// rules are the signs that rules are drawn with, in both forms.
const rules = "─│┬┴-|+"

// look parts a screen.
func look(screen string) sight {
	const margin = 16 // the rule's column
	s := sight{screen: screen}
	lines := strings.Split(strings.TrimRight(screen, "\n"), "\n")
	s.head, s.foot = lines[0], lines[len(lines)-1]
	var centre, meters []string
	for _, l := range lines[1:max(1, len(lines)-1)] {
		switch r := []rune(l); {
		case strings.Trim(l, rules) == "":
		case len(r) > margin && strings.ContainsRune("│|", r[margin]):
			s.agenda = append(s.agenda, strings.TrimSpace(string(r[:margin])))
			centre = append(centre, strings.TrimRight(strings.TrimPrefix(string(r[margin+1:]), " "), " "))
		default:
			meters = append(meters, l)
		}
	}
	s.meters = oneLine(meters)
	if len(centre) == 0 {
		return s
	}
	s.title, centre = centre[0], centre[1:]
	for i, l := range centre {
		if strings.HasPrefix(l, "──") || strings.HasPrefix(l, "--") {
			s.page, s.rest, s.pane = centre[:i], strings.Trim(l, rules+" "), centre[i+1:]
		}
	}
	return s
}

// again reports whether the screen shows the same, but for the clock.
func (s sight) again(now sight) bool { return clockless(now.screen) == clockless(s.screen) }

// oneLine is a text without its line breaks.
func oneLine(lines []string) string {
	return strings.Join(strings.Fields(strings.Join(lines, " ")), " ")
}

// asks is the pane on one line.
func (s sight) asks() string { return oneLine(s.pane) }

// says reports whether the pane says that.
func (s sight) says(text string) bool { return strings.Contains(s.asks(), text) }

// What a person tells the panes apart by.
func (s sight) lists() bool    { return len(s.entries()) > 0 }
func (s sight) confirms() bool { return s.says("Press y to ") && s.says(", esc to go back.") }
func (s sight) works() bool    { return s.says("Working.") }
func (s sight) touches() bool  { return s.says("press space to touch it") || s.blinks() }
func (s sight) blinks() bool   { return s.says("Touch the metal contact when it blinks.") }
func (s sight) came() bool {
	return s.reads() || s.says("Enter goes on.") || s.says("Enter goes back to the step.")
}
func (s sight) reads() bool  { return s.says("enter reads on.") }
func (s sight) over() bool   { return s.says("Enter ends the guide.") }
func (s sight) typing() bool { _, is := s.input(); return is }

// An entry is a line of the list of what can be done.
type entry struct {
	number int
	label  string
	chosen bool
}

// entries are those in sight.
func (s sight) entries() []entry {
	var out []entry
	for _, l := range s.pane {
		if m := listed.FindStringSubmatch(l); m != nil {
			n, _ := strconv.Atoi(m[2])
			out = append(out, entry{n, m[3], m[1] != " "})
		}
	}
	return out
}

// find is the entry that begins so.
func (s sight) find(label string) (entry, bool) {
	for _, e := range s.entries() {
		if strings.HasPrefix(e.label, label) {
			return e, true
		}
	}
	return entry{}, false
}

// chosen is the entry at the cursor.
func (s sight) chosen() (entry, bool) {
	for _, e := range s.entries() {
		if e.chosen {
			return e, true
		}
	}
	return entry{}, false
}

// below reports whether the list goes on below what is in sight.
func (s sight) below() bool {
	for _, l := range s.pane {
		if listed.MatchString(l) && (strings.HasSuffix(l, " ▼") || strings.HasSuffix(l, " v")) {
			return true
		}
	}
	return false
}

// input is what stands in the line that is being typed.
func (s sight) input() (text string, is bool) {
	for _, l := range s.pane {
		for _, cursor := range []string{"  ▸", "  >"} {
			if rest, at := strings.CutPrefix(l, cursor); at {
				text, is = strings.TrimSpace(rest), true
			}
		}
	}
	return text, is
}

// question is the pane without what is typed, and without a hint, which is gone
// with the next key.
func (s sight) question() string {
	var out []string
	for _, l := range s.pane {
		if strings.HasPrefix(l, "! ") {
			break
		}
		if !strings.HasPrefix(l, "  ▸") && !strings.HasPrefix(l, "  >") {
			out = append(out, l)
		}
	}
	return oneLine(out)
}

// asked are the numbers of the words that are asked for.
func (s sight) asked() []string {
	all := wordsAsked.FindAllStringSubmatch(s.question(), -1)
	if len(all) == 0 {
		return nil
	}
	return all[len(all)-1][1:]
}

// grid are the words that are shown, by their numbers.
func (s sight) grid() map[string]string {
	out := make(map[string]string)
	for _, l := range s.page {
		if !gridLine.MatchString(l) {
			continue
		}
		for _, pair := range wordAt.FindAllStringSubmatch(l, -1) {
			out[pair[1]] = pair[2]
		}
	}
	return out
}

var (
	listed     = regexp.MustCompile(`^([▸> ]) (\d+) (.*?)(?: [▲▼^v])?$`)
	wordsAsked = regexp.MustCompile(`(?i)types? words (\d+), (\d+) and (\d+)(?: of the 32)?:`)
	pinAsked   = regexp.MustCompile(`(?:PIN|Password of the key file) of ([^\s:]+)(?: \(tries left: (\d|not told))?`)
	pinTold    = regexp.MustCompile(`the PIN of (\S+) is (\d+)`)
	wordAt     = regexp.MustCompile(`(\d+) ([A-Za-z]+)`)
	gridLine   = regexp.MustCompile(`^(?: *\d+ [A-Za-z]+)+ *$`)
	shownHex   = regexp.MustCompile(`digest ([0-9a-f]{32}) ?([0-9a-f]{32})`)
)

// hint is what the screen wants to be minded.
func (s sight) hint() string {
	for i, l := range s.pane {
		if strings.HasPrefix(l, "! ") {
			return oneLine(s.pane[i:])
		}
	}
	return ""
}

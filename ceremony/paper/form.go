package paper

import (
	"fmt"

	"github.com/rootmoot/rootmoot/internal/words"
	"github.com/rootmoot/rootmoot/root"
)

// An Item is one thing to be done, with a box that must be ticked, the time,
// and the initials of who did it and who checked it.
type Item struct {
	Number  string   `json:"number"` // "7.2"
	Does    string   `json:"does"`
	Checks  string   `json:"checks,omitempty"`
	Text    []string `json:"text"`              // paragraphs
	Command string   `json:"command,omitempty"` // as it is typed
	Choose  []string `json:"choose,omitempty"`  // lines of the guide, one after the other
	Say     string   `json:"say,omitempty"`     // read out, word for word
	Ticks   []string `json:"ticks,omitempty"`   // each is ticked
	Lines   []string `json:"lines,omitempty"`   // as the screen has them, each ticked
	Choices []string `json:"choices,omitempty"` // exactly one is marked
	Words   []Words  `json:"words,omitempty"`
	Fields  []Field  `json:"fields,omitempty"`
	Else    []Else   `json:"else,omitempty"`
}

// An Else is what to do if it turns out otherwise.
type Else struct {
	If   string `json:"if"`
	Then string `json:"then"`
}

// FieldForm is how much room a field has.
type FieldForm string

// The forms.
const (
	Short FieldForm = "short" // a time, a number, initials
	Half  FieldForm = "half"  // half a line
	Long  FieldForm = "long"  // a whole one
	Area  FieldForm = "area"  // several lines
	Tick  FieldForm = "tick"  // a box before its label
	One   FieldForm = "one"   // a circle before its label: exactly one of its neighbours is marked
)

// A Field is written by hand.
type Field struct {
	Label string    `json:"label"`
	Form  FieldForm `json:"form"`
	Lines int       `json:"lines,omitempty"` // of an area
}

func short(labels ...string) []Field { return fields(Short, labels) }

func half(labels ...string) []Field { return fields(Half, labels) }

func long(labels ...string) []Field { return fields(Long, labels) }

func one(labels ...string) []Field { return fields(One, labels) }

func ticks(labels ...string) []Field { return fields(Tick, labels) }

func fields(form FieldForm, labels []string) []Field {
	var out []Field
	for _, l := range labels {
		out = append(out, Field{Label: l, Form: form})
	}
	return out
}

func area(label string, lines int) Field { return Field{Label: label, Form: Area, Lines: lines} }

// Words are a digest, printed or to be written.
type Words struct {
	Title string `json:"title"`
	Hex   string `json:"hex,omitempty"`
	Grids []Grid `json:"grids"`
}

// A Grid is a row of numbered words, four on a line. Where List is empty there
// are Count blanks instead.
type Grid struct {
	Title string   `json:"title"`
	Count int      `json:"count"`
	List  []string `json:"list,omitempty"`
}

// The titles of grids.
const (
	asPGP   = "32 words, to be read aloud"
	asBIP39 = "24 words, to be typed"
	asHex   = "hexadecimal, in 16 groups of four"
)

// spoken is a digest in hex and in the words that are read aloud; where it is
// not known yet, blanks for the words.
func spoken(title string, d root.Digest) Words {
	w := Words{Title: title, Grids: []Grid{{Title: asPGP, Count: words.CountPGP}}}
	if !d.IsZero() {
		w.Hex, w.Grids[0].List = d.String(), words.EncodePGP(d)
	}
	return w
}

// full is spoken, with the words to be typed as well.
func full(title string, d root.Digest) Words {
	w := spoken(title, d)
	w.Grids = append(w.Grids, Grid{Title: asBIP39, Count: words.CountBIP39, List: words.EncodeBIP39(d)})
	return w
}

// inHex are blanks for a digest that a screen shows in hex only.
func inHex(title string) Words {
	return Words{Title: title, Grids: []Grid{{Title: asHex, Count: 16}}}
}

// number gives the items of a section their numbers.
func number(section string, items []Item) []Item {
	for i := range items {
		items[i].Number = fmt.Sprintf("%s.%d", section, i+1)
	}
	return items
}

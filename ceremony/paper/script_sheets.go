package paper

import (
	"fmt"
	"slices"

	"github.com/rootmoot/rootmoot/root"
)

// Blank sheets of each kind.
const exceptions = 6

// sheets are what is filled in beside the steps: each keyholder's, exceptions,
// breaks, the final statements, handwriting.
func (s *script) sheets() []Section {
	var out []Section
	for i, p := range s.those(signs) {
		out = append(out, s.signing(i+1, p))
	}
	for i, p := range s.those(s.elsewhere) {
		out = append(out, s.remote(i+1, p))
	}
	out = append(out, s.exceptions())
	for i := range breaks {
		out = append(out, s.pause(i+1))
	}
	return append(out, s.statements(), handwriting())
}

// exceptions are blank: what was expected, what happened, what was decided.
func (s *script) exceptions() Section {
	out := Section{ID: "exceptions", Number: "E", Title: "Exceptions", Blocks: []Block{{Text: []string{
		"One sheet each. It is filled in when it happens, and the same is recorded in the guide (\u201crecord an exception\u201d). Nothing is sealed while one is open.",
	}}}}
	for i := range exceptions {
		out.Blocks = append(out.Blocks, Block{
			Title: fmt.Sprintf("E%d", i+1), Boxed: true, Together: true,
			Fields: slices.Concat(
				short("At item", "Time (UTC)", "Number in the guide"),
				[]Field{area("What was expected", 2), area("What happened", 2), area("What was decided, and why", 2)},
				half("Who decided", "Closed (UTC)", "Initials of the lead", "of the "+s.checker()),
			),
		})
	}
	return out
}

// pause is for one break: the head of the journal, spoken, so that nobody can
// change meanwhile what was recorded before.
func (s *script) pause(n int) Section {
	t := &Table{Columns: []Column{{"In the room before", 26}, {"Left (UTC)", 16}, {"Back (UTC)", 16}, {"Initials", 14}, {"Remark", 28}}}
	for _, p := range s.all {
		t.Rows = append(t.Rows, []Cell{{Text: p.name}, {}, {}, {}, {}})
	}
	items := []Item{{
		Does: s.lead(), Checks: "everybody",
		Text:   []string{"Put away any token. The screen shows the head of the journal: read its words aloud, and write them down, by two people."},
		Choose: []string{"take a break: the head of the record is shown, to be written down"},
		Words:  []Words{spoken("Head of the journal at the break", root.Digest{})},
		Fields: long("After item", "Who stays with the machine, or seal of the room"),
	}}
	items = append(append(items, s.witnessed()...), Item{
		Does: s.lead(), Checks: "everybody",
		Text:    []string{"After the break: the same command goes on. Before anything else, compare the head with the words above, all of them."},
		Choose:  []string{"the words are those on paper: go on"},
		Choices: []string{"the same 32 words", "others"},
		Else:    []Else{{"a word differs", "stop: something was recorded while nobody was here. Exception sheet"}},
	})
	sheet := fmt.Sprintf("B%d", n)
	return Section{ID: fmt.Sprintf("break-%d", n), Number: sheet, Title: "Break", Blocks: []Block{{Items: number(sheet, items)}, {Table: t}}}
}

// statements are everybody's word on paper.
func (s *script) statements() Section {
	out := Section{ID: "statements", Number: "F", Title: "Final statements", Blocks: []Block{{Text: []string{
		"I was here all the time but for the breaks that are written down; the script was followed but for the exceptions that have a sheet; what is written on this copy is true, as far as I know.",
		"Whoever does not agree says with what. That is a valid answer. Nobody signs before the end, and nobody for another.",
	}}}}
	for _, p := range s.all {
		out.Blocks = append(out.Blocks, Block{
			Title: fmt.Sprintf("%s, %s", p.name, p.part), Together: true,
			Fields: append(one("I agree", "I do not agree, with this:"), area("", 2)), SignOffs: []SignOff{{Who: p.name}},
		})
	}
	out.Blocks = append(out.Blocks, Block{
		Title: "Somebody whom the plan does not name", Together: true,
		Fields: append(one("I agree", "I do not agree, with this:"), area("", 2)), SignOffs: []SignOff{{Who: ""}},
	})
	return out
}

// handwriting tells apart what looks alike, for those who read the record years
// later.
func handwriting() Section {
	var heads []Column
	groups := []string{"0", "O", "1", "l", "I", "2", "Z", "5", "S", "8", "B", "6", "G", "9", "g", "q", "4", "7", "u", "v"}
	const perRow = 10
	out := Section{ID: "handwriting", Number: "H", Title: "Handwriting", Blocks: []Block{{Text: []string{
		"Everybody who writes numbers or words on this record writes each of these signs once, as they usually do, so that it can be read later. Digits: 0 1 2 5 6 7 8 9. Letters: capital O, small l, capital I.",
	}}}}
	for range perRow {
		heads = append(heads, Column{Width: 100 / perRow})
	}
	for range 3 {
		t := &Table{}
		for i := 0; i < len(groups); i += perRow {
			var row []Cell
			for _, sign := range groups[i : i+perRow] {
				row = append(row, Cell{Text: sign, Exact: true})
			}
			t.Columns = heads
			t.Rows = append(t.Rows, row, make([]Cell, perRow))
		}
		out.Blocks = append(out.Blocks, Block{Fields: append(long("Name"), short("Initials")...), Table: t, Together: true})
	}
	return out
}

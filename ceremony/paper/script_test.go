package paper

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/internal/golden"
	"github.com/rootmoot/rootmoot/internal/words"
)

// The same plan makes the same bytes. The style sheet is left out here: what it
// makes of a page is for eyes.
func TestGolden(t *testing.T) {
	all := plays(t)
	for _, name := range []string{"tuf-genesis", "tuf-rotate", "conda-rotate"} {
		t.Run(name, func(t *testing.T) {
			p := all[name]
			got := p.html(t)
			if again := p.html(t); again != got {
				t.Error("made twice, it differs")
			}
			before, after, found := strings.Cut(got, styleText)
			if !found {
				t.Fatal("the style sheet does not stand in the page as it is")
			}
			golden.Compare(t, filepath.Join("testdata", name+".golden.html"), before+"(style)\n"+after)
		})
	}
}

// Every step of a sitting is there, in order, and none is empty.
func TestEveryStep(t *testing.T) {
	for name, p := range plays(t) {
		t.Run(name, func(t *testing.T) {
			var have []string
			for _, s := range p.script(t).Sections {
				if id, is := strings.CutPrefix(s.ID, "step-"); is {
					have = append(have, id)
					if len(items(s)) == 0 || s.Minutes == 0 || s.Estimate == "" || s.Title == "" {
						t.Errorf("step %s: %d items, %d minutes (%s), title %q", id, len(items(s)), s.Minutes, s.Estimate, s.Title)
					}
				}
			}
			if want := ceremony.Steps(); fmt.Sprint(have) != fmt.Sprint(want) {
				t.Errorf("steps %v, want %v", have, want)
			}
		})
	}
}

func items(s Section) []Item {
	var out []Item
	for _, b := range s.Blocks {
		out = append(out, b.Items...)
	}
	return out
}

// Nobody and no key is left out: each stands where it belongs.
func TestEverybodyAndEveryKey(t *testing.T) {
	for name, p := range plays(t) {
		t.Run(name, func(t *testing.T) {
			d := p.script(t)
			people, keys, tokens := first(d, "people"), first(d, "keys"), d.section("materials").Blocks[1].Table
			for name, who := range p.plan.Participants {
				row := rowOf(t, people, name)
				for _, want := range []string{who.Organisation, who.Location} {
					if want != "" && !strings.Contains(fmt.Sprint(row[0].Small), want) {
						t.Errorf("%s: %v, want %q too", name, row[0].Small, want)
					}
				}
				if who.Token != nil && (row[1].Text != string(who.Token.Serial) || tokens.at(2, string(who.Token.Serial)) == nil) {
					t.Errorf("%s: token %v, in the list of tokens %v", name, row[1], tokens.at(2, string(who.Token.Serial)))
				}
			}
			for name := range p.plan.Witnesses {
				rowOf(t, people, name)
			}
			for name := range p.plan.Keys {
				row := rowOf(t, keys, name)
				if k, there := p.plan.KeyOf(name); there && row[1].Text != k.Fingerprint().String() {
					t.Errorf("key %s: %v", name, row[1])
				}
			}
			for _, holder := range append(p.plan.Root.Keyholders, p.plan.Leave...) {
				if d.section("sign-"+holder) == nil {
					t.Errorf("%s has no sheet", holder)
				}
			}
		})
	}
}

func first(d *Document, section string) *Table {
	for _, b := range d.section(section).Blocks {
		if b.Table != nil {
			return b.Table
		}
	}
	return nil
}

func (d *Document) section(id string) *Section {
	for i := range d.Sections {
		if d.Sections[i].ID == id {
			return &d.Sections[i]
		}
	}
	return nil
}

func (t *Table) at(column int, text string) []Cell {
	for _, row := range t.Rows {
		if row[column].Text == text {
			return row
		}
	}
	return nil
}

func rowOf(t *testing.T, table *Table, name string) []Cell {
	t.Helper()
	row := table.at(0, name)
	if row == nil {
		t.Fatalf("%s is missing", name)
	}
	return row
}

// Every cell has a column, every section and item a name of its own.
func TestForm(t *testing.T) {
	for name, p := range plays(t) {
		t.Run(name, func(t *testing.T) {
			seen := make(map[string]bool)
			unique := func(id string) {
				if id == "" || seen[id] {
					t.Errorf("%q: empty, or there twice", id)
				}
				seen[id] = true
			}
			minutes := 0
			d := p.script(t)
			for _, s := range d.Sections {
				unique(s.ID)
				minutes += s.Minutes
				for _, it := range items(s) {
					unique("item " + it.Number)
					if it.Does == "" || len(it.Text) == 0 || it.Number != "" && !strings.HasPrefix(it.Number, s.Number+".") {
						t.Errorf("%s: %+v", s.ID, it)
					}
				}
				for _, b := range s.Blocks {
					if b.Table != nil {
						b.Table.check(t, s.ID)
					}
				}
			}
			if minutes != d.Minutes || minutes == 0 {
				t.Errorf("%d minutes, its sections have %d", d.Minutes, minutes)
			}
		})
	}
}

func (table *Table) check(t *testing.T, where string) {
	t.Helper()
	width := 0
	for _, c := range table.Columns {
		width += c.Width
	}
	if width != 100 {
		t.Errorf("%s: the columns are %d of 100 wide", where, width)
	}
	for _, row := range table.Rows {
		if len(row) != len(table.Columns) {
			t.Errorf("%s: %d cells for %d columns", where, len(row), len(table.Columns))
		}
	}
}

// What is known is printed, in full and in words; what is not has its blanks.
func TestDigests(t *testing.T) {
	all := plays(t)
	rotate, genesis := all["tuf-rotate"], all["tuf-genesis"]
	d := rotate.script(t)
	for section, want := range map[string][32]byte{
		"step-trusted-root": rotate.trusted.Digest,
		"step-freeze":       rotate.plan.Digest(),
		"step-candidate":    candidate(t, rotate).Digest(),
	} {
		w := wordsOf(d.section(section))
		if len(w) != 1 || w[0].Hex != fmt.Sprintf("%x", want) || fmt.Sprint(w[0].Grids[0].List) != fmt.Sprint(words.EncodePGP(want)) {
			t.Errorf("%s: %+v, want %x", section, w, want)
		}
	}
	freeze := wordsOf(d.section("step-freeze"))[0]
	if fmt.Sprint(freeze.Grids[1].List) != fmt.Sprint(words.EncodeBIP39(rotate.plan.Digest())) {
		t.Errorf("the plan's 24 words: %v", freeze.Grids[1])
	}
	for _, section := range []string{"step-freeze", "step-candidate"} {
		for _, w := range wordsOf(genesis.script(t).section(section)) {
			if w.Hex != "" || w.Grids[0].List != nil || w.Grids[0].Count != words.CountPGP {
				t.Errorf("a draft's %s: %+v, want blanks", section, w)
			}
		}
	}
}

func wordsOf(s *Section) []Words {
	var out []Words
	for _, it := range items(*s) {
		out = append(out, it.Words...)
	}
	return out
}

// What changes is what the guide will show, line by line.
func TestChanges(t *testing.T) {
	p := plays(t)["tuf-rotate"]
	var lines []string
	for _, it := range items(*p.script(t).section("step-candidate")) {
		lines = append(lines, it.Lines...)
	}
	want := candidate(t, p).Diff().Lines((&cast{plan: p.plan}).name)
	if fmt.Sprint(lines) != fmt.Sprint(want) || !strings.Contains(fmt.Sprint(lines), "leaves") {
		t.Errorf("%q, want %q", lines, want)
	}
}

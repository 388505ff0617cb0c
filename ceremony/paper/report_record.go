package paper

import (
	"fmt"
	"slices"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
)

// deviations are the exceptions, what was decided about each, and the words of
// those who took part.
func (r *report) deviations() Section {
	out := Section{ID: "exceptions", Title: "Exceptions and statements"}
	decided := make(map[root.Digest]ceremony.Closed)
	for _, f := range r.all() {
		if c, is := f.Body.(ceremony.Closed); is {
			decided[c.Exception] = c
		}
	}
	n := 0
	for _, f := range r.all() {
		e, is := f.Body.(ceremony.Exception)
		if !is {
			continue
		}
		n++
		rows := []Row{{Name: "At", Value: string(e.Step)}, {Name: "Expected", Value: e.Expected}, {Name: "Happened", Value: e.Happened}}
		if e.Place != "" {
			rows = append(rows, Row{Name: "Recorded at", Value: e.Place})
		}
		if c, closed := decided[f.ID()]; closed {
			rows = append(rows, Row{Name: "Decision", Value: c.Decision}, Row{Name: "By", Value: c.By})
		} else {
			rows = append(rows, Row{Name: "Decision", Value: "NONE: it is open"})
		}
		out.Blocks = append(out.Blocks, Block{Title: fmt.Sprintf("E%d", n), Rows: rows, Together: true})
	}
	if n == 0 {
		out.Blocks = []Block{{Text: []string{"No exception was recorded."}}}
	}
	return add(out, r.seals()...)
}

// all are the facts of the journal, in their order, then those that came from
// elsewhere; each once.
func (r *report) all() []ceremony.Fact {
	g := r.Findings.Record.Gathered
	seen := make(map[root.Digest]bool)
	return slices.DeleteFunc(slices.Concat(append([][]ceremony.Fact{g.Facts}, g.Others...)...), func(f ceremony.Fact) bool {
		again := seen[f.ID()]
		seen[f.ID()] = true
		return again
	})
}

// seals are the words of those who took part, and what is signed of them.
func (r *report) seals() []Block {
	st := r.state()
	t := &Table{Dense: true, Columns: []Column{{"Who", 20}, {"Says", 44}, {"Signed", 36}}}
	sealed, rec := st.Sealed(), r.Findings.Record
	at := make(map[root.Digest]int) // the entry that a head is the digest of
	for i, h := range rec.Gathered.Heads {
		at[h] = rec.Entries[i]
	}
	for _, w := range st.Words {
		says := "the record is true"
		if !w.Agrees {
			says = "DOES NOT AGREE: " + w.Text
		}
		signed := Cell{Text: "not signed"}
		if i := slices.IndexFunc(sealed, func(b ceremony.Seal) bool {
			return b.Participant == w.Participant && b.Word == (ceremony.Fact{Body: w}).ID()
		}); i >= 0 {
			signed = Cell{Text: fmt.Sprintf("sealed up to entry %d", at[sealed[i].Journal]), Small: []string{sealed[i].Journal.String()}}
		}
		t.Rows = append(t.Rows, []Cell{{Text: w.Participant}, {Text: says}, signed})
	}
	for _, w := range st.Witnessed {
		t.Rows = append(t.Rows, []Cell{{Text: w.Witness}, {Text: "witness: followed up to there"}, {Text: fmt.Sprintf("signed up to entry %d", at[w.Journal]), Small: []string{w.Journal.String()}}})
	}
	said := fmt.Sprintf("Of %d entries of the journal, those up to %d are covered by a signature. What comes after is claimed.", len(rec.Lines)-1, rec.Covered)
	if len(t.Rows) == 0 {
		return []Block{{Title: "Statements about the record", Text: []string{said, "Nobody gave their word."}}}
	}
	return []Block{{Title: "Statements about the record", Text: []string{said}, Table: t}}
}

// elsewhere are the files that came from other places, and what an earlier
// sitting left.
func (r *report) elsewhere() Section {
	t := &Table{Dense: true, Columns: []Column{{"What", 13}, {"Of", 27}, {"SHA-256 of the file", 60}}}
	for _, f := range r.Findings.Record.Gathered.Facts {
		switch b := f.Body.(type) {
		case ceremony.Arrived:
			t.Rows = append(t.Rows, []Cell{{Text: string(b.Form)}, {Text: b.Place}, {Text: b.SHA256.String(), Exact: true}})
		case ceremony.SetAside:
			t.Rows = append(t.Rows, []Cell{{Text: "not taken"}, {Text: b.Name, Small: []string{b.Why}}, {Text: b.SHA256.String(), Exact: true}})
		}
	}
	out := Section{ID: "elsewhere", Title: "From elsewhere, and from before", Blocks: []Block{{Title: "Files from other places", Table: t}}}
	if len(t.Rows) == 0 {
		out.Blocks = []Block{{Title: "Files from other places", Text: []string{"None came."}}}
	}
	for _, a := range r.state().Abandoned {
		out.Blocks = append(out.Blocks, Block{Title: "A candidate that was given up", Lines: a.Lines()})
	}
	return out
}

// course is when what was recorded, by the clock of the place, and what the
// machine said of itself. All of it is claimed.
func (r *report) course() Section {
	rec := r.Findings.Record
	t := &Table{Dense: true, Columns: []Column{{"Entry", 9}, {"By its clock, UTC", 25}, {"What was recorded", 66}}}
	for i, f := range rec.Gathered.Facts {
		n := rec.Entries[i]
		t.Rows = append(t.Rows, []Cell{{Text: fmt.Sprint(n)}, {Text: root.FormatTime(rec.Lines[n].Entry.At)}, {Text: recorded(f)}})
	}
	out := Section{ID: "course", Title: "The course of it", Blocks: []Block{
		{Text: []string{fmt.Sprintf("As %q recorded it. The times are claimed; up to entry %d nobody can have changed what was recorded, or its order.", rec.State.Place, rec.Covered)}},
		{Table: t},
	}}
	if room := rec.State.Room; room != nil {
		rows := []Row{{Name: "This machine's clock", Value: room.Local}, {Name: "An outside clock", Value: room.Outside}}
		for _, f := range room.Findings {
			rows = append(rows, Row{Name: f.ID, Value: f.Text})
		}
		out.Blocks = append(out.Blocks, Block{Title: "The machine, by its own word", Rows: rows, Lines: room.Machine})
	}
	return out
}

// recorded says what a fact is, in a line.
func recorded(f ceremony.Fact) string {
	switch b := f.Body.(type) {
	case ceremony.Opened:
		return "the sitting was opened"
	case ceremony.Present:
		if b.Person != "" {
			return b.Name + " was there: " + b.Person
		}
		return b.Name + " was there"
	case ceremony.Room:
		return "the room and the machine were looked at"
	case ceremony.Confirmed:
		if b.Witness != "" {
			return fmt.Sprintf("the step %s ended; %s typed words too", b.Step, b.Witness)
		}
		return fmt.Sprintf("the step %s ended", b.Step)
	case ceremony.Contribution:
		return fmt.Sprintf("%s of %s", b.Kind, b.Participant)
	case ceremony.Stated:
		return fmt.Sprintf("a statement about contribution %s …", b.Contribution.String()[:8])
	case ceremony.Exception:
		return "exception: " + b.Happened
	case ceremony.Closed:
		return "exception decided by " + b.By
	case ceremony.Word:
		return "the word of " + b.Participant
	case ceremony.Seal:
		return "the seal of " + b.Participant
	}
	return recordedElse(f)
}

func recordedElse(f ceremony.Fact) string {
	switch b := f.Body.(type) {
	case ceremony.Asked:
		return fmt.Sprintf("a request for %s: %s", b.Participant, b.Asks)
	case ceremony.Arrived:
		return fmt.Sprintf("a %s came from %s", b.Form, b.Place)
	case ceremony.SetAside:
		return b.Name + " was set aside"
	case ceremony.Paused:
		return "a break began: " + b.Why
	case ceremony.Resumed:
		return "the break ended"
	case ceremony.Aborted:
		return fmt.Sprintf("aborted by %s: %s", b.By, b.Why)
	case ceremony.Abandoned:
		return fmt.Sprintf("takes the place of a candidate for version %d", b.Version)
	case ceremony.Witnessed:
		return "the signature of the witness " + b.Witness
	case ceremony.Salted:
		return "the salt of the public evidence"
	}
	return "something else"
}

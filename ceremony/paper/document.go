package paper

import "slices"

// A Document is what gets printed.
type Document struct {
	Schema    string    `json:"schema"`
	Title     string    `json:"title"`     // what the ceremony is for: the plan's name
	Kind      string    `json:"kind"`      // what this document is
	Rehearsal bool      `json:"rehearsal"` // to be said on every page
	Stamp     string    `json:"stamp"`     // on every page too: which plan it belongs to
	Minutes   int       `json:"minutes"`   // the estimates of all sections together
	Rows      []Row     `json:"rows"`      // on the first page
	Sections  []Section `json:"sections"`
}

// A Section begins on a page of its own.
type Section struct {
	ID       string  `json:"id"`               // unique in the document
	Number   string  `json:"number,omitempty"` // "7"; that of its first item begins with it
	Title    string  `json:"title"`
	Minutes  int     `json:"minutes,omitempty"`  // an estimate, not a measurement
	Estimate string  `json:"estimate,omitempty"` // how it was computed
	Blocks   []Block `json:"blocks"`
}

// A Block is one part of a section. What is empty is not printed; the rest
// stands in the order of the fields.
type Block struct {
	Title    string    `json:"title,omitempty"`
	Boxed    bool      `json:"boxed,omitempty"` // in a frame, not to be overlooked
	Text     []string  `json:"text,omitempty"`  // paragraphs
	Rows     []Row     `json:"rows,omitempty"`
	Lines    []string  `json:"lines,omitempty"` // as they are, in letters of one width
	Words    []Words   `json:"words,omitempty"`
	Fields   []Field   `json:"fields,omitempty"`
	Table    *Table    `json:"table,omitempty"`
	Items    []Item    `json:"items,omitempty"`
	SignOffs []SignOff `json:"sign_offs,omitempty"`
	// Together keeps the block on one page, where it fits one.
	Together bool `json:"together,omitempty"`
}

// A Row is a name and its value.
type Row struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Exact bool   `json:"exact,omitempty"` // a digest or a number: in letters of one width
}

// A Table is ruled lines to read or to write in.
type Table struct {
	Columns []Column `json:"columns"`
	Rows    [][]Cell `json:"rows"`            // a cell for each column
	Dense   bool     `json:"dense,omitempty"` // to be read, not written in
}

// Headed reports whether the columns have heads.
func (t *Table) Headed() bool {
	return slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Head != "" })
}

// A Column is one column of a table.
type Column struct {
	Head  string `json:"head"`
	Width int    `json:"width"` // of 100
}

// A Cell is what stands in one place of a table. An empty one is written in.
type Cell struct {
	Text   string   `json:"text,omitempty"`
	Small  []string `json:"small,omitempty"` // lines below it
	Exact  bool     `json:"exact,omitempty"` // Text in letters of one width
	Fields []Field  `json:"fields,omitempty"`
}

// A SignOff is where somebody signs: name, signature, time.
type SignOff struct {
	Who  string `json:"who"`
	Text string `json:"text,omitempty"` // what is signed, where Who does not say it
}

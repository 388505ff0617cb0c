package plan

import (
	"cmp"
	"errors"
	"slices"

	"github.com/rootmoot/rootmoot/internal/strictyaml"
)

// Load reads a plan, draft or frozen. What cannot be read at all is one error;
// what does not hang together is said all at once, in the order of the file:
// the error then
// joins several *strictyaml.Error, one a line.
func Load(raw []byte) (*Plan, error) {
	p := &Plan{raw: slices.Clone(raw)}
	doc, err := strictyaml.Decode(p.raw, &p.Fields)
	if err != nil {
		return nil, err
	}
	p.place = doc.Position
	c := &checker{p: p}
	c.check()
	if err := c.err(); err != nil {
		return nil, err
	}
	return p, nil
}

// err joins the faults in the order of the file.
func (c *checker) err() error {
	faults := make([]*strictyaml.Error, len(c.faults))
	for i, f := range c.faults {
		line, column := c.p.place(f.path)
		faults[i] = &strictyaml.Error{Line: line, Column: column, Path: f.path, Message: f.message}
	}
	slices.SortStableFunc(faults, func(a, b *strictyaml.Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	all := make([]error, len(faults))
	for i, f := range faults {
		all[i] = f
	}
	return errors.Join(all...)
}

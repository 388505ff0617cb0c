package plan

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// An Error is one thing that makes a plan meaningless, and its place.
type Error struct {
	Line, Column int    // from 1
	Path         string // "root.keyholders[2]"; empty for the whole file
	Message      string // what is wrong and what to do
}

// Error is place, path and message; the caller knows the name of the file.
func (e *Error) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message)
	}
	return fmt.Sprintf("%d:%d: %s: %s", e.Line, e.Column, e.Path, e.Message)
}

// Load reads a plan, draft or frozen. What cannot be read at all is one error;
// what does not hang together is said all at once, in the order of the file:
// the error is then a join of several *Error.
func Load(raw []byte) (*Plan, error) {
	p := &Plan{raw: slices.Clone(raw)}
	place, err := decode(p.raw, &p.Fields)
	if err != nil {
		return nil, err
	}
	p.place = place
	c := &checker{p: p}
	c.check()
	if err := c.err(); err != nil {
		return nil, err
	}
	return p, nil
}

// err joins the faults in the order of the file.
func (c *checker) err() error {
	faults := make([]*Error, len(c.faults))
	for i, f := range c.faults {
		line, column := c.p.place(f.path)
		faults[i] = &Error{Line: line, Column: column, Path: f.path, Message: f.message}
	}
	slices.SortStableFunc(faults, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	all := make([]error, len(faults))
	for i, f := range faults {
		all[i] = f
	}
	return errors.Join(all...)
}

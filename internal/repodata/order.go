package repodata

import (
	"bytes"
	"iter"
	"slices"
)

// An Order is that in which signatures are written: file names in rising order. Of
// a channel whose lists are sorted, as most are, it takes no memory; else four
// bytes a record.
type Order struct {
	x     *Index
	lists [2]sequence
}

// Order finds out in which order the records are.
func (x *Index) Order() *Order {
	o := &Order{x: x}
	for i, list := range x.lists {
		o.lists[i] = x.records.order(list)
	}
	return o
}

// All are the numbers of the records, in this order.
func (o *Order) All() iter.Seq[int] {
	return func(yield func(number int) bool) {
		more := true
		_ = merge(func() bool { return more }, o.queues(func(number int) error {
			more = yield(number)
			return nil
		})...)
	}
}

func (o *Order) queues(visit func(number int) error) []*queue {
	var out []*queue
	for _, list := range o.lists {
		out = append(out, &queue{t: &o.x.records, rest: list, visit: visit})
	}
	return out
}

// A sequence is some entries of a table, by name: from the one number to before the
// other, as they stand there, or if that is another order these.
type sequence struct {
	span
	sorted []uint32
}

// order puts entries into the order of their names.
func (t *table) order(in span) sequence {
	rises := true
	for i := in.from + 1; i < in.to && rises; i++ {
		rises = bytes.Compare(t.name(i-1), t.name(i)) < 0
	}
	if rises {
		return sequence{span: in}
	}
	numbers := make([]uint32, 0, in.to-in.from)
	for i := in.from; i < in.to; i++ {
		numbers = append(numbers, uint32(i))
	}
	slices.SortFunc(numbers, func(a, b uint32) int { return bytes.Compare(t.name(int(a)), t.name(int(b))) })
	return sequence{sorted: numbers}
}

// next is the first of a sequence, which it leaves.
func (s *sequence) next() (number int, some bool) {
	switch {
	case len(s.sorted) > 0:
		number, s.sorted = int(s.sorted[0]), s.sorted[1:]
		return number, true
	case s.from < s.to:
		s.from++
		return s.from - 1, true
	}
	return 0, false
}

// merge visits what is in queues, names in rising order, while there is a wish for
// more.
func merge(more func() bool, queues ...*queue) error {
	for _, q := range queues {
		q.step()
	}
	for more() {
		var first *queue
		for _, q := range queues {
			if q.some && (first == nil || bytes.Compare(q.name, first.name) < 0) {
				first = q
			}
		}
		if first == nil {
			return nil
		}
		if err := first.visit(first.number); err != nil {
			return err
		}
		first.step()
	}
	return nil
}

// A queue is what remains of one list.
type queue struct {
	t     *table
	rest  sequence
	visit func(number int) error

	number int // the first, which is no longer in rest
	some   bool
	name   []byte
}

func (q *queue) step() {
	if q.number, q.some = q.rest.next(); q.some {
		q.name = q.t.name(q.number)
	}
}

package repodata

import (
	"bytes"
	"slices"
)

// Order are the numbers of all records, file names in rising order: that in which
// signatures are written. It takes four bytes a record.
func (x *Index) Order() []uint32 {
	out := make([]uint32, 0, x.Len())
	take := func(number int) error {
		out = append(out, uint32(number))
		return nil
	}
	var queues []*queue
	for _, list := range x.lists {
		queues = append(queues, &queue{t: &x.records, numbers: x.records.order(list), visit: take})
	}
	_ = merge(queues...) // take never fails
	return out
}

// order are the numbers of some entries, by name. They come sorted from most
// channels; then this only sees that they are.
func (t *table) order(in span) []uint32 {
	numbers := make([]uint32, 0, in.to-in.from)
	for i := in.from; i < in.to; i++ {
		numbers = append(numbers, uint32(i))
	}
	slices.SortFunc(numbers, func(a, b uint32) int { return bytes.Compare(t.name(int(a)), t.name(int(b))) })
	return numbers
}

// merge visits what is in sorted queues, names in rising order.
func merge(queues ...*queue) error {
	for _, q := range queues {
		q.step()
	}
	for {
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
}

// A queue is what remains of one list.
type queue struct {
	t       *table
	numbers []uint32
	visit   func(number int) error

	some   bool
	number int
	name   []byte
}

func (q *queue) step() {
	if q.some = len(q.numbers) > 0; q.some {
		q.number, q.numbers = int(q.numbers[0]), q.numbers[1:]
		q.name = q.t.name(q.number)
	}
}

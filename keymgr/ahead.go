package keymgr

import (
	"bytes"
	"context"
	"sync"

	"github.com/rootmoot/rootmoot/internal/repodata"
)

const (
	// blockSize is how many records a worker takes at a time: enough that handing
	// them over costs nothing.
	blockSize = 256
	// blocks is how many there are for each worker: one in its hands, the others
	// waiting for it and for the writer.
	blocks = 4
)

// What became of a record.
type became uint8

const (
	kept     became = iota // its signature is good
	replaced               // it had one that is not
	signed                 // it had none
)

// A result is what became of one record, and the signature that it is to have.
type result struct {
	became became
	sig    [64]byte
}

// A block is some records that follow each other in the order of writing.
type block struct {
	numbers []int
	results [blockSize]result
	err     error         // of the first record that has none
	done    chan struct{} // filled when a worker has done its work
}

// ahead signs records ahead of who takes them, in the given order, and never
// further than its blocks reach.
type ahead struct {
	s      *Signer
	x      *repodata.Index
	ctx    context.Context
	cancel context.CancelFunc
	group  sync.WaitGroup

	free, work, line chan *block // without a use, for a worker, in the order of writing

	now   *block // that is being taken from
	taken int    // of it
	all   int    // records taken
	of    int
}

func (s *Signer) start(ctx context.Context, x *repodata.Index, order *repodata.Order) *ahead {
	workers := max(1, s.Workers)
	n := workers * blocks
	a := &ahead{s: s, x: x, free: make(chan *block, n), work: make(chan *block, n), line: make(chan *block, n), of: x.Len()}
	a.ctx, a.cancel = context.WithCancel(ctx)
	for range n {
		a.free <- &block{done: make(chan struct{}, 1)}
	}
	a.group.Go(func() { a.feed(order) })
	for range workers {
		a.group.Go(a.worker)
	}
	return a
}

// stop ends all of it, wherever it is.
func (a *ahead) stop() {
	a.cancel()
	a.group.Wait()
}

// feed hands out the records.
func (a *ahead) feed(order *repodata.Order) {
	defer close(a.work)
	var b *block
	for number := range order.All() {
		if b == nil {
			select {
			case b = <-a.free:
				b.numbers, b.err = b.numbers[:0], nil
			case <-a.ctx.Done():
				return
			}
		}
		if b.numbers = append(b.numbers, number); len(b.numbers) == blockSize {
			a.hand(b)
			b = nil
		}
	}
	if b != nil {
		a.hand(b)
	}
}

// hand hands a block out: as many as there are have room.
func (a *ahead) hand(b *block) {
	a.line <- b
	a.work <- b
}

func (a *ahead) worker() {
	w := worker{key: &a.s.key, hex: a.s.hex}
	for b := range a.work {
		for i, number := range b.numbers {
			if b.err = a.ctx.Err(); b.err == nil {
				b.results[i], b.err = w.sign(a.ctx, a.x.Record(number))
			}
			if b.err != nil {
				b.numbers = b.numbers[:i] // those before are good
				break
			}
		}
		b.done <- struct{}{}
	}
}

// next is the result of the next record. It may be looked at until the next call.
func (a *ahead) next() (*result, error) {
	for a.now == nil || a.taken == len(a.now.numbers) {
		if err := a.turn(); err != nil {
			return nil, err
		}
	}
	a.taken++
	a.all++
	if a.taken == len(a.now.numbers) && a.s.Progress != nil {
		a.s.Progress(a.all, a.of)
	}
	return &a.now.results[a.taken-1], nil
}

// turn goes on to the next block. Errors come when their turn comes, so that it
// is always that of the first record in the order.
func (a *ahead) turn() error {
	if a.now != nil {
		if a.now.err != nil {
			return a.now.err
		}
		a.free <- a.now
		a.now = nil
	}
	select {
	case b := <-a.line:
		<-b.done // whoever has it sees the context too
		a.now, a.taken = b, 0
		return nil
	case <-a.ctx.Done():
		return a.ctx.Err()
	}
}

// A worker is what one goroutine has for itself.
type worker struct {
	key     *Key
	hex     string
	canon   repodata.Canon
	message []byte
	had     [64]byte
}

// sign finds out what becomes of one record.
func (w *worker) sign(ctx context.Context, r repodata.Record) (result, error) {
	message, err := w.canon.Append(w.message[:0], r.Text)
	if err != nil {
		return result{}, &RecordError{string(r.File), r.Offset, err}
	}
	w.message = message
	if bytes.Contains(message, []byte("\n  \"delegations\": ")) { // a member of the record itself: in a string a line feed is escaped
		return result{}, &RecordError{string(r.File), r.Offset, delegates()}
	}
	there, had := w.mine(r)
	sig, err := w.key.settled(ctx, message, had)
	if err != nil {
		return result{}, &RecordError{string(r.File), r.Offset, err}
	}
	out := result{replaced, sig}
	switch {
	case !there:
		out.became = signed
	case had != nil && *had == sig:
		out.became = kept
	}
	return out, nil
}

// delegates: the raw form says nothing of what it is over, so a signature of what
// reads as a root or key manager would be one of it.
func delegates() error {
	return &repodata.Error{Kind: repodata.ErrForm, Pointer: "/delegations", Line: 1, Detail: "roots and key managers have such a member, and no package: it is not signed"}
}

// mine is what stands under this key's name among the record's signatures: whether
// there is something, and the signature, if it has the form of one.
func (w *worker) mine(r repodata.Record) (there bool, sig *[64]byte) {
	for s := range r.Signatures() {
		if string(s.Key) != w.hex {
			continue
		}
		var ok bool
		if w.had, ok = s.Raw(); ok {
			return true, &w.had
		}
		return true, nil
	}
	return false, nil
}

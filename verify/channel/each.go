package channel

import (
	"context"
	"sync"

	"github.com/rootmoot/rootmoot/internal/repodata"
)

// Each judges all records, with so many goroutines at once, and gives the results
// to each in the order of the records, one at a time. It holds some thousand of
// them, however many there are. It ends early with the error of each or of ctx.
func (j *Judge) Each(ctx context.Context, x *repodata.Index, workers int, each func(Result) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	q := &queue{ring: make([]Result, ahead), has: make([]bool, ahead), each: each}
	q.room.L = &q.mu
	defer context.AfterFunc(ctx, q.stop)()
	benches := make([]bench, max(1, workers))
	for i := range benches {
		benches[i].Judge = j
	}
	return x.ForEach(ctx, len(benches), func(worker int, r repodata.Record) error {
		err := q.put(benches[worker].judge(r))
		if err != nil {
			cancel() // whoever waits for room need not
		}
		return err
	})
}

// ahead is how far the fastest may be ahead of the record that is given next.
const ahead = 1 << 12

// A queue puts results back in order. ForEach hands records out in rising order,
// so that the one which all others wait for is always in somebody's hands, who
// never waits.
type queue struct {
	mu      sync.Mutex
	room    sync.Cond
	ring    []Result
	has     []bool
	next    int // record to be given next
	stopped bool
	err     error // of each
	each    func(Result) error
}

// put takes a result, and gives what is now in order.
func (q *queue) put(r Result) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for r.Number-q.next >= len(q.ring) && !q.stopped {
		q.room.Wait()
	}
	if q.err != nil || q.stopped {
		return q.err
	}
	q.ring[r.Number%len(q.ring)], q.has[r.Number%len(q.ring)] = r, true
	if r.Number != q.next {
		return nil
	}
	for i := q.next % len(q.ring); q.has[i] && q.err == nil; i = q.next % len(q.ring) {
		q.has[i] = false
		q.next++
		q.err = q.each(q.ring[i])
	}
	q.room.Broadcast()
	return q.err
}

// stop lets everybody go who waits.
func (q *queue) stop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.stopped = true
	q.room.Broadcast()
}

package repodata

import (
	"context"
	"sync"
	"sync/atomic"
)

// stride is how many records a worker takes at a time: enough that taking them
// costs nothing, few enough that all workers end together.
const stride = 64

// ForEach calls work for every record, from so many goroutines at once; worker is
// the number of the one that calls, from 0, for what each must have for itself.
// Each takes records in rising order, and results find their place by the
// record's number. It ends early if ctx does, with its error, or if work fails:
// of several errors it is that of the lowest record, whatever the machine was
// doing, and all records before that one have been done.
func (x *Index) ForEach(ctx context.Context, workers int, work func(worker int, r Record) error) error {
	w := walk{x: x, work: work}
	w.end.Store(int64(x.Len()))
	var group sync.WaitGroup
	for n := range max(1, workers) {
		group.Go(func() { w.run(ctx, n) })
	}
	group.Wait()
	if w.err != nil {
		return w.err
	}
	return ctx.Err()
}

type walk struct {
	x    *Index
	work func(int, Record) error
	next atomic.Int64 // record that nobody has taken
	end  atomic.Int64 // records from here on need not be done

	mu  sync.Mutex
	err error // of record end
}

func (w *walk) run(ctx context.Context, worker int) {
	for {
		from := w.next.Add(stride) - stride
		for i := from; i < from+stride; i++ {
			if i >= w.end.Load() || ctx.Err() != nil {
				return
			}
			if err := w.work(worker, w.x.Record(int(i))); err != nil {
				w.fail(i, err)
				return
			}
		}
	}
}

// fail keeps the error of the lowest record. Strides are taken in order, so that
// all lower ones are in somebody's hands, who goes on.
func (w *walk) fail(record int64, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if record < w.end.Load() {
		w.end.Store(record)
		w.err = err
	}
}

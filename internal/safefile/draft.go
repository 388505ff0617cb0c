package safefile

import (
	"crypto/rand"
	"errors"
	"fmt"
	"hash/maphash"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
)

// A Draft is a file that is being written piece by piece, for what is too large
// to be held: a temporary file, which gets its name once it is whole. It takes
// the steps that the package comment lists. Whoever begins one ends it, by
// [Draft.Replace], [Draft.Create] or [Draft.Discard].
type Draft struct {
	w          writer
	name, temp string
	f          File
	sum        maphash.Hash
	size       int64
	failed     error // a write has: the file is not whole

	flushed    int64 // how much had been written when it was last flushed
	flushing   sync.WaitGroup
	busy       atomic.Bool
	notFlushed error // of a flush, to be looked at when none is under way

	over bool // it has its name, or is gone
}

// Begin begins a file that is to be called name in dir. If it is to replace one,
// it has that one's permissions, else 0o644 before the umask.
func Begin(dir Dir, name string) (*Draft, error) {
	w := writer{dir: dir, done: nothing, place: place}
	if err := checkName(name); err != nil {
		return nil, err
	}
	perm, err := w.permissions(name)
	if err != nil {
		return nil, err
	}
	d, err := w.begin(name, perm)
	if err == nil {
		_ = d.f.Lock() // for SweepIdle; where there are no locks, that sweeps nothing
	}
	return d, err
}

// permissions are those of the file that is there, which must be a regular one.
func (w writer) permissions(name string) (fs.FileMode, error) {
	switch info, err := w.dir.Lstat(name); {
	case err == nil && !info.Mode().IsRegular():
		return 0, fmt.Errorf("%s: %w (%s): refusing to replace it", name, ErrNotRegular, kind(info.Mode()))
	case err == nil:
		return info.Mode().Perm(), nil
	case !errors.Is(err, fs.ErrNotExist):
		return 0, fmt.Errorf("%s: look for an earlier file: %w", name, err)
	}
	return 0o644, nil
}

func (w writer) begin(name string, perm fs.FileMode) (*Draft, error) {
	// The temporary name need not be reproducible, only unknown to others on
	// this machine, so randomness is not injected here.
	d := &Draft{w: w, name: name, temp: tempPrefix + rand.Text()}
	var err error
	if d.f, err = w.dir.OpenFile(d.temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm); err != nil {
		return nil, fmt.Errorf("%s: create a temporary file beside it: %w", name, err)
	}
	if err := w.done(stepCreate); err != nil {
		return nil, d.unwritten(err)
	}
	return d, nil
}

// Write adds to the file.
func (d *Draft) Write(p []byte) (int, error) {
	n, err := d.f.Write(p)
	_, _ = d.sum.Write(p[:n]) // never fails
	d.size += int64(n)
	if err != nil && d.failed == nil {
		d.failed = fmt.Errorf("%s: write to a temporary file beside it: %w", d.name, err)
	}
	if d.size-d.flushed >= flushEvery && d.failed == nil {
		d.flush()
	}
	return n, d.failed
}

// flushEvery is how much is written, in bytes, before it is brought onto the medium
// while more is written: at the end of a gigabyte nobody should have to wait for
// all of it.
const flushEvery = 32 << 20

// flush begins to, unless it is being done.
func (d *Draft) flush() {
	if !d.busy.CompareAndSwap(false, true) {
		return
	}
	d.flushed = d.size
	d.flushing.Go(func() {
		// A system may tell an error once only: it is not left to the last sync.
		if err := d.f.Sync(); err != nil {
			d.notFlushed = err
			return // and stays busy: it is not tried again
		}
		d.busy.Store(false)
	})
}

// Replace gives the file its name, whether the name exists or not. A reader, or a
// crash, finds the old file whole or the new one whole.
func (d *Draft) Replace() error {
	if err := d.finish(); err != nil {
		return err
	}
	if err := d.w.dir.Rename(d.temp, d.name); err != nil {
		_ = d.w.dir.Remove(d.temp)
		return fmt.Errorf("%s: replace the old file: %w", d.name, err)
	}
	if err := d.w.done(stepPlace); err != nil {
		return fmt.Errorf("%s: %w", d.name, err)
	}
	return d.settle()
}

// Create gives the file its name, as the function [Create] does: if the name is
// taken, that is success where the bytes are the same, else an [*ExistsError].
func (d *Draft) Create() error {
	if err := d.finish(); err != nil {
		return err
	}
	leftover, err := d.w.place(d.w.dir, d.temp, d.name)
	if errors.Is(err, fs.ErrExist) {
		want, err := digest(d.w.dir, d.temp)
		_ = d.w.dir.Remove(d.temp)
		if err != nil {
			return err
		}
		return d.same(want)
	}
	if err != nil {
		_ = d.w.dir.Remove(d.temp) // what is left of it is harmless: Sweep
		return fmt.Errorf("%s: give the finished file its name: %w", d.name, err)
	}
	if err := d.w.done(stepPlace); err != nil {
		return fmt.Errorf("%s: %w", d.name, err)
	}
	if leftover {
		if err := d.w.dir.Remove(d.temp); err != nil {
			return fmt.Errorf("%s: remove the temporary name %s: %w", d.name, d.temp, err)
		}
	}
	if err := d.w.done(stepTidy); err != nil {
		return fmt.Errorf("%s: %w", d.name, err)
	}
	return d.settle()
}

// Discard gives the file up, unless it has its name already.
func (d *Draft) Discard() {
	if !d.over {
		d.flushing.Wait()
		_ = d.f.Close()
		_ = d.w.dir.Remove(d.temp) // what is left of it is harmless: Sweep
		d.over = true
	}
}

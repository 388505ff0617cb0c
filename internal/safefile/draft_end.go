package safefile

import (
	"crypto/sha256"
	"fmt"
	"hash/maphash"
	"io"
	"os"
)

// finish sees the bytes onto the medium.
func (d *Draft) finish() error {
	d.flushing.Wait()
	if d.failed != nil {
		d.Discard()
		return d.failed
	}
	if d.notFlushed != nil {
		return d.unwritten(d.notFlushed)
	}
	for _, s := range []struct {
		do   func() error
		step step
	}{{func() error { return nil }, stepWrite}, {d.f.Sync, stepSync}, {d.f.Close, stepClose}} {
		err := s.do()
		if err == nil {
			err = d.w.done(s.step)
		}
		if err != nil {
			return d.unwritten(err)
		}
	}
	d.over = true
	return nil
}

// unwritten is the error for a file that is then gone again.
func (d *Draft) unwritten(err error) error {
	d.Discard()
	return fmt.Errorf("%s: write to a temporary file beside it: %w", d.name, err)
}

// same is success if the file under the name holds the bytes whose SHA-256 is
// want. It syncs what it finds, because whoever wrote it may have been cut short
// before doing so.
func (d *Draft) same(want [32]byte) error {
	f, err := Open(d.w.dir, d.name, os.O_RDONLY)
	if err != nil {
		return err
	}
	defer f.Close()
	have, err := digestOf(f)
	if err != nil {
		return fmt.Errorf("%s: read the earlier file: %w", d.name, err)
	}
	if have != want {
		return &ExistsError{Name: d.name, Have: have, Want: want}
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("%s: sync the earlier file: %w", d.name, err)
	}
	return d.settle()
}

// digest is the SHA-256 of a file of ours.
func digest(dir Dir, name string) ([32]byte, error) {
	f, err := open(dir, name, os.O_RDONLY)
	if err != nil {
		return [32]byte{}, err
	}
	defer f.Close()
	return digestOf(f)
}

func digestOf(f File) ([32]byte, error) {
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return [32]byte{}, err
	}
	return [32]byte(hash.Sum(nil)), nil
}

// settle brings the folder onto the medium and reads the file back. What is
// compared is a hash with a secret seed: it has to notice what went wrong, not
// what somebody computed.
func (d *Draft) settle() error {
	if err := d.w.dir.Sync(); err != nil {
		return fmt.Errorf("%s: written, but its folder could not be synced, do this step again: %w", d.name, err)
	}
	if err := d.w.done(stepSyncFolder); err != nil {
		return fmt.Errorf("%s: %w", d.name, err)
	}
	f, err := Open(d.w.dir, d.name, os.O_RDONLY)
	if err != nil {
		return fmt.Errorf("%s: read back after writing: %w", d.name, err)
	}
	defer f.Close()
	var sum maphash.Hash
	sum.SetSeed(d.sum.Seed())
	n, err := io.CopyBuffer(&sum, struct{ io.Reader }{io.LimitReader(f, d.size+1)}, make([]byte, 1<<16))
	if err != nil {
		return fmt.Errorf("%s: read back after writing: %w", d.name, err)
	}
	if n != d.size || sum.Sum64() != d.sum.Sum64() {
		return fmt.Errorf("%s: other bytes came back than were written: do not use this medium", d.name)
	}
	return d.w.done(stepReadBack)
}

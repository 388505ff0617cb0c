package safefile

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Create writes data to a new file called name in dir. The file appears whole
// or not at all, is on the medium when Create returns nil, and was read back.
//
// If name exists with the same bytes, that is success: a step that was cut
// short can simply be done again. If it exists with other bytes the error is
// an [*ExistsError], and nothing has changed; a name that is no regular file
// wraps [ErrNotRegular].
//
// The permissions perm apply before the umask, and only where the file system
// knows permissions.
func Create(dir Dir, name string, data []byte, perm fs.FileMode) error {
	w := writer{dir: dir, done: nothing, place: place}
	return w.create(name, data, perm)
}

// Replace writes data to name in dir, whether the name exists or not. A reader,
// or a crash, finds the old file whole or the new one whole. A new file can be
// read by all (0o644 before the umask), a replaced one keeps its permissions.
func Replace(dir Dir, name string, data []byte) error {
	w := writer{dir: dir, done: nothing, place: place}
	return w.replace(name, data)
}

// A step of writing a file; see the package comment.
type step string

const (
	stepCreate     step = "create"
	stepWrite      step = "write"
	stepSync       step = "sync"
	stepClose      step = "close"
	stepPlace      step = "place"
	stepTidy       step = "tidy"
	stepSyncFolder step = "sync folder"
	stepReadBack   step = "read back"
)

// writer is one write. done is told each step that has been taken, and place
// gives a finished temporary file its final name; tests change both.
type writer struct {
	dir   Dir
	done  func(step) error
	place func(dir Dir, temp, name string) (leftover bool, err error)
}

func nothing(step) error { return nil }

func (w writer) create(name string, data []byte, perm fs.FileMode) error {
	if err := checkName(name); err != nil {
		return err
	}
	switch _, err := w.dir.Lstat(name); {
	case err == nil:
		return w.same(name, data)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: look for an earlier file: %w", name, err)
	}
	temp, err := w.temporary(name, data, perm)
	if err != nil {
		return err
	}
	leftover, err := w.place(w.dir, temp, name)
	if err != nil {
		_ = w.dir.Remove(temp) // what is left of it is harmless: Sweep
		if errors.Is(err, fs.ErrExist) {
			return w.same(name, data) // somebody was quicker
		}
		return fmt.Errorf("%s: give the finished file its name: %w", name, err)
	}
	if err := w.done(stepPlace); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if leftover {
		if err := w.dir.Remove(temp); err != nil {
			return fmt.Errorf("%s: remove the temporary name %s: %w", name, temp, err)
		}
	}
	if err := w.done(stepTidy); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return w.settle(name, data)
}

func (w writer) replace(name string, data []byte) error {
	if err := checkName(name); err != nil {
		return err
	}
	perm := fs.FileMode(0o644)
	switch info, err := w.dir.Lstat(name); {
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("%s: %w (%s): refusing to replace it", name, ErrNotRegular, kind(info.Mode()))
	case err == nil:
		perm = info.Mode().Perm()
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: look for an earlier file: %w", name, err)
	}
	temp, err := w.temporary(name, data, perm)
	if err != nil {
		return err
	}
	if err := w.dir.Rename(temp, name); err != nil {
		_ = w.dir.Remove(temp)
		return fmt.Errorf("%s: replace the old file: %w", name, err)
	}
	if err := w.done(stepPlace); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return w.settle(name, data)
}

// temporary writes data to a new temporary file, sees it onto the medium and
// returns its name. If that fails, the file is gone again.
func (w writer) temporary(name string, data []byte, perm fs.FileMode) (temp string, err error) {
	// The name need not be reproducible, only unknown to others on this
	// machine, so randomness is not injected here.
	temp = tempPrefix + rand.Text()
	f, err := w.dir.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return "", fmt.Errorf("%s: create a temporary file beside it: %w", name, err)
	}
	if err = w.fill(f, data); err != nil {
		_ = f.Close() // closed twice at worst, which only returns an error
		_ = w.dir.Remove(temp)
		return "", fmt.Errorf("%s: write to a temporary file beside it: %w", name, err)
	}
	return temp, nil
}

func (w writer) fill(f File, data []byte) error {
	if err := w.done(stepCreate); err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := w.done(stepWrite); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := w.done(stepSync); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return w.done(stepClose)
}

// settle brings the folder onto the medium and reads the file back.
func (w writer) settle(name string, data []byte) error {
	if err := w.dir.Sync(); err != nil {
		return fmt.Errorf("%s: written, but its folder could not be synced, do this step again: %w", name, err)
	}
	if err := w.done(stepSyncFolder); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	got, err := Read(w.dir, name, int64(len(data)))
	if err != nil {
		return fmt.Errorf("%s: read back after writing: %w", name, err)
	}
	if !bytes.Equal(got, data) {
		return fmt.Errorf("%s: other bytes came back than were written (SHA-256 %x, not %x): do not use this medium",
			name, sha256.Sum256(got), sha256.Sum256(data))
	}
	return w.done(stepReadBack)
}

// same is success if the file under name holds data. It syncs what it finds,
// because whoever wrote it may have been cut short before doing so.
func (w writer) same(name string, data []byte) error {
	f, err := Open(w.dir, name, os.O_RDONLY)
	if err != nil {
		return err
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return fmt.Errorf("%s: read the earlier file: %w", name, err)
	}
	want, have := sha256.Sum256(data), [32]byte(hash.Sum(nil))
	if have != want {
		return &ExistsError{Name: name, Have: have, Want: want}
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("%s: sync the earlier file: %w", name, err)
	}
	return w.settle(name, data)
}

package safefile

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
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
		return w.written(name, data).same(sha256.Sum256(data))
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: look for an earlier file: %w", name, err)
	}
	d, err := w.drafted(name, data, perm)
	if err != nil {
		return err
	}
	return d.Create()
}

func (w writer) replace(name string, data []byte) error {
	if err := checkName(name); err != nil {
		return err
	}
	perm, err := w.permissions(name)
	if err != nil {
		return err
	}
	d, err := w.drafted(name, data, perm)
	if err != nil {
		return err
	}
	return d.Replace()
}

// drafted is a draft that has all its bytes.
func (w writer) drafted(name string, data []byte, perm fs.FileMode) (*Draft, error) {
	d, err := w.begin(name, perm)
	if err != nil {
		return nil, err
	}
	if _, err := d.Write(data); err != nil {
		d.Discard()
		return nil, err
	}
	return d, nil
}

// written is a draft of these bytes that somebody has written already.
func (w writer) written(name string, data []byte) *Draft {
	d := &Draft{w: w, name: name, size: int64(len(data)), over: true}
	_, _ = d.sum.Write(data) // never fails
	return d
}

package journal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/rootmoot/rootmoot/internal/safefile"
)

// folder is where a journal lies, and file the journal's bytes: all of the
// system that this package touches, so that tests can let any of it fail.
type folder interface {
	// create makes a file that appears whole or not at all, and is synced.
	// The same bytes again are success, other bytes a safefile.ExistsError.
	create(name string, data []byte) error
	// open opens and locks an existing file; it is locked until closed.
	open(name string) (file, error)
	// still reports whether name stands for the file that was opened. An
	// error says that it does not, or that it could not be told.
	still(name string, f file) error
}

type file interface {
	io.Reader // from the beginning
	io.WriterAt
	Truncate(size int64) error
	Sync() error
	Close() error
}

// dirFolder is a folder as safefile has it.
type dirFolder struct{ dir safefile.Dir }

func (d dirFolder) create(name string, data []byte) error {
	return safefile.Create(d.dir, name, data, 0o600)
}

func (d dirFolder) still(name string, f file) error {
	opened, ok := f.(safefile.File)
	if !ok {
		return errors.New("not a file of this folder")
	}
	mine, err := opened.Stat()
	if err != nil {
		return err
	}
	there, err := d.dir.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrGone
	}
	if err == nil && !d.dir.SameFile(mine, there) {
		err = ErrGone
	}
	return err
}

func (d dirFolder) open(name string) (file, error) {
	f, err := safefile.Open(d.dir, name, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	if err := f.Lock(); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

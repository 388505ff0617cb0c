package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/rootmoot/rootmoot/internal/safefile"
)

// openFile opens and locks the file of a journal; it is locked until closed.
func openFile(dir safefile.Dir, name string) (safefile.File, error) {
	f, err := safefile.Open(dir, name, os.O_RDWR)
	if err != nil {
		return nil, err
	}
	if err := f.Lock(); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

// still reports whether name stands for the file that was opened. An error says
// that it does not, or that it could not be told.
func still(dir safefile.Dir, name string, f safefile.File) error {
	mine, err := f.Stat()
	if err != nil {
		return err
	}
	there, err := dir.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrGone
	}
	if err == nil && !dir.SameFile(mine, there) {
		err = ErrGone
	}
	return err
}

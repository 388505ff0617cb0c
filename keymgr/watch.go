package keymgr

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"os"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/safefile"
)

// A watched is a file that is read, and must not be written by others meanwhile.
type watched struct {
	safefile.File
	place    Place
	size     int64
	sum      maphash.Hash
	unlocked error
}

func watch(p Place) (*watched, error) {
	f, err := safefile.Open(p.Dir, p.Name, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	w := &watched{File: f, place: p}
	if err := w.begin(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", p.Name, err), f.Close())
	}
	return w, nil
}

func (w *watched) begin() error {
	if w.unlocked = w.Lock(); errors.Is(w.unlocked, safefile.ErrLocked) {
		return w.unlocked
	}
	info, err := w.Stat()
	if err != nil {
		return err
	}
	w.size = info.Size()
	return hash(&w.sum, w.File, w.size)
}

// hash is of so many bytes, with a secret seed: it has to notice that they are
// others, not to name them.
func hash(sum *maphash.Hash, f io.ReaderAt, size int64) error {
	_, err := io.CopyBuffer(sum, struct{ io.Reader }{io.NewSectionReader(f, 0, size)}, make([]byte, 1<<16))
	return err
}

func (w *watched) read(form repodata.Form) ([]byte, error) {
	return repodata.Read(w.File, w.size, form, 0)
}

// still reports whether the name stands for the same file, with the same bytes.
func (w *watched) still() error {
	now, err := safefile.Open(w.place.Dir, w.place.Name, os.O_RDONLY)
	if errors.Is(err, fs.ErrNotExist) {
		return ErrChanged
	}
	if err != nil {
		return err
	}
	defer now.Close()
	was, err := w.Stat()
	if err != nil {
		return err
	}
	is, err := now.Stat()
	if err != nil {
		return err
	}
	if !w.place.Dir.SameFile(was, is) || is.Size() != w.size {
		return ErrChanged
	}
	var sum maphash.Hash
	sum.SetSeed(w.sum.Seed())
	if err := hash(&sum, now, w.size); err != nil {
		return err
	}
	if sum.Sum64() != w.sum.Sum64() {
		return ErrChanged
	}
	return nil
}

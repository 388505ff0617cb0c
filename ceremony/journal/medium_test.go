package journal

import (
	"bytes"
	"crypto/sha256"
	"io"
	"io/fs"
	"slices"

	"github.com/rootmoot/rootmoot/internal/safefile"
)

// medium is a folder in memory that forgets on a power cut what was not synced,
// and fails where it is told to.
type medium struct {
	files map[string]*memFile
	// fail is asked before each operation: create, write, sync, truncate. With
	// an error the operation is not done, or, for a write, done up to short bytes.
	fail  func(op string) error
	short int
}

type memFile struct {
	synced []byte // what survives a power cut
	cached []byte // what the system shows
	locked bool
}

func newMedium() *medium {
	return &medium{files: map[string]*memFile{}, fail: func(string) error { return nil }}
}

// powerCut makes m what is found afterwards: of each file what was synced, and
// then lost(the bytes after that), which is how much of them made it.
func (m *medium) powerCut(lost func(unsynced []byte) []byte) {
	for _, f := range m.files {
		after := f.synced
		if len(f.cached) > len(f.synced) {
			after = append(slices.Clone(f.synced), lost(f.cached[len(f.synced):])...)
		}
		f.synced, f.cached, f.locked = after, slices.Clone(after), false
	}
	m.fail, m.short = func(string) error { return nil }, 0
}

func (m *medium) create(name string, data []byte) error {
	if err := m.fail("create"); err != nil {
		return err
	}
	if f, ok := m.files[name]; ok {
		if bytes.Equal(f.cached, data) {
			return nil
		}
		return &safefile.ExistsError{Name: name, Have: sha256.Sum256(f.cached), Want: sha256.Sum256(data)}
	}
	m.files[name] = &memFile{synced: slices.Clone(data), cached: slices.Clone(data)}
	return nil
}

func (m *medium) open(name string) (file, error) {
	f, ok := m.files[name]
	if !ok {
		return nil, fs.ErrNotExist
	}
	if f.locked {
		return nil, ErrLocked
	}
	f.locked = true
	return &handle{medium: m, file: f}, nil
}

func (m *medium) still(name string, f file) error {
	if h, ok := f.(*handle); !ok || m.files[name] != h.file {
		return ErrGone
	}
	return nil
}

// handle is a file of a medium, opened.
type handle struct {
	medium *medium
	file   *memFile
	at     int
}

func (h *handle) Read(p []byte) (int, error) {
	n := copy(p, h.file.cached[h.at:])
	h.at += n
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (h *handle) WriteAt(p []byte, off int64) (int, error) {
	err := h.medium.fail("write")
	if err != nil {
		p = p[:min(h.medium.short, len(p))]
	}
	for len(h.file.cached) < int(off)+len(p) {
		h.file.cached = append(h.file.cached, 0)
	}
	copy(h.file.cached[off:], p)
	return len(p), err
}

func (h *handle) Truncate(size int64) error {
	if err := h.medium.fail("truncate"); err != nil {
		return err
	}
	h.file.cached = h.file.cached[:size]
	return nil
}

func (h *handle) Sync() error {
	if err := h.medium.fail("sync"); err != nil {
		return err
	}
	h.file.synced = slices.Clone(h.file.cached)
	return nil
}

func (h *handle) Close() error {
	h.file.locked = false
	return nil
}

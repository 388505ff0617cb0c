package repodata

import (
	"fmt"
	"io"
	"strings"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// MaxBytes bounds the text of a repodata.json: 2 GiB less one byte. The largest
// channels have a third of a gigabyte, a million signed records some 1.2; an
// offset fits into 32 bits, and the text into the memory of a usual machine.
const MaxBytes = 1<<31 - 1

// A Form is how a text is stored.
type Form int

// The forms that are read.
const (
	Plain Form = iota // repodata.json
	Zstd              // repodata.json.zst
)

// FormOf is the form that a file's name says.
func FormOf(name string) (Form, error) {
	switch {
	case strings.HasSuffix(name, ".json"):
		return Plain, nil
	case strings.HasSuffix(name, ".json.zst"):
		return Zstd, nil
	}
	return 0, fmt.Errorf("%s: neither .json nor .json.zst: no other form of repodata is read", name)
}

// Read reads a text of at most limit bytes (0 means [MaxBytes]) from src, which
// has size bytes. It takes the memory of the text and, for zstd, of its window;
// nothing as large as the text is made and dropped. Of zstd, the checksum is
// checked where there is one. Errors about what is too large are
// [canonical.ErrSize].
func Read(src io.ReaderAt, size int64, form Form, limit int) ([]byte, error) {
	if limit <= 0 || limit > MaxBytes {
		limit = MaxBytes
	}
	if size > int64(limit) {
		return nil, tooLarge(size, limit)
	}
	in := io.NewSectionReader(src, 0, size)
	if form == Zstd {
		return expand(in, limit)
	}
	text := make([]byte, size)
	if _, err := io.ReadFull(in, text); err != nil {
		return nil, fmt.Errorf("reading %d bytes of repodata: %w", size, err)
	}
	if strings.HasPrefix(string(text[:min(4, size)]), magic) {
		return nil, fmt.Errorf("this is zstd, not JSON: its name should end in .json.zst")
	}
	return text, nil
}

func tooLarge(size int64, limit int) error {
	return fmt.Errorf("repodata %w: %d bytes, at most %d are taken", canonical.ErrSize, size, limit)
}

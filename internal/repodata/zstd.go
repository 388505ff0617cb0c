package repodata

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// magic begins a zstd frame (RFC 8878, 3.1.1).
const magic = "\x28\xb5\x2f\xfd"

// maxWindow is how far back a frame may refer: what zstd itself takes unless it
// is told to take more (--long=27, and level 22). Channels use 8 MiB or less.
const maxWindow = 128 << 20

// plausible is how many times as large as the file a text may claim to be and be
// given memory before it is seen. Channels have a tenth of their size in zstd.
const plausible = 64

// expand decompresses. The memory for the text is taken once: as much as the
// first frame says, where that is plausible; else the text is decompressed twice,
// the first time only to be measured. A bomb is never held.
func expand(src *io.SectionReader, limit int) ([]byte, error) {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderMaxMemory(MaxBytes))
	if err != nil {
		return nil, fmt.Errorf("zstd: %w", err)
	}
	defer d.Close()
	e := expander{src: src, d: d, limit: limit}
	size, err := e.claimed()
	if err != nil {
		return nil, err
	}
	if size >= 0 {
		if text, rest, err := e.fill(size); err != nil || !rest {
			return text, err
		}
		// There are more frames than the first.
	}
	if size, err = e.measure(); err != nil {
		return nil, err
	}
	text, rest, err := e.fill(size)
	if err == nil && rest {
		err = errors.New("zstd: the file has changed while it was read")
	}
	return text, err
}

type expander struct {
	src   *io.SectionReader
	d     *zstd.Decoder
	limit int
}

// start begins anew.
func (e *expander) start() error {
	if _, err := e.src.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return e.d.Reset(bufio.NewReaderSize(e.src, 1<<16))
}

// claimed is what the first frame says of its size, if that is to be believed
// for a start, and -1 otherwise.
func (e *expander) claimed() (int64, error) {
	var head [zstd.HeaderMaxSize]byte
	n, err := e.src.ReadAt(head[:], 0)
	if err != nil && err != io.EOF {
		return 0, fmt.Errorf("zstd: %w", err)
	}
	var h zstd.Header
	if err := h.Decode(head[:n]); err != nil {
		return 0, e.fault(err)
	}
	switch {
	case !h.HasFCS || h.Skippable:
		return -1, nil
	case h.FrameContentSize > uint64(e.limit):
		return 0, fmt.Errorf("zstd: %w: %d bytes of repodata, at most %d are taken", canonical.ErrSize, h.FrameContentSize, e.limit)
	case h.FrameContentSize > plausible*uint64(e.src.Size()):
		return -1, nil
	}
	return int64(h.FrameContentSize), nil
}

// measure counts, and keeps nothing.
func (e *expander) measure() (int64, error) {
	if err := e.start(); err != nil {
		return 0, e.fault(err)
	}
	n, err := io.Copy(io.Discard, io.LimitReader(e.d, int64(e.limit)+1))
	if err != nil {
		return 0, e.fault(err)
	}
	if n > int64(e.limit) {
		return 0, fmt.Errorf("zstd: %w: more than %d bytes of repodata", canonical.ErrSize, e.limit)
	}
	return n, nil
}

// fill decompresses so many bytes, and tells whether there are more.
func (e *expander) fill(size int64) (text []byte, rest bool, err error) {
	if err := e.start(); err != nil {
		return nil, false, e.fault(err)
	}
	text = make([]byte, size)
	if _, err := io.ReadFull(e.d, text); err != nil {
		return nil, false, e.fault(err)
	}
	var more [1]byte
	switch _, err := io.ReadFull(e.d, more[:]); err {
	case nil:
		return nil, true, nil
	case io.EOF:
		return text, false, nil
	default:
		return nil, false, e.fault(err)
	}
}

func (e *expander) fault(err error) error {
	switch {
	case errors.Is(err, zstd.ErrMagicMismatch):
		return errors.New("zstd: this is not zstd")
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return errors.New("zstd: the file ends too early")
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return fmt.Errorf("zstd: %w: wants a window of more than %d bytes", canonical.ErrSize, maxWindow)
	}
	return fmt.Errorf("zstd: %w", err)
}

// Expands reports whether src is text in zstd, and nothing else. What is no zstd
// is not it; the error is src's.
func Expands(src io.Reader, text []byte) (bool, error) {
	read := &noting{r: src}
	d, err := zstd.NewReader(bufio.NewReaderSize(read, 1<<16), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderMaxMemory(MaxBytes))
	if err != nil {
		return false, fmt.Errorf("zstd: %w", err)
	}
	defer d.Close()
	room := make([]byte, 1<<16)
	for {
		n, err := d.Read(room)
		if n > len(text) || !bytes.Equal(room[:n], text[:n]) {
			return false, nil
		}
		text = text[n:]
		switch {
		case err == io.EOF:
			return len(text) == 0, nil
		case err != nil:
			return false, read.err
		}
	}
}

// noting keeps the error of a reader, which a decoder would wrap.
type noting struct {
	r   io.Reader
	err error
}

func (n *noting) Read(p []byte) (int, error) {
	read, err := n.r.Read(p)
	if err != nil && err != io.EOF {
		n.err = err
	}
	return read, err
}

package evidence

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Bounds of an archive. A sitting with a long chain, and the journals of some
// places, comes to some megabytes.
const (
	MaxArchive = 256 << 20 // bytes
	MaxFiles   = 10_000
)

// Files are what an archive holds, by name. Those that [Read] gives alias its
// bytes, and must not be changed.
type Files map[string][]byte

// block is the unit of a tar archive, in bytes.
const block = 512

// Write makes an archive of files. The same files are the same bytes, always.
func Write(files Files) ([]byte, error) {
	size := 2 * block
	for name, data := range files {
		if !known(name) {
			return nil, fmt.Errorf("evidence: %q is no name of a file of it", name)
		}
		size += block + padded(len(data))
	}
	_, there := files[ManifestFile]
	switch {
	case !there:
		return nil, fmt.Errorf("evidence: there is no %s", ManifestFile)
	case len(files) > MaxFiles:
		return nil, fmt.Errorf("evidence: %d files, of at most %d", len(files), MaxFiles)
	case size > MaxArchive:
		return nil, fmt.Errorf("evidence: %d bytes, of at most %d", size, MaxArchive)
	}
	out := make([]byte, 0, size)
	for _, name := range slices.SortedFunc(maps.Keys(files), byName) {
		data := files[name]
		out = append(out, header(name, len(data))...)
		out = append(out, data...)
		out = append(out, make([]byte, padded(len(data))-len(data))...)
	}
	return append(out, make([]byte, 2*block)...), nil
}

// Read takes an archive apart. It takes just what Write makes, to the byte: one
// content has one archive, and nothing can lie between or behind the files.
func Read(raw []byte) (Files, error) {
	if len(raw) > MaxArchive {
		return nil, fmt.Errorf("evidence: %d bytes, of at most %d", len(raw), MaxArchive)
	}
	files := make(Files)
	last, rest := "", raw
	for len(rest) >= block && rest[0] != 0 {
		name, data, after, err := member(rest)
		if err != nil {
			return nil, fmt.Errorf("evidence: at byte %d: %w", len(raw)-len(rest), err)
		}
		if last != "" && byName(last, name) >= 0 {
			return nil, fmt.Errorf("evidence: at byte %d: %s after %s: files stand in order, each once", len(raw)-len(rest), name, last)
		}
		if len(files) == MaxFiles {
			return nil, fmt.Errorf("evidence: more than %d files", MaxFiles)
		}
		files[name], last, rest = data, name, after
	}
	switch {
	case !bytes.Equal(rest, make([]byte, 2*block)):
		return nil, fmt.Errorf("evidence: at byte %d: neither a file of it nor the end that it must have", len(raw)-len(rest))
	case files[ManifestFile] == nil:
		return nil, fmt.Errorf("evidence: it begins with no %s", ManifestFile)
	}
	return files, nil
}

// member reads the file at the beginning of an archive's rest.
func member(rest []byte) (name string, data, after []byte, err error) {
	head := rest[:block]
	name, _, _ = strings.Cut(string(head[:100]), "\x00")
	if !known(name) {
		return "", nil, nil, fmt.Errorf("%.100q is no name of a file of it", name)
	}
	size, err := strconv.ParseUint(string(head[124:135]), 8, 31)
	if err != nil {
		return "", nil, nil, fmt.Errorf("%s: %q is no size", name, head[124:135])
	}
	if !bytes.Equal(head, header(name, int(size))) {
		return "", nil, nil, fmt.Errorf("%s: not a plain file as an archive of evidence has them (mode 0644, no owner, no date, no link)", name)
	}
	rest = rest[block:]
	if uint64(len(rest)) < size || len(rest) < padded(int(size)) {
		return "", nil, nil, fmt.Errorf("%s: %d bytes, more than there are", name, size)
	}
	data, filling, after := rest[:size:size], rest[size:padded(int(size))], rest[padded(int(size)):]
	if bytes.ContainsFunc(filling, func(r rune) bool { return r != 0 }) {
		return "", nil, nil, fmt.Errorf("%s: something stands behind it", name)
	}
	return name, data, after, nil
}

// header is the block before a file (POSIX.1-1988, ustar): a regular file, for
// everybody to read, of nobody, of 1970.
func header(name string, size int) []byte {
	h := make([]byte, block)
	put := func(at int, text string) { copy(h[at:], text) }
	put(0, name)
	put(100, "0000644\x00")
	put(108, "0000000\x00") // owner
	put(116, "0000000\x00") // group
	put(124, fmt.Sprintf("%011o\x00", size))
	put(136, "00000000000\x00") // seconds since 1970
	put(148, "        ")        // the sum counts itself as spaces
	put(156, "0")               // a regular file
	put(257, "ustar\x0000")
	put(329, "0000000\x00") // of devices only
	put(337, "0000000\x00")
	sum := 0
	for _, b := range h {
		sum += int(b)
	}
	put(148, fmt.Sprintf("%06o\x00 ", sum))
	return h
}

// padded is a length with what fills its last block.
func padded(n int) int { return (n + block - 1) / block * block }

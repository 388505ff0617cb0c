package journal

import (
	"bytes"
	"crypto/sha256"
	"fmt"
)

// DamageError says where a journal is not what a place has written.
type DamageError struct {
	Entry  int    // the first bad one; 0 is the header
	Reason string // what is wrong with it
}

// Error names the entry and what is wrong.
func (e *DamageError) Error() string {
	where := "header"
	if e.Entry > 0 {
		where = fmt.Sprintf("entry %d", e.Entry)
	}
	return where + ": " + e.Reason + ": the journal was changed after it was written; restore a copy of it"
}

// Read reads the bytes of another place's journal, such as came by stick. It
// takes no lock and repairs nothing: a journal that was cut short is a
// [*DamageError] too. The facts alias raw.
func Read(raw []byte) (Header, []Entry, error) {
	header, entries, torn, err := scan(raw)
	if err == nil && len(torn) > 0 {
		err = &DamageError{Entry: len(entries) + 1, Reason: fmt.Sprintf("cut short (%d bytes without an end)", len(torn))}
	}
	if err != nil {
		return Header{}, nil, err
	}
	return header, entries, nil
}

// scan reads a journal and verifies its chain. What it returns as torn is an end
// that a crash while the last line was written can have left: its blocks, or
// what lay on the medium before, and no entry. Everything else wrong is an error.
func scan(raw []byte) (header Header, entries []Entry, torn []byte, err error) {
	if len(raw) > MaxSize {
		return header, nil, nil, fmt.Errorf("%d bytes, of at most %d", len(raw), MaxSize)
	}
	line, rest, whole := bytes.Cut(raw, []byte("\n"))
	if !whole {
		return header, nil, nil, &DamageError{Reason: "no whole line"}
	}
	if header, err = parseHeader(line); err != nil {
		return header, nil, nil, &DamageError{Reason: err.Error()}
	}
	head := sha256.Sum256(line)
	for len(rest) > 0 {
		n, start := len(entries)+1, rest
		line, rest, whole = bytes.Cut(rest, []byte("\n"))
		if n > MaxEntries || len(line) >= MaxEntry {
			return header, nil, nil, &DamageError{Entry: n, Reason: fmt.Sprintf(
				"beyond the limit of %d entries, or of %d bytes for one", MaxEntries, MaxEntry)}
		}
		e, err := parseEntry(line)
		if !whole || err != nil && len(start) <= MaxEntry && !holdsEntry(rest) {
			return header, entries, start, nil
		}
		if err != nil {
			return header, nil, nil, &DamageError{Entry: n, Reason: err.Error()}
		}
		if err := follows(e, n, head); err != nil {
			return header, nil, nil, err
		}
		entries, head = append(entries, e), e.Digest
	}
	return header, entries, nil, nil
}

// holdsEntry reports whether a line is an entry, of whatever journal.
func holdsEntry(lines []byte) bool {
	for line := range bytes.Lines(lines) {
		if _, err := parseEntry(bytes.TrimSuffix(line, []byte("\n"))); err == nil {
			return true
		}
	}
	return false
}

// follows checks that e is entry n, after a line with the digest head.
func follows(e Entry, n int, head [32]byte) error {
	if e.N != n {
		return &DamageError{Entry: n, Reason: fmt.Sprintf("counted as %d", e.N)}
	}
	if e.Prev != head {
		return &DamageError{Entry: n, Reason: fmt.Sprintf("prev is %x, but the line before it has the SHA-256 %x", e.Prev, head)}
	}
	return nil
}

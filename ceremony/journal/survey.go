package journal

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
)

// A Line is one line of a journal, read by itself: what it says, whatever stands
// around it.
type Line struct {
	Digest [32]byte // SHA-256 of the line without its line feed
	Entry  Entry    // zero for the header, and where Err says why it is none
	Err    error
}

// Survey reads each line of a journal by itself, so that somebody who knows what
// was signed can tell which of them were changed. The first is the header. An
// error refuses what is beyond the limits; everything else is in the lines. The
// facts alias raw.
func Survey(raw []byte) (Header, []Line, error) {
	if len(raw) > MaxSize {
		return Header{}, nil, fmt.Errorf("journal: %d bytes, of at most %d", len(raw), MaxSize)
	}
	var header Header
	var lines []Line
	for text := range bytes.Lines(raw) {
		if len(lines) > MaxEntries || len(text) > MaxEntry {
			return header, nil, fmt.Errorf("journal: beyond the limit of %d entries, or of %d bytes for one", MaxEntries, MaxEntry)
		}
		line, whole := bytes.CutSuffix(text, []byte("\n"))
		l := Line{Digest: sha256.Sum256(line)}
		if len(lines) == 0 {
			header, l.Err = parseHeader(line)
		} else if l.Entry, l.Err = parseEntry(line); l.Err != nil {
			l.Entry = Entry{}
		}
		if !whole {
			l.Err = errors.Join(l.Err, fmt.Errorf("cut short (%d bytes without an end)", len(line)))
		}
		lines = append(lines, l)
	}
	return header, lines, nil
}

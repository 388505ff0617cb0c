package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Limits of a journal. A root with its plan and a token's attestation comes to
// some tens of kilobytes, a long sitting to some hundreds of entries; a journal
// beyond these sizes was not written by a ceremony.
const (
	MaxEntry   = 4 << 20   // bytes of a line, with its line feed
	MaxEntries = 100_000   // entries of a journal
	MaxSize    = 512 << 20 // bytes of a journal
	MaxPlace   = 128       // bytes of a place's name
)

// Header is the first line of a journal.
type Header struct {
	Place string   // the place's name, 1 to [MaxPlace] bytes of UTF-8
	ID    [16]byte // random, so that two journals of one place are told apart
}

// Entry is one line of a journal after the header.
type Entry struct {
	N      int       // counts from 1
	Prev   [32]byte  // SHA-256 of the line before
	At     time.Time // the place's clock: a claim; UTC, whole seconds
	Fact   []byte    // a compact JSON object
	Digest [32]byte  // SHA-256 of this line: the head, while it is the last
}

// The fixed parts of the two kinds of line.
const (
	headerStart = `{"rootmoot":"journal/v1","place":`
	headerID    = `,"id":"`
	headerEnd   = `"}`
	entryStart  = `{"n":`
	entryPrev   = `,"prev":"`
	entryAt     = `","at":"`
	entryFact   = `","fact":`
	entryEnd    = `}`
)

// appendHeader appends the line of h without its line feed.
func appendHeader(dst []byte, h Header) ([]byte, error) {
	if h.Place == "" || len(h.Place) > MaxPlace || !utf8.ValidString(h.Place) {
		return nil, fmt.Errorf("place %q: want a name of 1 to %d bytes in UTF-8", h.Place, MaxPlace)
	}
	dst = append(dst, headerStart...)
	dst, err := jsontext.AppendQuote(dst, h.Place)
	if err != nil {
		return nil, fmt.Errorf("place %q: %w", h.Place, err)
	}
	dst = append(dst, headerID...)
	dst = hex.AppendEncode(dst, h.ID[:])
	return append(dst, headerEnd...), nil
}

// parseHeader reads a line without its line feed.
func parseHeader(line []byte) (h Header, err error) {
	rest, ok := bytes.CutPrefix(line, []byte(headerStart))
	const tail = len(headerID) + 2*len(h.ID) + len(headerEnd)
	if !ok || len(rest) < tail {
		return Header{}, errors.New("not the header of a journal/v1")
	}
	place, id := rest[:len(rest)-tail], rest[len(rest)-tail+len(headerID):]
	unquoted, err := jsontext.AppendUnquote(nil, place)
	if err != nil {
		return Header{}, fmt.Errorf("place: %w", err)
	}
	h.Place = string(unquoted)
	if _, err := hex.Decode(h.ID[:], id[:2*len(h.ID)]); err != nil {
		return Header{}, fmt.Errorf("id: %w", err)
	}
	again, err := appendHeader(nil, h)
	if err != nil {
		return Header{}, err
	}
	if !bytes.Equal(again, line) {
		return Header{}, errNotExact
	}
	return h, nil
}

// errNotExact is the fault of a line that can be understood but is not written
// in the one way there is.
var errNotExact = errors.New("not written in the exact form of the format")

// appendEntry appends the line of e without its line feed. Digest is not used.
func appendEntry(dst []byte, e Entry) []byte {
	dst = append(dst, entryStart...)
	dst = strconv.AppendInt(dst, int64(e.N), 10)
	dst = append(dst, entryPrev...)
	dst = hex.AppendEncode(dst, e.Prev[:])
	dst = append(dst, entryAt...)
	dst = e.At.AppendFormat(dst, time.RFC3339)
	dst = append(dst, entryFact...)
	dst = append(dst, e.Fact...)
	return append(dst, entryEnd...)
}

// parseEntry reads a line without its line feed. Fact aliases line.
func parseEntry(line []byte) (e Entry, err error) {
	head, tail, ok := bytes.Cut(line, []byte(entryFact))
	fact, ends := bytes.CutSuffix(tail, []byte(entryEnd))
	if !ok || !ends {
		return Entry{}, errors.New("not an entry")
	}
	head, ok = bytes.CutPrefix(head, []byte(entryStart))
	n, head, ok2 := bytes.Cut(head, []byte(entryPrev))
	prev, at, ok3 := bytes.Cut(head, []byte(entryAt))
	if !ok || !ok2 || !ok3 || len(prev) != 2*len(e.Prev) {
		return Entry{}, errors.New("not an entry")
	}
	if e.N, err = strconv.Atoi(string(n)); err != nil {
		return Entry{}, fmt.Errorf("n: %w", err)
	}
	if _, err := hex.Decode(e.Prev[:], prev); err != nil {
		return Entry{}, fmt.Errorf("prev: %w", err)
	}
	if e.At, err = time.Parse(time.RFC3339, string(at)); err != nil {
		return Entry{}, fmt.Errorf("at: %w", err)
	}
	e.At, e.Fact = e.At.UTC(), fact
	if err := checkFact(fact); err != nil {
		return Entry{}, err
	}
	if !bytes.Equal(appendEntry(make([]byte, 0, len(line)), e), line) {
		return Entry{}, errNotExact
	}
	e.Digest = sha256.Sum256(line)
	return e, nil
}

// checkFact accepts one compact JSON object. Format refuses duplicate members,
// invalid UTF-8 and nesting beyond reason; Compact would let them pass.
func checkFact(fact []byte) error {
	v := jsontext.Value(fact)
	if v.Kind() != '{' {
		return errors.New("fact: not a JSON object")
	}
	compact := v.Clone()
	if err := compact.Format(jsontext.PreserveRawStrings(true)); err != nil {
		return fmt.Errorf("fact: %w", err)
	}
	if !bytes.Equal(compact, fact) {
		return errors.New("fact: not compact")
	}
	return nil
}

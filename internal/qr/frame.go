package qr

import (
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"strings"
)

// Limits of a transfer. They bound what a receiver spends on it: about three
// megabytes, and less than a second.
const (
	// MaxPayload is how long a file may be, in bytes.
	MaxPayload = 256 << 10
	// MaxParts is into how many parts it is cut at most.
	MaxParts = 4096
	// MaxLine is how long a frame may be, in characters: more are in no code.
	MaxLine = 4296
)

const (
	tagName = "ROOTMOOT" // what people see who scan a code without knowing it
	tag     = tagName + "1:"

	idSize     = 8
	headerSize = idSize + 3 + 3
	checkSize  = 4

	minPart = 8 // bytes
	// maxPacked leaves room for what cannot be compressed: flate stores it in
	// blocks of some 16 KiB, with five bytes each.
	maxPacked = MaxPayload + 256

	numbers = 1 << 24 // of parts; then they begin anew
)

// ID is the first bytes of a file's SHA-256, by which its frames are told from
// those of others.
type ID [idSize]byte

// String is the ID in hex.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// A frame is some consecutive parts of a packed file.
type frame struct {
	id     ID
	packed int // length of the compressed file in bytes, 1 to maxPacked
	first  int // number of the first part, below numbers
	parts  []byte
}

// partSize is the size of a part, in bytes, of a file of that compressed length.
func partSize(packed int) int { return max(minPart, ceil(packed, MaxParts)) }

// partCount is how many parts it has.
func partCount(packed int) int { return ceil(packed, partSize(packed)) }

func ceil(a, b int) int { return (a + b - 1) / b }

// base32Of is RFC 4648 without padding.
func base32Of() *base32.Encoding { return base32.StdEncoding.WithPadding(base32.NoPadding) }

// line is the frame as text.
func (f frame) line() string {
	raw := append(make([]byte, 0, headerSize+len(f.parts)+checkSize), f.id[:]...)
	raw = appendUint24(raw, f.packed)
	raw = appendUint24(raw, f.first)
	raw = append(raw, f.parts...)
	raw = binary.BigEndian.AppendUint32(raw, checksum(raw))
	return tag + base32Of().EncodeToString(raw)
}

func appendUint24(b []byte, n int) []byte { return append(b, byte(n>>16), byte(n>>8), byte(n)) }

func uint24(b []byte) int { return int(b[0])<<16 | int(b[1])<<8 | int(b[2]) }

func checksum(raw []byte) uint32 {
	return crc32.Update(crc32.ChecksumIEEE([]byte(tag)), crc32.IEEETable, raw)
}

// parseFrame reads a line. Letters may be of either case, and blanks around it
// are those of whoever pasted it. Anything else has just one spelling.
func parseFrame(line string) (frame, error) {
	line = strings.Trim(line, " \t\r\n")
	raw, err := decodeLine(line)
	if err != nil {
		return frame{}, err
	}
	if len(raw) <= headerSize+checkSize {
		return frame{}, damaged("%d bytes, too few for one: is it cut off?", len(raw))
	}
	body := raw[:len(raw)-checkSize]
	if checksum(body) != binary.BigEndian.Uint32(raw[len(body):]) {
		return frame{}, damaged("its checksum is wrong: scan it again")
	}
	f := frame{
		id: ID(body), packed: uint24(body[idSize:]), first: uint24(body[idSize+3:]), parts: body[headerSize:],
	}
	if f.packed == 0 || f.packed > maxPacked {
		return frame{}, fmt.Errorf("%w: it says %d bytes, of 1 to %d", ErrLimit, f.packed, maxPacked)
	}
	if size := partSize(f.packed); len(f.parts)%size != 0 {
		return frame{}, damaged("%d bytes are no whole number of parts of %d", len(f.parts), size)
	}
	return f, nil
}

// decodeLine takes the tag off, and gives the bytes that the rest stands for.
func decodeLine(line string) ([]byte, error) {
	if len(line) < len(tag) || upper(line[:len(tagName)]) != tagName {
		return nil, ErrNoFrame
	}
	if len(line) > MaxLine {
		return nil, damaged("%d characters, more than the %d of any code", len(line), MaxLine)
	}
	line = upper(line)
	text, ok := strings.CutPrefix(line, tag)
	if !ok {
		return nil, fmt.Errorf("%w: it does not begin with %s", ErrVersion, tag)
	}
	raw, err := base32Of().DecodeString(text)
	// The decoder skips line breaks and does not look at the bits that are left
	// over at the end.
	if err != nil || base32Of().EncodeToString(raw) != text {
		return nil, damaged("not base32: is it cut off?")
	}
	return raw, nil
}

// upper folds the letters a to z and nothing else, byte by byte: strings.ToUpper
// knows other signs whose upper case is an I or an S.
func upper(s string) string {
	out := []byte(s)
	for i, c := range out {
		if 'a' <= c && c <= 'z' {
			out[i] = c - 'a' + 'A'
		}
	}
	return string(out)
}

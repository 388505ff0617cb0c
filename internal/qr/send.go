package qr

import (
	"crypto/sha256"
	"errors"
	"fmt"
)

// A Sender makes the frames of one file.
type Sender struct {
	digest [32]byte
	packed int
	parts  [][]byte
}

// NewSender compresses a file of 1 to [MaxPayload] bytes and cuts it into parts.
func NewSender(payload []byte) (*Sender, error) {
	if len(payload) == 0 {
		return nil, errors.New("nothing to send: the file is empty")
	}
	if len(payload) > MaxPayload {
		return nil, fmt.Errorf("%d bytes, more than the %d that can go by QR codes", len(payload), MaxPayload)
	}
	packed, err := pack(payload)
	if err != nil {
		return nil, fmt.Errorf("compress: %w", err)
	}
	s := &Sender{digest: sha256.Sum256(payload), packed: len(packed)}
	size := partSize(len(packed))
	padded := append(packed, make([]byte, size)...)
	for i := range partCount(len(packed)) {
		s.parts = append(s.parts, padded[i*size:][:size])
	}
	return s, nil
}

// Digest is the file's SHA-256.
func (s *Sender) Digest() [32]byte { return s.digest }

// Packed is the length of the compressed file, in bytes.
func (s *Sender) Packed() int { return s.packed }

// Parts is how many parts the file has.
func (s *Sender) Parts() int { return len(s.parts) }

// PartSize is how many bytes a part has.
func (s *Sender) PartSize() int { return partSize(s.packed) }

// Fit is how many parts a frame may have, to be a code of that version (1 to
// 40); 0 if there is no room for one.
func (s *Sender) Fit(version int) int {
	room := (Capacity(version) - len(tag)) * 5 / 8
	return max(0, room-headerSize-checkSize) / partSize(s.packed)
}

// Version is the version of the smallest code for a frame of that many parts;
// 0 if there is none.
func (s *Sender) Version(parts int) int {
	for v := 1; v <= MaxVersion; v++ {
		if s.Fit(v) >= parts {
			return v
		}
	}
	return 0
}

// Frame is the frame with that many parts (at least one) from number first on.
// Numbers 0 to [Sender.Parts] less one are the file itself. There are 2^24
// numbers; then they begin anew.
func (s *Sender) Frame(first, parts int) string {
	f := frame{id: ID(s.digest[:idSize]), packed: s.packed, first: first % numbers}
	for i := range parts {
		f.parts = append(f.parts, s.part((first+i)%numbers)...)
	}
	return f.line()
}

func (s *Sender) part(number int) []byte {
	out := make([]byte, partSize(s.packed))
	r := rowOf(ID(s.digest[:idSize]), number, len(s.parts))
	for i := r.next(0); i >= 0; i = r.next(i + 1) {
		xorBytes(out, s.parts[i])
	}
	return out
}

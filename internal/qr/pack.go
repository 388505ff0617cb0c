package qr

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"fmt"
	"io"
)

// pack compresses a file (RFC 1951).
func pack(payload []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(payload); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// unpack is the file that was packed, if it is the one that the frames announce.
// It stops before a small file could become a large one.
func unpack(packed []byte, id ID) ([]byte, error) {
	in := bytes.NewReader(packed)
	r := flate.NewReader(in)
	payload, err := io.ReadAll(io.LimitReader(r, MaxPayload+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: it cannot be decompressed: %w", ErrDigest, err)
	case len(payload) > MaxPayload:
		return nil, fmt.Errorf("%w: it is longer than %d bytes when decompressed", ErrDigest, MaxPayload)
	case in.Len() > 0:
		return nil, fmt.Errorf("%w: %d bytes follow the compressed file", ErrDigest, in.Len())
	}
	if sum := sha256.Sum256(payload); ID(sum[:idSize]) != id {
		return nil, fmt.Errorf("%w: its SHA-256 begins with %x, not %v", ErrDigest, sum[:idSize], id)
	}
	return payload, nil
}

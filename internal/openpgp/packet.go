package openpgp

import (
	"bytes"
	"encoding/binary"
)

// The tags of packets (RFC 4880, 4.3).
const (
	tagSignature  = 2
	tagOnePass    = 4
	tagSecretKey  = 5
	tagPublicKey  = 6
	tagSecretSub  = 7
	tagCompressed = 8
	tagPublicSub  = 14
)

// next cuts the first packet off raw (RFC 4880, 4.2): of the old format, whose
// length has one, two or four bytes, or the new one. A packet of unknown length
// or in parts is what streams need, and refused.
func next(raw []byte) (tag byte, body, rest []byte, err error) {
	if bytes.HasPrefix(bytes.TrimLeft(raw, " \t\r\n"), []byte("-----BEGIN PGP")) {
		return 0, nil, nil, fault(unarmored, "OpenPGP file: is armoured: text that begins with -----BEGIN PGP")
	}
	if len(raw) < 2 || raw[0]&0x80 == 0 {
		return 0, nil, nil, fault(again, "OpenPGP file: begins with no packet")
	}
	var size, head int
	if raw[0]&0x40 == 0 {
		tag = raw[0] >> 2 & 0x0f
		size, head = oldLength(raw)
	} else {
		tag = raw[0] & 0x3f
		size, head = newLength(raw)
	}
	switch {
	case head == 0:
		return tag, nil, nil, fault(again, "OpenPGP file: packet of tag %d: its length is cut short, unknown, in parts or too large", tag)
	case size > len(raw)-head:
		return tag, nil, nil, fault(again, "OpenPGP file: packet of tag %d: says %d bytes, %d are there", tag, size, len(raw)-head)
	}
	return tag, raw[head : head+size], raw[head+size:], nil
}

// maxPacket bounds the body of a packet, in bytes.
const maxPacket = 1 << 20

// oldLength is the length of a packet of the old format, and of what stands
// before its body; 0 if there is none.
func oldLength(raw []byte) (size, head int) {
	switch kind := raw[0] & 3; {
	case kind == 0:
		return int(raw[1]), 2
	case kind == 1 && len(raw) >= 3:
		return int(binary.BigEndian.Uint16(raw[1:])), 3
	case kind == 2 && len(raw) >= 5:
		return bounded(binary.BigEndian.Uint32(raw[1:]), 5)
	}
	return 0, 0
}

// newLength is the same of the new format.
func newLength(raw []byte) (size, head int) {
	switch first := raw[1]; {
	case first < 192:
		return int(first), 2
	case first < 224 && len(raw) >= 3:
		return int(first-192)<<8 + int(raw[2]) + 192, 3
	case first == 255 && len(raw) >= 6:
		return bounded(binary.BigEndian.Uint32(raw[2:]), 6)
	}
	return 0, 0
}

func bounded(size uint32, head int) (int, int) {
	if size > maxPacket {
		return 0, 0
	}
	return int(size), head
}

// mpi cuts a multi-precision integer off raw (RFC 4880, 3.2): its length in
// bits, and no more bytes than those need. ok is false if it is cut short, or its
// first bit is not where the length says.
func mpi(raw []byte) (n, rest []byte, bits int, ok bool) {
	if len(raw) < 2 {
		return nil, nil, 0, false
	}
	bits = int(binary.BigEndian.Uint16(raw))
	size := (bits + 7) / 8
	if size > len(raw)-2 {
		return nil, nil, bits, false
	}
	n, rest = raw[2:2+size], raw[2+size:]
	if size > 0 && n[0]>>((bits-1)%8) != 1 {
		return nil, nil, bits, false
	}
	return n, rest, bits, true
}

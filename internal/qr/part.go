package qr

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
)

// A row says of which of a file's own parts a part is the XOR: bit i of it for
// part i, in words of 64.
type row []uint64

func newRow(parts int) row { return make(row, ceil(parts, 64)) }

func (r row) has(i int) bool { return r[i/64]>>(i%64)&1 != 0 }

func (r row) set(i int) { r[i/64] |= 1 << (i % 64) }

func (r row) xor(s row) {
	for i := range r {
		r[i] ^= s[i]
	}
}

// next is the first part at or after i, or -1.
func (r row) next(i int) int {
	for w := i / 64; w < len(r); w++ {
		word := r[w]
		if w == i/64 {
			word &= ^uint64(0) << (i % 64)
		}
		if word != 0 {
			return w*64 + bits.TrailingZeros64(word)
		}
	}
	return -1
}

// rowOf is the row of a part by its number. Those of the file itself come first.
// What follows is half of them, by bits that everybody can compute: SHA-256 in
// counter mode over the transfer and the number. A row of zeros would say
// nothing, and happens with few parts; it becomes one part itself.
func rowOf(id ID, number, parts int) row {
	r := newRow(parts)
	if number < parts {
		r.set(number)
		return r
	}
	seed := append([]byte("rootmoot part\n"), id[:]...)
	seed = binary.BigEndian.AppendUint32(seed, uint32(number))
	const words = sha256.Size / 8
	var block [sha256.Size]byte
	empty := true
	for i := range r {
		if i%words == 0 {
			block = sha256.Sum256(binary.BigEndian.AppendUint32(seed, uint32(i/words)))
		}
		r[i] = binary.LittleEndian.Uint64(block[i%words*8:])
		if last := parts - i*64; last < 64 {
			r[i] &= 1<<last - 1
		}
		empty = empty && r[i] == 0
	}
	if empty {
		r.set(number % parts)
	}
	return r
}

func xorBytes(a, b []byte) {
	for i := range a {
		a[i] ^= b[i]
	}
}

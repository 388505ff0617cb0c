package repodata

import (
	"bytes"
	"hash/maphash"
	"math/bits"
)

// An entry says where a member stands in the text: its name's quote, and where
// its value ends. All else is found from there. A text has less than 2 GiB.
type entry struct {
	name, end uint32
}

// A list is entries in the order of the text. It grows by chunks, so that it
// never has to be copied as a whole.
type list struct {
	chunks [][]entry
	n      int
}

const chunk = 1 << 14

func (l *list) add(e entry) {
	if l.n%chunk == 0 {
		var next []entry // the first one grows from nothing: most objects are small
		if l.n > 0 {
			next = make([]entry, 0, chunk)
		}
		l.chunks = append(l.chunks, next)
	}
	last := &l.chunks[len(l.chunks)-1]
	*last = append(*last, e)
	l.n++
}

func (l *list) last() *entry { return &l.chunks[(l.n-1)/chunk][(l.n-1)%chunk] }

func (l *list) at(i int) entry { return l.chunks[i/chunk][i%chunk] }

// A table is a list whose entries are found by name. A slot is an entry's number
// plus one, and above it some bits of its name's hash, so that almost every
// comparison of names is one that finds them equal. The hash has a secret seed:
// nobody can choose names that all meet in one place.
type table struct {
	list
	text  []byte
	seed  maphash.Seed
	slots []uint32
}

const (
	numberBits = 22
	// maxMembers bounds the members of one object. The largest channel known has
	// half a million records in one subdirectory.
	maxMembers = 4_000_000
	tooMany    = "an object may have at most 4000000 members"
)

// newTable has room for about so many entries, to begin with.
func newTable(text []byte, room int) *table {
	return &table{text: text, seed: maphash.MakeSeed(), slots: make([]uint32, 1<<bits.Len(uint(room|63)))}
}

// add adds an entry, if there is none of its name yet. If there is, it is the
// number of that one.
func (t *table) add(e entry, name []byte) (had int, added bool) {
	if 4*t.n >= 3*len(t.slots) {
		t.grow()
	}
	h := maphash.Bytes(t.seed, name)
	i := t.slot(h, name)
	if t.slots[i] != 0 {
		return number(t.slots[i]), false
	}
	t.slots[i] = tag(h) | uint32(t.n+1)
	t.list.add(e)
	return 0, true
}

// find is the number of the entry of that name.
func (t *table) find(name []byte) (int, bool) {
	i := t.slot(maphash.Bytes(t.seed, name), name)
	if t.slots[i] == 0 {
		return 0, false
	}
	return number(t.slots[i]), true
}

// slot is where the entry of that name is, or would be.
func (t *table) slot(h uint64, name []byte) int {
	mask := len(t.slots) - 1
	for i := int(h) & mask; ; i = (i + 1) & mask {
		s := t.slots[i]
		if s == 0 || s&^numbers == tag(h) && bytes.Equal(t.name(number(s)), name) {
			return i
		}
	}
}

func (t *table) grow() {
	t.slots = make([]uint32, 2*len(t.slots))
	mask := len(t.slots) - 1
	for n := range t.n {
		h := maphash.Bytes(t.seed, t.name(n))
		i := int(h) & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = tag(h) | uint32(n+1)
	}
}

func (t *table) name(n int) []byte {
	s := scanner{text: t.text}
	return s.nameAt(int(t.at(n).name))
}

const numbers = 1<<numberBits - 1

func number(slot uint32) int { return int(slot&numbers) - 1 }

func tag(h uint64) uint32 { return uint32(h>>32) &^ numbers }

package crashfs

import (
	"io/fs"
	"math/rand/v2"
	"slices"
)

// blockSize is the size of what a medium writes whole or not at all, in bytes.
const blockSize = 512

// inode is a file, whatever its names.
type inode struct {
	perm fs.FileMode
	lock *file
	data []byte // as programs see it

	// The medium: what the last sync left there, and what may have reached it
	// since without one.
	size   int
	blocks map[int][]byte
	sizes  []int
	later  map[int][][]byte

	// What the next sync writes. After one that failed that is less than what is
	// not on the medium.
	dirty  map[int]bool
	resize bool
}

func newInode(perm fs.FileMode) *inode {
	return &inode{perm: perm, blocks: map[int][]byte{}, later: map[int][][]byte{}, dirty: map[int]bool{}}
}

// settled is a file that stands on the medium as data.
func settled(perm fs.FileMode, data []byte) *inode {
	n := newInode(perm)
	n.write(data, 0)
	n.sync()
	return n
}

// write puts p at an offset.
func (n *inode) write(p []byte, off int) {
	from := min(off, len(n.data)) // what lies between becomes zeros
	if end := off + len(p); end > len(n.data) {
		n.data = append(n.data, make([]byte, end-len(n.data))...)
	}
	copy(n.data[off:], p)
	n.touch(from, off+len(p))
}

func (n *inode) truncate(size int) {
	if size > len(n.data) {
		n.write(nil, size)
		return
	}
	n.data = slices.Clip(n.data[:size])
	n.touch(size-size%blockSize, size)
}

// touch notes that the bytes from..end and the size have changed.
func (n *inode) touch(from, end int) {
	for i := from / blockSize; i*blockSize < end; i++ {
		n.later[i] = append(n.later[i], n.block(i))
		n.dirty[i] = true
	}
	n.sizes = append(n.sizes, len(n.data))
	n.resize = true
}

// block is a block as the system writes it: with zeros after the end.
func (n *inode) block(i int) []byte {
	b := make([]byte, blockSize)
	copy(b, n.data[i*blockSize:])
	return b
}

func (n *inode) sync() {
	if n.resize {
		n.size, n.sizes = len(n.data), nil
	}
	for i := range n.dirty {
		if i*blockSize < len(n.data) {
			n.blocks[i] = n.block(i)
		}
		delete(n.later, i)
	}
	for i := range n.blocks {
		if i*blockSize >= n.size {
			delete(n.blocks, i)
		}
	}
	n.forget()
}

// forget takes what is not on the medium for written.
func (n *inode) forget() { n.dirty, n.resize = map[int]bool{}, false }

// crash is the file that is found after a power cut.
func (n *inode) crash(d draw) *inode {
	size := pick(d, n.size, n.sizes)
	data := make([]byte, 0, size+blockSize)
	for i := 0; i*blockSize < size; i++ {
		b, ok := n.blocks[i]
		if !ok {
			b = d.unwritten()
		}
		data = append(data, pick(d, b, n.later[i])...)
	}
	return settled(n.perm, data[:size])
}

// draw decides what is lost. keep is how likely it is that something which
// happened after the last sync has reached the medium.
type draw struct {
	*rand.Rand
	keep    float64
	garbage bool
}

func newDraw(r *rand.Rand) draw {
	return draw{r, []float64{0, 0.1, 0.5, 0.9, 1}[r.IntN(5)], r.IntN(3) == 0}
}

// unwritten is what a block holds to which nothing was written.
func (d draw) unwritten() []byte {
	const bytes = "{}\"\n :,ab\x00\xff"
	b := make([]byte, blockSize)
	for i := range b {
		if d.garbage {
			b[i] = bytes[d.IntN(len(bytes))]
		}
	}
	return b
}

// pick draws what is found: old, or one of those that came later, of which the
// last is the likeliest.
func pick[T any](d draw, old T, later []T) T {
	for i := len(later) - 1; i >= 0; i-- {
		if d.Float64() < d.keep {
			return later[i]
		}
	}
	return old
}

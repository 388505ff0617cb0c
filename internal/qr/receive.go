package qr

import (
	"bytes"
	"fmt"
)

// A Receiver takes frames in any order until they make a file. The first one
// says which; those of other files are refused, each by itself. The zero
// Receiver is ready for use.
type Receiver struct {
	id     ID
	packed int // 0 before the first frame
	came   []bool
	eqs    equations
	last   int // parts in the last frame
}

// Add takes a line with a frame. A line that is refused changes nothing, except
// one that wraps [ErrContradicts]: then a forged frame may have been taken
// before, and only beginning anew can help.
func (r *Receiver) Add(line string) error {
	f, err := parseFrame(line)
	if err != nil {
		return err
	}
	switch {
	case r.packed == 0:
		r.id, r.packed = f.id, f.packed
		r.came = make([]bool, partCount(f.packed))
		r.eqs.solved = make([]*equation, len(r.came))
	case f.id != r.id:
		return &OtherError{Have: r.id, Got: f.id}
	case f.packed != r.packed:
		return fmt.Errorf("%w: of a compressed file of %d bytes, not %d", ErrContradicts, f.packed, r.packed)
	}
	size := partSize(f.packed)
	r.last = len(f.parts) / size
	for i := range r.last {
		number := (f.first + i) % numbers
		// What is solved for is changed on the way.
		data := bytes.Clone(f.parts[i*size:][:size])
		if !r.eqs.add(&equation{rowOf(f.id, number, len(r.came)), data}) {
			return fmt.Errorf("%w: part %d is not the one that they make", ErrContradicts, number)
		}
		if number < len(r.came) {
			r.came[number] = true
		}
	}
	return nil
}

// ID is which transfer this is, and whether a frame has come that says so.
func (r *Receiver) ID() (ID, bool) { return r.id, r.packed != 0 }

// Progress is how many independent parts there are, of how many. Before the
// first frame both are 0.
func (r *Receiver) Progress() (have, need int) { return r.eqs.rank, len(r.came) }

// Done reports whether there are enough.
func (r *Receiver) Done() bool { return r.packed != 0 && r.eqs.rank == len(r.came) }

// Missing are the numbers of frames which did not come, or not whole, of those
// that carry the file itself, if all have the size of the last one; and how
// many frames of that size are needed yet, at least. These need not be the
// missing ones: any that did not come will do.
func (r *Receiver) Missing() (frames []int, need int) {
	if r.packed == 0 {
		return nil, 0
	}
	for i, came := range r.came {
		n := i / r.last
		if !came && (len(frames) == 0 || frames[len(frames)-1] != n) {
			frames = append(frames, n)
		}
	}
	return frames, ceil(len(r.came)-r.eqs.rank, r.last)
}

// Payload is the file. The error wraps [ErrIncomplete] before Done, and
// [ErrDigest] where the frames make no file with the digest that they announce.
func (r *Receiver) Payload() ([]byte, error) {
	if !r.Done() {
		have, need := r.Progress()
		return nil, fmt.Errorf("%w: %d of %d parts", ErrIncomplete, have, need)
	}
	padded := bytes.Join(r.eqs.solve(), nil)
	packed, rest := padded[:r.packed], padded[r.packed:]
	if len(bytes.Trim(rest, "\x00")) > 0 {
		return nil, fmt.Errorf("%w: its last part is not filled up with zeros", ErrDigest)
	}
	return unpack(packed, r.id)
}

package keymgr

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/root"
)

// A Signer signs records, and nothing else.
type Signer struct {
	key Key
	hex string // of the public key: its name among signatures

	// Workers is how many records are signed at once; 1 if it is less.
	Workers int
	// Prune leaves out the signatures of files that no record has.
	Prune bool
	// Progress, if not nil, is told now and then how many records are done.
	Progress func(done, of int)
}

// NewSigner is for a key and its permit, which must be of the same key.
func NewSigner(p Permit, k Key) (*Signer, error) {
	permitted := p.key.Raw()
	if p.key.Algorithm() != root.Ed25519 || k.public != [32]byte(permitted) {
		return nil, errors.New("the key is not the one that may sign packages")
	}
	return &Signer{key: k, hex: hex.EncodeToString(permitted)}, nil
}

// A Count says what became of a file's records.
type Count struct {
	Signed   int // had no signature of this key
	Replaced int // had one that was not good: the record has changed
	Kept     int // had a good one
	Stale    int // entries of signatures that belong to no record
	Pruned   bool
}

// Records is how many there are.
func (c Count) Records() int { return c.Signed + c.Replaced + c.Kept }

// Changed reports whether the file is to be another one.
func (c Count) Changed() bool { return c.Signed+c.Replaced > 0 || c.Pruned }

// A RecordError is a record that cannot be signed.
type RecordError struct {
	File   string // its file name
	Offset int    // of the record in the file
	Err    error
}

// Error names the file.
func (e *RecordError) Error() string {
	return fmt.Sprintf("record of %q, at byte %d: %v", e.File, e.Offset, e.Err)
}

// Unwrap is why.
func (e *RecordError) Unwrap() error { return e.Err }

// Sign writes the file with the signatures of this key, as
// [repodata.Index.WriteSigned] does, to what begin gives. If no signature changes
// and nothing is pruned, begin is not called and nothing is written.
//
// Records are canonicalised and signed in the order in which signatures stand in
// the file, some thousand ahead of the one that is being written: no more of them
// are ever held.
func (s *Signer) Sign(ctx context.Context, x *repodata.Index, begin func() (io.Writer, error)) (Count, error) {
	w := writing{order: x.Order(), of: x.Len()}
	for range x.Strays() {
		w.count.Stale++
	}
	w.count.Pruned = s.Prune && w.count.Stale > 0
	w.ahead = s.start(ctx, x, w.order)
	defer w.ahead.stop()
	if !w.count.Pruned {
		if changes, err := w.skip(); err != nil || !changes {
			return w.count, err
		}
	}
	out, err := begin()
	if err != nil {
		return w.count, err
	}
	err = x.WriteSigned(out, repodata.Edit{Key: s.key.public, Order: w.order, Prune: s.Prune, Signature: w.signature})
	return w.count, err
}

// A writing is one file on its way out.
type writing struct {
	ahead *ahead
	order *repodata.Order
	of    int
	count Count

	passed int     // records that were found good before anything was written
	first  *result // the first one that is not, until it is written
}

// skip passes over records that keep their signatures, and tells whether there is
// one that does not.
func (w *writing) skip() (bool, error) {
	for range w.of {
		r, err := w.ahead.next()
		if err != nil {
			return false, err
		}
		if r.became != kept {
			w.first = r
			return true, nil
		}
		w.count.Kept++
		w.passed++
	}
	return false, nil
}

// signature is what the next record in the order gets: nil if what it has stays.
func (w *writing) signature(int) (*[64]byte, error) {
	if w.passed > 0 {
		w.passed--
		return nil, nil
	}
	r := w.first
	if w.first = nil; r == nil {
		var err error
		if r, err = w.ahead.next(); err != nil {
			return nil, err
		}
	}
	switch r.became {
	case kept:
		w.count.Kept++
		return nil, nil
	case replaced:
		w.count.Replaced++
	case signed:
		w.count.Signed++
	}
	return &r.sig, nil
}

package chain

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

// Append adds the file raw, whose root is r and has been verified, to the end
// of the chain, and for TUF makes root.json a copy of it. It returns the names
// of the files that it wrote.
//
// The same bytes again are success, wherever in the chain they stand: a call
// that was cut short is simply made again. Other bytes under a version that is
// there are an [*ExistsError], a version that leaves a hole is an
// [*OrderError], and a root.json ahead of the chain, or of another root, is a
// [*CurrentError]; then nothing was changed.
//
// Several writers do no harm: N.root.json is made by one of them only, and
// each goes on until root.json is the newest. One of them may be told that a
// file has changed under its hands, and is to be called again.
func (d Dir) Append(raw []byte, r *root.Root) (written []string, err error) {
	if err := same(raw, r); err != nil {
		return nil, err
	}
	// Looked at before the versions, because another writer may go on meanwhile:
	// whatever root.json holds is then among them.
	var have *root.Root
	if r.Format == root.TUF {
		if have, _, err = d.current(); err != nil {
			return nil, err
		}
	}
	oldest, newest, err := d.span()
	if err != nil {
		return nil, err
	}
	if r.Version < max(oldest, 1) || r.Version > newest+1 {
		return nil, &OrderError{Version: r.Version, Oldest: oldest, Newest: newest}
	}
	// Before anything is written, so that a refusal changes nothing.
	if err := forward(have, r, max(newest, r.Version)); err != nil {
		return nil, err
	}
	if err := safefile.Create(d.dir, Name(r.Version), raw, 0o644); err != nil {
		return nil, err
	}
	if r.Version > newest {
		written = append(written, Name(r.Version))
	}
	if r.Format != root.TUF {
		return written, nil
	}
	replaced, err := d.follow()
	if replaced {
		written = append(written, Current)
	}
	return written, err
}

// same: the bytes are those of the root. The digest is of the signed part, so
// signatures may still differ from what was verified; but never what they sign.
func same(raw []byte, r *root.Root) error {
	if len(raw) > root.MaxSize {
		return fmt.Errorf("root: %d bytes, clients take at most %d", len(raw), root.MaxSize)
	}
	have, err := root.Parse(raw)
	if err != nil {
		return fmt.Errorf("root: %w", err)
	}
	if have.Digest != r.Digest || have.Version != r.Version || have.Format != r.Format {
		return fmt.Errorf("root: the bytes hold version %d with digest %v, not the root that was verified, version %d with digest %v",
			have.Version, have.Digest, r.Version, r.Digest)
	}
	return nil
}

// follow makes root.json the newest root of the chain. It looks again after
// each write, because another writer may have appended meanwhile.
func (d Dir) follow() (replaced bool, err error) {
	for {
		have, old, err := d.current()
		if err != nil {
			return replaced, err
		}
		newest, raw, err := d.Newest()
		if err != nil || bytes.Equal(old, raw) {
			return replaced, err
		}
		r, err := root.Parse(raw)
		if err != nil {
			return replaced, fmt.Errorf("%s: %w", Name(newest), err)
		}
		if err := forward(have, r, newest); err != nil {
			return replaced, err
		}
		if err := safefile.Replace(d.dir, Current, raw); err != nil {
			return replaced, err
		}
		replaced = true
	}
}

// current is root.json as it stands; nil if there is none.
func (d Dir) current() (*root.Root, []byte, error) {
	raw, err := safefile.Read(d.dir, Current, root.MaxSize)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	r, err := root.Parse(raw)
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", Current, err)
	}
	return r, raw, nil
}

// forward: root.json as it stands (have, or nil) is not above the newest
// version, and not another root under the version of r.
func forward(have, r *root.Root, newest int64) error {
	if have == nil || have.Version <= newest && (have.Version != r.Version || have.Digest == r.Digest) {
		return nil
	}
	return &CurrentError{Have: have.Version, Digest: have.Digest, Newest: newest}
}

// A CurrentError says that root.json is ahead of the chain beside it, or holds
// another root of the same version.
type CurrentError struct {
	Have   int64       // the version of root.json
	Digest root.Digest // and its digest
	Newest int64       // the version that the chain ends with
}

// Error names the file, what it holds and what to do.
func (e *CurrentError) Error() string {
	return fmt.Sprintf("%s: holds version %d with digest %v, which is not in the chain that ends with %s; it is never taken back: find out where it comes from",
		Current, e.Have, e.Digest, Name(e.Newest))
}

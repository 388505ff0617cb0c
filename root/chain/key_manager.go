package chain

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

// PutKeyManager makes the file raw, whose document is m and has been verified
// under the newest root, the chain's key_mgr.json, and reports whether it wrote
// it. The same bytes again are success.
//
// It is replaced whole, and only by a newer one: an older one, or another of the
// same age, is a [*ManagerError], and nothing was changed. There must be no other
// writer meanwhile ([safefile.LockDir]).
func (d Dir) PutKeyManager(raw []byte, m *root.KeyManager) (written bool, err error) {
	have, err := root.ParseKeyManager(raw)
	if err != nil {
		return false, fmt.Errorf("key manager: %w", err)
	}
	if len(raw) > root.MaxSize {
		return false, fmt.Errorf("key manager: %d bytes, clients take at most %d", len(raw), root.MaxSize)
	}
	if have.Digest != m.Digest {
		return false, fmt.Errorf("key manager: the bytes hold one with digest %v, not the one that was verified, with digest %v", have.Digest, m.Digest)
	}
	old, err := safefile.Read(d.dir, keyManager, root.MaxSize)
	if errors.Is(err, fs.ErrNotExist) {
		return true, safefile.Create(d.dir, keyManager, raw, 0o644)
	}
	if err != nil || bytes.Equal(old, raw) {
		return false, err
	}
	was, err := root.ParseKeyManager(old)
	if err != nil {
		return false, fmt.Errorf("%s: %w", keyManager, err)
	}
	if root.CompareAge(&was.Body, &m.Body) >= 0 {
		return false, &ManagerError{Have: was.Version, Digest: was.Digest, New: m.Version, NewDigest: m.Digest}
	}
	return true, safefile.Replace(d.dir, keyManager, raw)
}

// A ManagerError says that key_mgr.json is newer than what was to replace it, or
// another of the same age.
type ManagerError struct {
	Have, New         int64
	Digest, NewDigest root.Digest
}

// Error names both, and what to do.
func (e *ManagerError) Error() string {
	switch {
	case e.Digest == e.NewDigest:
		return fmt.Sprintf("%s: holds version %d with the same signed part and other signatures; it is never changed: publish a new version", keyManager, e.Have)
	case e.Have == e.New:
		return fmt.Sprintf("%s: holds another version %d, with digest %v, not %v: two of one version were signed; find out why", keyManager, e.Have, e.Digest, e.NewDigest)
	}
	return fmt.Sprintf("%s: holds version %d with digest %v, and is never taken back to version %d", keyManager, e.Have, e.Digest, e.New)
}

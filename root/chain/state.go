package chain

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

// A State is what a consumer has accepted of one chain, in a folder of its own:
// each root as N.root.json, as received, and of conda each key manager as
// N.key_mgr.json, or by its time as at-SECONDS.key_mgr.json if it has no
// version. Nothing is ever replaced or taken away: what is trusted is the
// newest of each, so that it only moves forward, and a process that is killed,
// or another one beside it, cannot move it back.
//
// It is a verify.Memory. Whoever reads it verifies it again.
type State struct {
	dir    safefile.Dir
	newest int64 // when it was opened
}

// OpenState is the state in a folder, which stays the caller's to close.
func OpenState(dir *os.Root) (State, error) {
	versions, err := Open(dir).Versions()
	if err != nil || len(versions) == 0 {
		return State{dir: safefile.In(dir)}, err
	}
	return State{safefile.In(dir), versions[len(versions)-1]}, nil
}

// Read returns the file of that name, at most max bytes of it; under
// key_mgr.json, which is no file here, the newest key manager. Its errors are
// those of [Dir.Read], or of a key manager a [*DamageError].
func (s State) Read(ctx context.Context, name string, max int64) ([]byte, error) {
	if name != keyManager {
		return Dir{s.dir}.Read(ctx, name, max)
	}
	newest, err := s.newestManager()
	if err != nil {
		return nil, err
	}
	raw, err := Dir{s.dir}.Read(ctx, newest, max)
	if err != nil {
		return nil, err
	}
	if m, bad := root.ParseKeyManager(raw); bad != nil || managerName(m) != newest {
		return nil, &DamageError{Name: newest}
	}
	return raw, nil
}

// A DamageError says that a file of a state does not hold what its name says.
type DamageError struct{ Name string }

// Error names the file and what to do.
func (e *DamageError) Error() string {
	return fmt.Sprintf("%s: does not hold what its name says: somebody changed what was remembered; find out who", e.Name)
}

// Newest is the highest version of a root that was in the state when it was
// opened, 0 if there was none: what comes in later was not seen before.
func (s State) Newest(ctx context.Context) (int64, error) { return s.newest, ctx.Err() }

// Keep remembers a root that was accepted, whose file is raw. If one of that
// version is there with the same digest, the first file stays as it is; with
// another digest the error is a [*ForkError].
//
// Nothing is put below the newest root that was there when the state was opened.
// Whoever has a key that an old root listed, and a later one has not any more,
// could otherwise have a fork of the past remembered.
func (s State) Keep(raw []byte, r *root.Root) error {
	if err := same(raw, r); err != nil {
		return err
	}
	name := Name(r.Version)
	if _, err := s.dir.Lstat(name); errors.Is(err, fs.ErrNotExist) && r.Version < s.newest {
		return nil
	}
	return s.keep(name, raw, r.Digest, func(raw []byte) (*root.Body, error) {
		was, err := root.Parse(raw)
		if err != nil {
			return nil, err
		}
		return &was.Body, nil
	})
}

// KeepKeyManager remembers a key manager that was accepted, as [State.Keep]
// does a root.
func (s State) KeepKeyManager(raw []byte, m *root.KeyManager) error {
	have, err := root.ParseKeyManager(raw)
	if err != nil {
		return fmt.Errorf("key manager: %w", err)
	}
	if len(raw) > root.MaxSize || have.Digest != m.Digest {
		return fmt.Errorf("key manager: the bytes hold one with digest %v, not the one that was verified, with digest %v", have.Digest, m.Digest)
	}
	return s.keep(managerName(m), raw, m.Digest, func(raw []byte) (*root.Body, error) {
		was, err := root.ParseKeyManager(raw)
		if err != nil {
			return nil, err
		}
		return &was.Body, nil
	})
}

func (s State) keep(name string, raw []byte, digest root.Digest, parse func([]byte) (*root.Body, error)) error {
	err := safefile.Create(s.dir, name, raw, 0o644)
	var there *safefile.ExistsError
	if !errors.As(err, &there) {
		return err
	}
	have, err := safefile.Read(s.dir, name, root.MaxSize)
	if err != nil {
		return err
	}
	was, err := parse(have)
	if err != nil {
		return fmt.Errorf("%s: what was remembered cannot be read: %w", name, err)
	}
	if was.Digest != digest {
		return &ForkError{Name: name, Seen: was.Digest, Now: digest}
	}
	return nil
}

// A ForkError says that two documents of one version were accepted.
type ForkError struct {
	Name      string // of the file that is there
	Seen, Now root.Digest
}

// Error names both digests.
func (e *ForkError) Error() string {
	return fmt.Sprintf("%s: was remembered with digest %v, and now another with digest %v was accepted: an equivocation; find out where each comes from",
		e.Name, e.Seen, e.Now)
}

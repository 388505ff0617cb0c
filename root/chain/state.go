package chain

import (
	"context"
	"errors"
	"fmt"
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
type State struct{ dir *os.Root }

// OpenState is the state in a folder, which stays the caller's to close.
func OpenState(dir *os.Root) State { return State{dir} }

// Read returns the file of that name, at most max bytes of it; under
// key_mgr.json, which is no file here, the newest key manager. Its errors are
// those of [Dir.Read].
func (s State) Read(ctx context.Context, name string, max int64) ([]byte, error) {
	if name == keyManager {
		newest, err := s.newestManager()
		if err != nil {
			return nil, err
		}
		name = newest
	}
	return Open(s.dir).Read(ctx, name, max)
}

// Newest is the highest version of a root in the state, 0 if there is none.
func (s State) Newest(ctx context.Context) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	versions, err := Open(s.dir).Versions()
	if err != nil || len(versions) == 0 {
		return 0, err
	}
	return versions[len(versions)-1], nil
}

// Keep remembers a root that was accepted, whose file is raw. If one of that
// version is there with the same digest, the first file stays as it is; with
// another digest the error is a [*ForkError].
func (s State) Keep(raw []byte, r *root.Root) error {
	if err := same(raw, r); err != nil {
		return err
	}
	return s.keep(Name(r.Version), raw, r.Digest, func(raw []byte) (*root.Body, error) {
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

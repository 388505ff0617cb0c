package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

// followed are the flags that say what a key manager document follows.
type followed struct{ before, state string }

func (f *followed) flags(set *pflag.FlagSet) {
	set.StringVar(&f.before, "before", "", "key manager `FILE` that the plan's follows; if not given, key_mgr.json of the chain")
	set.StringVar(&f.state, "state", "", "`DIR` that remembers roots and key managers, so that versions only rise")
}

// file is the document that the plan's follows, nil if it follows none. One that
// lies with the chain is not passed over: a plan that does not name it would not
// say what it changes.
func (f followed) file(p *plan.Plan, folder string) (*root.KeyManager, []byte, error) {
	path := f.before
	if path == "" {
		path = filepath.Join(folder, verify.KeyManagerFile)
	}
	m, raw, err := readManager(path)
	if f.before == "" && errors.Is(err, fs.ErrNotExist) {
		m, err = nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if err := f.issued(m, folder); err != nil {
		return nil, nil, err
	}
	if err := p.CheckFollows(m); err != nil {
		return nil, nil, &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s: %w", path, err), Hint: f.hint(p, m)}
	}
	return m, raw, nil
}

// issued refuses a document that is given by --before where the chain's own folder
// has another.
func (f followed) issued(m *root.KeyManager, folder string) error {
	if f.before == "" {
		return nil
	}
	there, _, err := readManager(filepath.Join(folder, verify.KeyManagerFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if there.Digest != m.Digest {
		return &verbs.Error{
			Code: verbs.Usage, Err: fmt.Errorf("--before %s is version %d with digest %v, and the chain's %s is version %d with digest %v", f.before, m.Version, m.Digest, verify.KeyManagerFile, there.Version, there.Digest),
			Hint: "a plan follows the document that is published; find out where the other one comes from",
		}
	}
	return nil
}

// hint says what to do about a document that the plan does not follow.
func (f followed) hint(p *plan.Plan, m *root.KeyManager) string {
	switch {
	case m == nil:
		return "name the file of the one before with --before"
	case p.KeyManager.Follows == nil:
		return fmt.Sprintf("put into the plan, under key_mgr: follows: {version: %d, digest: %v}", m.Version, m.Digest)
	}
	return "stop: somebody has another document, or the plan is not the reviewed one"
}

// ground finds what the plan's document follows, and asks what is remembered.
func (f followed) ground(ctx context.Context, p *plan.Plan, t verify.Trusted, folder string) (*root.KeyManager, []byte, error) {
	before, raw, err := f.file(p, cmp.Or(folder, "."))
	if err != nil {
		return nil, nil, err
	}
	seen, err := f.remembered()
	if err != nil {
		return nil, nil, err
	}
	defer seen.Close()
	return before, raw, seen.rises(ctx, p, t, before)
}

// made remembers the document that a sitting in a directory has handed over.
func (f followed) made(s *sitting.Sitting, dir string) error {
	name, done := s.Output()
	if !done || f.state == "" {
		return nil
	}
	seen, err := f.remembered()
	if err != nil {
		return err
	}
	defer seen.Close()
	raw, err := safefile.ReadPath(filepath.Join(dir, name), verify.MaxRoot)
	if err != nil {
		return err
	}
	return seen.keep(raw)
}

// remembered is the folder of --state, nil where none was named. Close it.
func (f followed) remembered() (*managerState, error) {
	if f.state == "" {
		return nil, nil
	}
	if err := safefile.MakeDir(f.state, 0o755); err != nil {
		return nil, flagError("state", err)
	}
	dir, err := safefile.OpenDir(f.state)
	if err != nil {
		return nil, flagError("state", err)
	}
	foreign, err := chain.Foreign(dir)
	if err == nil && foreign != "" {
		err = &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("there is something else in it, as %s", foreign), Hint: "give what is remembered a folder of its own"}
	}
	if err != nil {
		dir.Close()
		return nil, flagError("state "+f.state, err)
	}
	s, err := chain.OpenState(dir)
	if err != nil {
		dir.Close()
		return nil, flagError("state "+f.state, err)
	}
	return &managerState{s, dir, f.state}, nil
}

// A managerState is what was seen of a chain and its key managers.
type managerState struct {
	chain.State
	dir  interface{ Close() error }
	path string
}

// Close closes the folder; of nil it does nothing.
func (s *managerState) Close() {
	if s != nil {
		s.dir.Close() //nolint:errcheck // each write was synced by itself
	}
}

// rises refuses a plan below what was seen: a root that is not the newest, or a
// version that there was already, unless it is the very document. What it follows
// is nil if it follows none.
func (s *managerState) rises(ctx context.Context, p *plan.Plan, t verify.Trusted, before *root.KeyManager) error {
	if s == nil {
		return nil
	}
	newest, err := s.Newest(ctx)
	if err != nil {
		return err
	}
	if newest > p.Continues.Version {
		return s.refuse("root version %d was seen, and the plan continues version %d: a key manager is delegated by the newest root", newest, p.Continues.Version)
	}
	raw, err := s.Read(ctx, verify.KeyManagerFile, verify.MaxRoot)
	if errors.Is(err, verify.ErrNotFound) {
		return nil
	}
	if err != nil {
		return flagError("state "+s.path, err)
	}
	seen, err := root.ParseKeyManager(raw)
	if err != nil {
		return flagError("state "+s.path, err)
	}
	if p.KeyManager.Version > seen.Version {
		return nil
	}
	if c, err := p.Draft(t.Root(), before); err == nil && c.Digest() == seen.Digest { // the same again
		return nil
	}
	return s.refuse("key manager version %d was seen, and the plan makes version %d: the version only rises", seen.Version, p.KeyManager.Version)
}

func (s *managerState) refuse(format string, args ...any) error {
	return &verbs.Error{Code: verbs.No, Err: fmt.Errorf("--state %s: "+format, append([]any{s.path}, args...)...)}
}

// keep remembers a key manager document that was made here.
func (s *managerState) keep(raw []byte) error {
	m, err := root.ParseKeyManager(raw)
	if err != nil {
		return err
	}
	if err := s.KeepKeyManager(raw, m); err != nil {
		return flagError("state "+s.path, err)
	}
	return nil
}

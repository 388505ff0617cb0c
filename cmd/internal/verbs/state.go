package verbs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

// A state is the folder in which a consumer remembers what it has accepted, as
// a [verify.Memory].
type state struct {
	chain.State
	dir  *os.Root
	path string
}

// openState opens the folder of --state, and makes it if it is not there: notes
// say that then nothing is remembered. The error has its exit code.
func openState(path string, from place) (*state, []string, error) {
	var notes []string
	err := os.Mkdir(path, 0o777)
	switch {
	case err == nil:
		notes = append(notes, "state: "+path+" is new: nothing was seen before")
	case !errors.Is(err, fs.ErrExist):
		return nil, nil, &Error{Code: Unread, Err: fmt.Errorf("--state: %w", err)}
	}
	dir, err := safefile.OpenDir(path)
	if err != nil {
		return nil, nil, &Error{Code: Unread, Err: fmt.Errorf("--state: %w", err), Hint: ownFolder}
	}
	if err := alone(dir, from); err != nil {
		_ = dir.Close() // read only so far
		return nil, nil, &Error{Code: Usage, Err: fmt.Errorf("--state %s: %w", path, err), Hint: ownFolder}
	}
	s, err := chain.OpenState(dir)
	if err != nil {
		_ = dir.Close()
		return nil, nil, &Error{Code: Unread, Err: fmt.Errorf("--state %s: %w", path, err)}
	}
	return &state{State: s, dir: dir, path: path}, notes, nil
}

// damaged: what was remembered does not hold, which is not a file that could not
// be read.
func (s *state) damaged(err error) error {
	var damage *chain.DamageError
	if !errors.As(err, &damage) {
		return nil
	}
	return &Error{Code: Usage, Err: fmt.Errorf("state %s: %w", s.path, err), Hint: anew}
}

const anew = "find out who changed it; to begin anew, keep it aside and name a new folder, with a trusted root as new as you can vouch for"

const ownFolder = "give the state of each chain a folder of its own"

// alone: a state is in a folder with nothing else. Were it the chain's own, it
// would remember whatever is shown.
func alone(dir *os.Root, from place) error {
	if f, is := from.(Folder); is {
		one, errOne := dir.Stat(".")
		other, errOther := f.dir.Stat(".")
		if err := errors.Join(errOne, errOther); err != nil {
			return err
		}
		if os.SameFile(one, other) {
			return errors.New("this is the folder of the chain itself")
		}
	}
	foreign, err := chain.Foreign(dir)
	if err != nil {
		return err
	}
	if foreign != "" {
		return fmt.Errorf("there is something else in it, as %s", foreign)
	}
	return nil
}

// Close closes the folder.
func (s *state) Close() error { return s.dir.Close() }

// seen reports whether a root is remembered.
func (s *state) seen() bool {
	newest, err := s.Newest(context.Background())
	return err == nil && newest > 0
}

// keep remembers a root that was accepted.
func (s *state) keep(t verify.Trusted) error { return s.kept(s.State.Keep(t.Raw(), t.Root())) }

// follow remembers a step of a walk that began at a root: what is new and accepted,
// after the root that leads to it. Of no state it remembers nothing.
func (s *state) follow(start verify.Trusted, step verify.Step) error {
	if s == nil || step.Remembered || step.Trusted.IsZero() {
		return nil
	}
	if step.Trusted.Version() == start.Version()+1 {
		if err := s.keep(start); err != nil {
			return err
		}
	}
	return s.keep(step.Trusted)
}

// keepManager remembers a key manager that was accepted.
func (s *state) keepManager(raw []byte, m *root.KeyManager) error {
	return s.kept(s.State.KeepKeyManager(raw, m))
}

// kept gives an error its exit code. That there is a fork can come up here only
// if another process has meanwhile accepted another document: the next run will
// say more.
func (s *state) kept(err error) error {
	if err == nil {
		return nil
	}
	return &Error{Code: Unread, Err: fmt.Errorf("state %s: %w", s.path, err), Hint: "what was accepted could not be remembered: see to it, and run it again"}
}

// faulty is the error for a report that refuses what was remembered, nil for any
// other: then nothing was judged, and what is stood on is to be looked at.
func (s *state) faulty(rep verify.Report) error {
	for _, c := range rep.Failures() {
		if c.Rule == "STATE-CHAIN" {
			return &Error{
				Code: Usage, Err: fmt.Errorf("state %s: %s: %s", s.path, c.Subject, c.Detail),
				Hint: anew,
			}
		}
	}
	return nil
}

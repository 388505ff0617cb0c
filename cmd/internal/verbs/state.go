package verbs

import (
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
func openState(path string) (*state, []string, error) {
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
		return nil, nil, &Error{Code: Unread, Err: fmt.Errorf("--state: %w", err), Hint: "name a folder of its own for the state of one chain"}
	}
	return &state{State: chain.OpenState(dir), dir: dir, path: path}, notes, nil
}

// Close closes the folder.
func (s *state) Close() error { return s.dir.Close() }

// keep remembers a root that was accepted.
func (s *state) keep(t verify.Trusted) error { return s.kept(s.State.Keep(t.Raw(), t.Root())) }

// keepManager remembers a key manager that was accepted.
func (s *state) keepManager(raw []byte, m *root.KeyManager) error {
	return s.kept(s.State.KeepKeyManager(raw, m))
}

// kept gives an error its exit code. A fork can come up here only if another
// process has meanwhile accepted another document: that is an answer.
func (s *state) kept(err error) error {
	var fork *chain.ForkError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &fork):
		return &Error{Code: No, Err: fmt.Errorf("state %s: %w", s.path, err)}
	}
	return &Error{Code: Unread, Err: fmt.Errorf("state %s: %w", s.path, err), Hint: "what was accepted could not be remembered: make the folder writable, and run it again"}
}

// faulty is the error for a report that refuses what was remembered, nil for any
// other: then nothing was judged, and what is stood on is to be looked at.
func (s *state) faulty(rep verify.Report) error {
	for _, c := range rep.Failures() {
		if c.Rule == "STATE-CHAIN" {
			return &Error{
				Code: Usage, Err: fmt.Errorf("state %s: %s: %s", s.path, c.Subject, c.Detail),
				Hint: "find out who changed it; to begin anew, keep it aside and name a new folder, with a trusted root as new as you can vouch for",
			}
		}
	}
	return nil
}

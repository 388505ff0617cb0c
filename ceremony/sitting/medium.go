package sitting

import (
	"errors"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/internal/safefile"
)

// What to do about a medium that takes no more: before anything was done, and
// after a write to the journal has failed, when what is on it is not known.
const (
	mendHint   = "make room or mend the medium, then do the same again: nothing recorded so far is lost"
	reopenHint = "make room or mend the medium, then open the sitting again: nothing recorded so far is lost"
)

// records reports whether an act writes anything: the others are possible also
// with a medium that fails.
func records(a Act) bool { return a.ID != ActToken && a.ID != ActPutAway }

// ready refuses an act that could not be recorded, above all before anybody is
// asked for a signature: the journal must stand where it stood and not be
// broken, and the medium must take what will be written.
func (s *Sitting) ready() error {
	if err := s.journal.Ready(); err != nil {
		return &Refusal{Kind: NotDone, What: "the journal takes no more; nothing was done", Hint: journalHint(err), Err: err}
	}
	if err := safefile.Probe(s.dir, 1<<16); err != nil {
		return &Refusal{Kind: NotDone, What: "the medium takes no more; nothing was done", Hint: mendHint, Err: err}
	}
	return nil
}

// tidy removes the temporary files that refused acts could not remove when they
// failed: the whole directory is handed over.
func (s *Sitting) tidy() error {
	if _, err := safefile.Sweep(s.dir); err != nil {
		return notWritten("the directory, to be left without temporary files", mendHint, err)
	}
	return nil
}

// journalHint is what to do about a journal that takes no more.
func journalHint(err error) string {
	if errors.Is(err, journal.ErrGone) {
		return "find out who did it; put the journal back, then open the sitting again"
	}
	return reopenHint
}

// notWritten is the refusal of an act whose file could not be written. other is
// what to do where something else stands under its name.
func notWritten(what, other string, err error) *Refusal {
	r := &Refusal{Kind: NotDone, What: what, Hint: mendHint, Err: err}
	var exists *safefile.ExistsError
	if errors.As(err, &exists) || errors.Is(err, safefile.ErrNotRegular) {
		r.Hint = other
	}
	return r
}

// told makes one line of the errors below a refusal: those that came together
// are told apart by a semicolon.
func told(err error) error {
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		return err
	}
	if refusal.Err != nil && strings.Contains(refusal.Err.Error(), "\n") {
		refusal.Err = oneLine{refusal.Err}
	}
	return refusal
}

// oneLine is an error that is told in one line.
type oneLine struct{ error }

func (e oneLine) Error() string { return strings.ReplaceAll(e.error.Error(), "\n", "; ") }

func (e oneLine) Unwrap() error { return e.error }

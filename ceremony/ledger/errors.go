package ledger

import (
	"errors"
	"fmt"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/internal/safefile"
)

// A SecondError says that the key has signed, or was about to sign, another
// digest for the version. Nothing was recorded.
type SecondError struct {
	Entry  Entry   // what was to be added
	Others []Entry // what stands against it, at least one; the earliest first
}

// Error names the version, the key and the latest of the other digests.
func (e *SecondError) Error() string {
	last := e.Others[len(e.Others)-1]
	return fmt.Sprintf("ledger: %s: key %v was asked to sign another digest, %v, on %s: a second one wants an exception",
		version(e.Entry), e.Entry.Key, last.Digest, last.At.Format(time.DateOnly))
}

func version(e Entry) string {
	if e.Chain.IsZero() {
		return fmt.Sprintf("version %d of a new chain", e.Version)
	}
	return fmt.Sprintf("version %d of chain %v", e.Version, e.Chain)
}

// A TornError says that the end of the ledger was no entry: a line that was cut
// short, as by a power cut, so that its token was never asked; or an entry that
// was changed since. The two cannot be told apart for sure. Its bytes are kept,
// and the next call goes on without them: whoever keeps the machine should look
// first.
type TornError struct {
	File string // where the bytes were moved, beside the ledger
}

// Error names the file.
func (e *TornError) Error() string {
	return fmt.Sprintf("its end was no entry, and was moved to %s: the power went while it was written, or it was changed since; look at it, and do this again to go on without it", e.File)
}

// failed adds what to do where the journal's own words would not say it.
func failed(err error) error {
	var damage *journal.DamageError
	switch {
	case errors.Is(err, safefile.ErrLocked):
		return fmt.Errorf("%w: do this again in a moment", err)
	case errors.As(err, &damage):
		return fmt.Errorf("%w; if there is none, find out what keys have signed here, move the file away, and a new one begins", err)
	}
	return err
}

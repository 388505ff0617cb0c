package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/safefile"
)

// placeFile is the name of a file beside the ledger, which says that the journal
// of that id was begun on this machine.
func placeFile(id [16]byte) string { return fmt.Sprintf("place-%x", id) }

// remember notes that a place was begun on this machine.
func (a answering) remember(id [16]byte) error {
	dir, err := ledgerDir(a.ledger, a.rehearsal)
	if err != nil {
		return err
	}
	folder, err := safefile.OpenDir(dir)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	defer folder.Close()
	return safefile.Create(safefile.In(folder), placeFile(id), nil, 0o600)
}

// begunHere reports whether this place was begun, and on this machine. One that
// was begun elsewhere is refused: its journal would say that the root was
// compared and the plan read back, and whoever brought it could have written that.
func (a answering) begunHere(dir string) (bool, error) {
	raw, err := readBounded(filepath.Join(dir, sitting.JournalFile), sitting.MaxArrival)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	header, _, err := journal.Survey(raw)
	if err != nil {
		return false, &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s: %w", dir, err)}
	}
	ledger, err := ledgerDir(a.ledger, a.rehearsal)
	if err != nil {
		return false, err
	}
	_, err = readBounded(filepath.Join(ledger, placeFile(header.ID)), 0)
	if errors.Is(err, fs.ErrNotExist) {
		return false, &verbs.Error{
			Code: verbs.Usage, Err: fmt.Errorf("%s: this place was not begun on this machine, or with another ledger", dir),
			Hint: "name a new directory with --sitting, or give the ledger that it was begun with (--ledger)",
		}
	}
	return err == nil, err
}

package ledger

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

// File is the ledger's name in its folder.
const File = "ledger"

// place is what a ledger calls itself as a journal.
const place = "rootmoot ledger"

// How often, and how far apart, a ledger is tried that another process has open:
// for about a second, where an addition takes some milliseconds.
const (
	maxTries = 40
	interval = 25 * time.Millisecond
)

// A Ledger is the ledger in a folder. It holds nothing open between calls, and
// any number of processes may have one on the same folder.
type Ledger struct {
	dir   safefile.Dir
	pause func(time.Duration)
	begun bool
}

// Open reads the ledger in dir, a folder that its user alone should be able to
// write to, and begins one if there is none; [Ledger.Begun] tells. random makes
// the id of a new one. Where another process is at it, Open and all methods
// pause a little and try again; with a nil pause they give up at once.
//
// Errors, here and of all methods, wrap [safefile.ErrLocked], are a
// [*journal.DamageError] or a [*TornError], or say what the system said.
func Open(dir safefile.Dir, random io.Reader, pause func(time.Duration)) (*Ledger, error) {
	l := &Ledger{dir: dir, pause: pause}
	j, _, err := l.open(func() (*journal.Journal, error) { return l.begin(random) })
	if err != nil {
		return nil, err
	}
	return l, j.Close()
}

// Begun reports whether there was no ledger, and [Open] began one. On a machine
// at which keys have signed before that needs an explanation, and may be all
// that is seen of a ledger that was taken away.
func (l *Ledger) Begun() bool { return l.begun }

// Entries are all that stands in the ledger, the earliest first.
func (l *Ledger) Entries() ([]Entry, error) {
	j, entries, err := l.open(nil)
	if err != nil {
		return nil, err
	}
	return entries, j.Close()
}

// Others are the entries of that key and version with another digest, of
// whatever chain, the earliest first: what stands against signing this one.
func (l *Ledger) Others(key root.Fingerprint, version int64, digest root.Digest) ([]Entry, error) {
	entries, err := l.Entries()
	if err != nil {
		return nil, err
	}
	others, _ := split(entries, Entry{Key: key, Version: version, Digest: digest})
	return others, nil
}

// Add records what is about to be signed, and returns when it is on the medium:
// ask the token after that, and not after an error. What stands there already
// is not written again. A second digest for a version is a [*SecondError],
// unless e says by what exception; asking and adding are one step, so that of
// two processes with different digests one is refused. e.At is not used.
func (l *Ledger) Add(at time.Time, e Entry) error {
	fact, err := e.encode()
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	j, entries, err := l.open(nil)
	if err != nil {
		return err
	}
	others, known := split(entries, e)
	switch {
	case known:
	case len(others) > 0 && e.Exception == "":
		err = &SecondError{Entry: e, Others: others}
	default:
		_, err = j.Append(at, fact)
	}
	return errors.Join(err, j.Close())
}

// split are the entries that stand against e, and whether e stands there.
func split(entries []Entry, e Entry) (others []Entry, known bool) {
	for _, have := range entries {
		switch {
		case have.slot() != e.slot():
		case have.Digest == e.Digest:
			known = true
		default:
			others = append(others, have)
		}
	}
	return others, known
}

// open locks and reads the ledger. Where there is none, begin makes it; without
// begin it has been taken away.
func (l *Ledger) open(begin func() (*journal.Journal, error)) (*journal.Journal, []Entry, error) {
	for try := 1; ; try++ {
		j, opened, err := journal.Open(l.dir, File)
		if errors.Is(err, fs.ErrNotExist) && begin != nil {
			j, err = begin()
			opened = journal.Opened{Header: journal.Header{Place: place}}
		}
		var quicker *safefile.ExistsError
		switch {
		case errors.As(err, &quicker) && try < maxTries:
			continue // another process has begun one
		case errors.Is(err, safefile.ErrLocked) && try < maxTries && l.pause != nil:
			l.pause(interval)
			continue
		case err != nil:
			return nil, nil, failed(err)
		}
		entries, err := read(opened)
		if err != nil {
			return nil, nil, errors.Join(failed(fmt.Errorf("%s: %w", File, err)), j.Close())
		}
		return j, entries, nil
	}
}

func (l *Ledger) begin(random io.Reader) (*journal.Journal, error) {
	h := journal.Header{Place: place}
	if _, err := io.ReadFull(random, h.ID[:]); err != nil {
		return nil, fmt.Errorf("id: %w", err)
	}
	j, err := journal.Create(l.dir, File, h)
	// Created, and another process was quicker to open it.
	l.begun = err == nil || errors.Is(err, safefile.ErrLocked)
	return j, err
}

// read is the entries of a ledger that was opened.
func read(opened journal.Opened) ([]Entry, error) {
	if opened.Header.Place != place {
		return nil, fmt.Errorf("is the journal of %q and no ledger: move it away", opened.Header.Place)
	}
	if opened.Repaired != nil {
		return nil, &TornError{File: opened.Repaired.File}
	}
	var out []Entry
	for _, line := range opened.Entries {
		e, err := parse(line)
		if err != nil {
			return nil, &journal.DamageError{Entry: line.N, Reason: err.Error()}
		}
		out = append(out, e)
	}
	return out, nil
}

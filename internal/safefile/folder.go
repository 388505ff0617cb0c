package safefile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// tempPrefix begins the names of temporary files; no other file here may have
// such a name.
const tempPrefix = ".tmp-"

// Temporary reports whether a name is that of a temporary file, which a write
// that was cut short leaves behind.
func Temporary(name string) bool { return strings.HasPrefix(name, tempPrefix) }

// OpenDir opens the folder of a path that a person has given, relative or
// absolute; it may be a link to one. What is no folder wraps [ErrNotFolder],
// and a pipe in its place is not waited for.
func OpenDir(path string) (*os.Root, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s: %w but a %s", path, ErrNotFolder, kind(info.Mode()))
	}
	// The name may have changed hands. Its "." is there in a folder only: for a
	// pipe the system answers ENOTDIR at once, and never opens it.
	dir, err := os.OpenRoot(path + string(os.PathSeparator) + ".")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, reason(err))
	}
	return dir, nil
}

// LockDir makes the caller the only one that has a folder locked, until the file
// that it returns is closed or the process dies; [ErrLocked] if somebody else
// has. Only writers that ask are kept apart.
func LockDir(dir *os.Root) (io.Closer, error) {
	f, err := dir.Open(".")
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		f.Close() //nolint:errcheck // nothing was written
		return nil, err
	}
	return f, nil
}

// checkName accepts single names only: what is written lies in the folder that
// is synced afterwards, and no name can lead out of it.
func checkName(name string) error {
	switch {
	case name == "", name == ".", name == "..", strings.ContainsAny(name, "/\\\x00"):
		return fmt.Errorf("%q: %w: want one name without a path", name, ErrName)
	case Temporary(name):
		return fmt.Errorf("%q: %w: names beginning with %s are for temporary files", name, ErrName, tempPrefix)
	}
	return nil
}

// Sweep removes the temporary files that interrupted writes have left in dir,
// and returns their names; also those up to an error. They do no
// harm; but only the one writer of a folder may sweep it, or it pulls a file
// from under another's hands.
func Sweep(dir Dir) ([]string, error) {
	entries, err := dir.ReadDir()
	if err != nil {
		return nil, fmt.Errorf("look for leftover temporary files: %w", err)
	}
	var swept []string
	for _, e := range entries {
		if !Temporary(e.Name()) || !e.Type().IsRegular() {
			continue
		}
		if err := dir.Remove(e.Name()); err != nil {
			return swept, fmt.Errorf("%s: remove a leftover temporary file: %w", e.Name(), err)
		}
		swept = append(swept, e.Name())
	}
	return swept, nil
}

// SweepIdle is [Sweep] for a folder that may have several writers: of the
// temporary files it removes those that nobody is writing. Such are what drafts
// (see [Begin]) have left that were cut short: while one is written it is locked,
// and before that it is empty.
func SweepIdle(dir Dir) ([]string, error) {
	entries, err := dir.ReadDir()
	if err != nil {
		return nil, fmt.Errorf("look for leftover temporary files: %w", err)
	}
	var swept []string
	for _, e := range entries {
		if !Temporary(e.Name()) || !e.Type().IsRegular() || !idle(dir, e.Name()) {
			continue
		}
		if err := dir.Remove(e.Name()); err != nil {
			return swept, fmt.Errorf("%s: remove a leftover temporary file: %w", e.Name(), err)
		}
		swept = append(swept, e.Name())
	}
	return swept, nil
}

// idle reports whether a temporary file is certainly not being written.
func idle(dir Dir, name string) bool {
	f, err := open(dir, name, os.O_RDONLY)
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := f.Stat()
	return err == nil && info.Size() > 0 && f.Lock() == nil
}

// probeName is written by [Probe] alone, and is a temporary name.
const probeName = tempPrefix + "probe"

// Probe reports whether the medium takes size more bytes now: it writes a
// temporary file of zeros, and removes it. Only the one writer of a folder may
// probe it.
func Probe(dir Dir, size int) error {
	f, err := dir.OpenFile(probeName, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err == nil {
		_, err = f.Write(make([]byte, size))
		err = errors.Join(err, f.Close())
	}
	return errors.Join(err, dir.Remove(probeName))
}

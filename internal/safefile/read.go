package safefile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
)

// Read returns the bytes of the regular file called name in dir, at most max of
// them. A longer file is a [*TooLargeError]; a link, folder, pipe or device
// wraps [ErrNotRegular], and is neither followed nor waited for.
func Read(dir Dir, name string, max int64) ([]byte, error) {
	f, err := Open(dir, name, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(f, name, max)
}

// ReadPath is [Read] for a path that a person has given, relative or absolute.
// Folders on the way may be links; the file itself may not.
func ReadPath(path string, max int64) ([]byte, error) {
	f, err := open(systemPaths{}, path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(f, path, max)
}

// Open opens the existing regular file called name in dir, with a flag such as
// [os.O_RDONLY] or [os.O_RDWR], for a caller that does more with it than read
// it whole. It refuses what [Read] refuses.
func Open(dir Dir, name string, flag int) (File, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	return open(dir, name, flag)
}

// opener is the part of a [Dir] that opens a file.
type opener interface {
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	Lstat(name string) (fs.FileInfo, error)
	SameFile(a, b fs.FileInfo) bool
}

// open looks before it opens, because opening a device can already act on it,
// and once more at what it got, because the name may have changed hands.
func open(in opener, name string, flag int) (File, error) {
	before, err := in.Lstat(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, reason(err))
	}
	if !before.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: %w but a %s", name, ErrNotRegular, kind(before.Mode()))
	}
	f, err := in.OpenFile(name, flag|openWithoutWaiting, 0)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, reason(err))
	}
	after, err := f.Stat()
	// The kind is asked again too: a new pipe may get a removed file's number.
	if err == nil && !(after.Mode().IsRegular() && in.SameFile(before, after)) {
		err = fmt.Errorf("%w any more: it was exchanged while being opened", ErrNotRegular)
	}
	if err != nil {
		_ = f.Close() // read only: nothing to lose
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

func readAll(f File, name string, max int64) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if info.Size() > max {
		return nil, &TooLargeError{Name: name, Max: max}
	}
	// One byte more than accepted: a file that grows meanwhile is noticed.
	raw, err := io.ReadAll(io.LimitReader(f, min(max, math.MaxInt64-1)+1))
	if err != nil {
		return nil, fmt.Errorf("%s: read: %w", name, err)
	}
	if int64(len(raw)) > max {
		return nil, &TooLargeError{Name: name, Max: max}
	}
	return raw, nil
}

// reason is err without the operation and name that package os puts before it:
// our errors begin with the name already.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// kind says what a name stands for.
func kind(m fs.FileMode) string {
	switch {
	case m.IsRegular():
		return "file"
	case m&fs.ModeSymlink != 0:
		return "link"
	case m.IsDir():
		return "folder"
	case m&fs.ModeNamedPipe != 0:
		return "pipe"
	case m&fs.ModeSocket != 0:
		return "socket"
	case m&fs.ModeDevice != 0:
		return "device"
	}
	return "special file"
}

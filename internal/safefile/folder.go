package safefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"syscall"
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

// SyncDir brings the names in dir (not the bytes of its files) onto the medium.
// Where the system has no such call for folders, it does nothing.
func SyncDir(dir *os.Root) error {
	if runtime.GOOS == "windows" || runtime.GOOS == "js" {
		return nil // a folder cannot be opened for syncing there
	}
	d, err := dir.Open(".")
	if err != nil {
		return fmt.Errorf("open the folder for syncing: %w", err)
	}
	defer d.Close()
	err = d.Sync()
	// fsync(2): EINVAL where the file system has no sync for this kind of file.
	if err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return fmt.Errorf("sync the folder: %w", err)
	}
	return nil
}

// Sweep removes the temporary files that interrupted writes have left in dir,
// and returns their names; also those up to an error. They do no
// harm; but only the one writer of a folder may sweep it, or it pulls a file
// from under another's hands.
func Sweep(dir *os.Root) ([]string, error) {
	entries, err := fs.ReadDir(dir.FS(), ".")
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

package safefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// place gives the finished file temp its final name, and fails with an error
// that is [fs.ErrExist] if that name is taken. It reports whether the
// temporary name is still there.
func place(dir Dir, temp, name string) (leftover bool, err error) {
	err = dir.Link(temp, name)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return true, err
	}
	// The file system has no links, as on a FAT stick, or something else is
	// wrong; then the next way fails too and says so.
	return false, placeUnlinked(dir, temp, name)
}

// placeUnlinked is place for a file system without links.
func placeUnlinked(dir Dir, temp, name string) error {
	err := dir.RenameNew(temp, name)
	if !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return reserve(dir, temp, name)
}

// reserve takes name with an empty file, which only one process can do, and
// then renames temp over it. It is the way where nothing better exists.
func reserve(dir Dir, temp, name string) error {
	f, err := dir.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = f.Close()
	if err == nil {
		err = dir.Rename(temp, name)
	}
	if err != nil {
		_ = dir.Remove(name) // ours, and empty
		return fmt.Errorf("take the name: %w", err)
	}
	return nil
}

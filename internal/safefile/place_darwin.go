package safefile

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// renameNew renames temp to name in one step that fails if name is taken
// (renameatx_np(2)). An error that is [errors.ErrUnsupported] says that this
// file system cannot.
func renameNew(dir *os.Root, temp, name string) error {
	d, err := dir.Open(".")
	if err != nil {
		return err
	}
	defer d.Close()
	fd := int(d.Fd())
	err = unix.RenameatxNp(fd, temp, fd, name, unix.RENAME_EXCL)
	if err == unix.EINVAL || err == unix.ENOTSUP {
		return fmt.Errorf("rename without replacing: %w", errors.ErrUnsupported)
	}
	return err
}

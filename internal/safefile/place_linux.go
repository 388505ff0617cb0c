package safefile

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// renameNew renames temp to name in one step that fails if name is taken
// (renameat2(2), which vfat and exfat support). An error that is
// [errors.ErrUnsupported] says that this system or file system cannot.
func renameNew(dir *os.Root, temp, name string) error {
	d, err := dir.Open(".")
	if err != nil {
		return err
	}
	defer d.Close()
	fd := int(d.Fd())
	err = unix.Renameat2(fd, temp, fd, name, unix.RENAME_NOREPLACE)
	if err == unix.EINVAL || err == unix.ENOSYS {
		return fmt.Errorf("rename without replacing: %w", errors.ErrUnsupported)
	}
	return err
}

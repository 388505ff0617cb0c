package safefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// MakeDir makes the folder of a path that a person has given, and those above it
// that are missing, with the permissions perm before the umask. Their names are
// on the medium when it returns nil: a file that is synced is lost all the same
// with the name of its folder.
//
// A folder that is there is success, or a link to one; anything else of that
// name wraps [ErrNotFolder].
func MakeDir(path string, perm fs.FileMode) error {
	above := folderOf(path)
	err := os.Mkdir(path, perm)
	if errors.Is(err, fs.ErrNotExist) && above != path {
		if err := MakeDir(above, perm); err != nil {
			return err
		}
		err = os.Mkdir(path, perm)
	}
	switch {
	case err == nil:
		return syncDir(above)
	case !errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s: make the folder: %w", path, reason(err))
	}
	dir, err := OpenDir(path)
	if err != nil {
		return err
	}
	// Whoever made it may have been cut short before its name was synced. One
	// that lies where we may not look was not made by us.
	_ = syncDir(above)
	return dir.Close()
}

// folderOf is the folder in which a path lies. The path is taken as it stands:
// after a link, ".." is not what is left of it.
func folderOf(path string) string {
	for len(path) > 1 && os.IsPathSeparator(path[len(path)-1]) {
		path = path[:len(path)-1]
	}
	above, _ := filepath.Split(path)
	if above == "" {
		return "."
	}
	return above
}

// syncDir brings the names in the folder of a path onto the medium.
func syncDir(path string) error {
	root, err := OpenDir(path)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := In(root).Sync(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

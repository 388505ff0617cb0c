package safefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"syscall"
)

// In is a folder of the operating system. Closing it closes root.
func In(root *os.Root) Dir { return systemDir{root} }

// systemDir is a folder of the operating system. What it does not say itself,
// os.Root does as [Dir] has it.
type systemDir struct{ *os.Root }

func (d systemDir) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	f, err := d.Root.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return systemFile{f}, nil
}

func (systemDir) SameFile(a, b fs.FileInfo) bool { return os.SameFile(a, b) }

func (d systemDir) ReadDir() ([]fs.DirEntry, error) { return fs.ReadDir(d.FS(), ".") }

func (d systemDir) RenameNew(old, name string) error { return renameNew(d.Root, old, name) }

func (d systemDir) Sync() error {
	if runtime.GOOS == "windows" || runtime.GOOS == "js" {
		return nil // a folder cannot be opened for syncing there
	}
	f, err := d.Open(".")
	if err != nil {
		return fmt.Errorf("open the folder for syncing: %w", err)
	}
	defer f.Close()
	err = f.Sync()
	// fsync(2): EINVAL where the file system has no sync for this kind of file.
	if err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) {
		return fmt.Errorf("sync the folder: %w", err)
	}
	return nil
}

// systemPaths opens files by paths that people give.
type systemPaths struct{}

func (systemPaths) OpenFile(path string, flag int, perm fs.FileMode) (File, error) {
	f, err := os.OpenFile(path, flag, perm)
	if err != nil {
		return nil, err
	}
	return systemFile{f}, nil
}

func (systemPaths) Lstat(path string) (fs.FileInfo, error) { return os.Lstat(path) }

func (systemPaths) SameFile(a, b fs.FileInfo) bool { return os.SameFile(a, b) }

// systemFile is a file of the operating system.
type systemFile struct{ *os.File }

func (f systemFile) Lock() error { return lock(f.File) }

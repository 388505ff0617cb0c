package safefile

import (
	"errors"
	"io"
	"io/fs"
)

// ErrLocked is returned by [File.Lock] while somebody else has the lock.
var ErrLocked = errors.New("in use by another running rootmoot")

// A Dir is a folder: all of the system that this package, and what keeps files
// by it, touches. [In] is a folder of the operating system; tests have one that
// forgets what was not synced, and fails where it is told to.
//
// Names are single names within the folder. Errors are those of package os:
// [fs.ErrNotExist], [fs.ErrExist] and what the system said can be found in them.
type Dir interface {
	// OpenFile opens, and with os.O_CREATE makes, a file as os.OpenFile does.
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	// Lstat looks at what a name stands for, and follows no link.
	Lstat(name string) (fs.FileInfo, error)
	// SameFile reports whether two infos of this folder, by Lstat or by
	// File.Stat, are of one file.
	SameFile(a, b fs.FileInfo) bool
	// ReadDir lists the folder, sorted by name.
	ReadDir() ([]fs.DirEntry, error)
	// Link gives a file a second name, which must be free. Some file systems
	// cannot.
	Link(old, name string) error
	// Rename gives a file another name; a file of that name goes away.
	Rename(old, name string) error
	// RenameNew is Rename in one step that fails with fs.ErrExist if the name is
	// taken. An error that is errors.ErrUnsupported says that this system or
	// file system cannot.
	RenameNew(old, name string) error
	// Remove takes a name away.
	Remove(name string) error
	// Sync brings the names (not the bytes of the files) onto the medium. Where
	// the system has no such call for folders, it does nothing.
	Sync() error
	// Close lets the folder go. Files that are open stay open.
	Close() error
}

// A File is an open file of a [Dir].
type File interface {
	io.Reader
	io.ReaderAt
	io.Writer
	io.WriterAt
	Truncate(size int64) error
	Stat() (fs.FileInfo, error)
	// Lock makes the file's opener the only one with a lock, until it is closed
	// or the process dies, or returns [ErrLocked] at once.
	Lock() error
	// Sync brings the file's bytes onto the medium, not its name.
	Sync() error
	Close() error
}

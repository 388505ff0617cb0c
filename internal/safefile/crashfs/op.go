package crashfs

import (
	"errors"
	"io/fs"
)

// ErrCut is what every operation returns once the power is gone, or the
// process that opened the folder.
var ErrCut = errors.New("the power is gone")

// Kind is what an operation does. Those up to SyncFolder change something, and
// are counted.
type Kind int

// The kinds of operation.
const (
	Create     Kind = iota // a new file, by OpenFile
	Write                  // Write or WriteAt
	Truncate               // also by OpenFile
	Link                   //
	Rename                 // also RenameNew
	Remove                 //
	Sync                   // of a file
	SyncFolder             //
	Open                   // an existing file
	Read                   //
	Look                   // Lstat
	Stat                   // of a file
	List                   // ReadDir
	Lock                   //
	Close                  // of a file
)

// String is the kind in a word or two.
func (k Kind) String() string {
	return [...]string{
		"create", "write", "truncate", "link", "rename", "remove", "sync", "sync folder",
		"open", "read", "look", "stat", "list", "lock", "close",
	}[k]
}

// Changes reports whether an operation of this kind can change what is found
// after a power cut.
func (k Kind) Changes() bool { return k <= SyncFolder }

// Op is an operation that is about to be done.
type Op struct {
	N    int // counts those that change something, from 1; for others, how many went before
	Kind Kind
	Name string // of the file as it was opened, or the name that is looked up, made or taken away
	Size int    // bytes to be written
}

// Fault is what goes wrong with an operation: it returns Err and does nothing,
// but for a write, which writes the first Done bytes.
type Fault struct {
	Err  error
	Done int
}

// pathError is an error as package os returns them.
func pathError(op, name string, err error) error {
	return &fs.PathError{Op: op, Path: name, Err: err}
}

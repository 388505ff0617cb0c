package verbs

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root/chain"
)

// A Folder is the chain in one directory, and a [verify.Source] of its regular
// files.
type Folder struct {
	chain.Dir
	dir *os.Root
}

// String is the folder as it was named.
func (f Folder) String() string { return filepath.Clean(f.dir.Name()) }

// about names the folder.
func (f Folder) about(err error) error { return fmt.Errorf("%v: %w", f, err) }

// OpenFolder opens a directory as a source. The error has its exit code.
func OpenFolder(path string) (Folder, error) {
	dir, err := safefile.OpenDir(path)
	if err != nil {
		return Folder{}, &Error{Code: Unread, Err: err, Hint: "want a folder of files named 1.root.json, 2.root.json, …, or an https address"}
	}
	return FolderOf(dir), nil
}

// FolderOf is the source of a directory that is open, and stays its opener's
// to close.
func FolderOf(dir *os.Root) Folder { return Folder{chain.Open(dir), dir} }

// Close closes the directory.
func (f Folder) Close() error { return f.dir.Close() }

package verbs

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

// A Folder is a [verify.Source] of the regular files in one directory, as
// [chain.Dir] reads them.
type Folder struct{ dir *os.Root }

// OpenFolder opens a directory as a source. The error has its exit code.
func OpenFolder(path string) (Folder, error) {
	dir, err := safefile.OpenDir(path)
	if err != nil {
		return Folder{}, &Error{Code: Unread, Err: err, Hint: "want a folder of files named 1.root.json, 2.root.json, …"}
	}
	return Folder{dir}, nil
}

// FolderOf is the source of a directory that is open, and stays its opener's
// to close.
func FolderOf(dir *os.Root) Folder { return Folder{dir} }

// Close closes the directory.
func (f Folder) Close() error { return f.dir.Close() }

// Dir is the chain in the directory.
func (f Folder) Dir() chain.Dir { return chain.Open(f.dir) }

// Read reads one file. That there is none is said by [fs.ErrNotExist], which
// is [verify.ErrNotFound].
func (f Folder) Read(ctx context.Context, name string, max int64) ([]byte, error) {
	raw, err := f.Dir().Read(ctx, name, max)
	var large *safefile.TooLargeError
	if errors.As(err, &large) {
		return nil, fmt.Errorf("%s: %w", name, verify.ErrTooLarge)
	}
	return raw, err
}

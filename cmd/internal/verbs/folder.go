package verbs

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/verify"
)

// A folder is a [verify.Source] of the regular files in one directory.
type folder struct{ dir *os.Root }

func openFolder(path string) (folder, error) {
	dir, err := os.OpenRoot(path)
	if err != nil {
		return folder{}, &Error{Code: Unread, Err: err, Hint: "want a folder of files named 1.root.json, 2.root.json, …"}
	}
	return folder{dir}, nil
}

func (f folder) Close() error { return f.dir.Close() }

// Read reads one file. That there is none is said by [fs.ErrNotExist], which
// is [verify.ErrNotFound].
func (f folder) Read(ctx context.Context, name string, max int64) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	raw, err := safefile.Read(f.dir, name, max)
	var large *safefile.TooLargeError
	if errors.As(err, &large) {
		return nil, fmt.Errorf("%s: %w", name, verify.ErrTooLarge)
	}
	return raw, err
}

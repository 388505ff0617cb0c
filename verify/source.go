package verify

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/rootmoot/rootmoot/root"
)

// A Source gives the files of a chain: a folder, a server, a bundle, a map.
type Source interface {
	// Read returns the file of that name, which is a plain name like
	// "3.root.json", at most max bytes of it. An error that wraps
	// [ErrNotFound] says that there is no such file, and nothing else: a chain
	// ends there, so that an error about a missing certificate or proxy must not
	// wrap it. One that wraps
	// [ErrTooLarge] that it is longer; any other that it could not be asked. Its
	// text names the file.
	Read(ctx context.Context, name string, max int64) ([]byte, error)
}

// A Lister is a source that can tell which versions it has.
type Lister interface {
	// Versions are those of the roots that are there, ascending.
	Versions() ([]int64, error)
}

// What a [Source] says of a file that it does not give. ErrNotFound is
// [fs.ErrNotExist] and ErrTooLarge is [root.ErrTooLarge], so that what a folder
// says needs no translation.
var (
	ErrNotFound = fs.ErrNotExist
	ErrTooLarge = root.ErrTooLarge
)

// A Files is a source in memory, by name.
type Files map[string][]byte

// Read gives the file of that name.
func (f Files) Read(ctx context.Context, name string, max int64) ([]byte, error) {
	raw, ok := f[name]
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case !ok:
		return nil, fmt.Errorf("%s: %w", name, ErrNotFound)
	case int64(len(raw)) > max:
		return nil, fmt.Errorf("%s: %w", name, ErrTooLarge)
	}
	return raw, nil
}

package chain

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

// Current is the name of the copy of the newest root. TUF only.
const Current = "root.json"

const suffix = ".root.json"

// Name is the name of the file that holds a version: "3.root.json".
func Name(version int64) string { return strconv.FormatInt(version, 10) + suffix }

// Version is the version whose file has that name, as [Name] writes it. Any
// other name is none of a chain's.
func Version(name string) (version int64, ok bool) {
	digits, ok := strings.CutSuffix(name, suffix)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 || Name(n) != name {
		return 0, false
	}
	return n, true
}

// A Dir is a folder with a chain in it, or with none yet.
type Dir struct{ dir safefile.Dir }

// Open is the chain in a folder, which stays the caller's to close.
func Open(dir *os.Root) Dir { return Dir{safefile.In(dir)} }

// Read returns the file of that name, at most max bytes of it; a Dir is a
// verify.Source. The error wraps [fs.ErrNotExist] where there is no such file,
// [root.ErrTooLarge] where it is longer, or [ErrNotRegular].
func (d Dir) Read(ctx context.Context, name string, max int64) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	raw, err := safefile.Read(d.dir, name, max)
	if large, is := errors.AsType[*safefile.TooLargeError](err); is {
		return nil, fmt.Errorf("%s: %w: at most %d bytes", name, root.ErrTooLarge, large.Max)
	}
	return raw, err
}

// Newest is the newest version and its bytes; 0 and none for a folder without
// a chain. A chain with a hole is a [*HoleError]: its clients stop below the
// hole, so that its highest version is not the newest that they see.
func (d Dir) Newest() (version int64, raw []byte, err error) {
	_, newest, err := d.span()
	if err != nil || newest == 0 {
		return 0, nil, err
	}
	raw, err = safefile.Read(d.dir, Name(newest), root.MaxSize)
	if err != nil {
		return 0, nil, err
	}
	return newest, raw, nil
}

// Versions are those that have a file in the folder, ascending, holes and all.
// Whatever has the name counts, also what is no regular file: it is for who
// reads it to refuse.
func (d Dir) Versions() ([]int64, error) {
	entries, err := d.dir.ReadDir()
	if err != nil {
		return nil, fmt.Errorf("look for roots: %w", err)
	}
	var versions []int64
	for _, e := range entries {
		if n, ok := Version(e.Name()); ok {
			versions = append(versions, n)
		}
	}
	slices.Sort(versions)
	return versions, nil
}

// span is the lowest and the highest version, with all between there; 0 and 0
// if there is none.
func (d Dir) span() (oldest, newest int64, err error) {
	versions, err := d.Versions()
	if err != nil {
		return 0, 0, err
	}
	for i, n := range versions {
		if i > 0 && n != versions[i-1]+1 {
			return 0, 0, &HoleError{Missing: versions[i-1] + 1, Above: n}
		}
	}
	if len(versions) == 0 {
		return 0, 0, nil
	}
	return versions[0], versions[len(versions)-1], nil
}

// An ExistsError says that a name is taken by other bytes, which stay.
type ExistsError = safefile.ExistsError

// ErrNotRegular is wrapped by errors about a name that stands for something else
// than a regular file.
var ErrNotRegular = safefile.ErrNotRegular

// A HoleError says that a version is missing below one that is there.
type HoleError struct {
	Missing int64 // the first that is missing
	Above   int64 // the next one that is there
}

// Error names both files and what to do.
func (e *HoleError) Error() string {
	return fmt.Sprintf("%s: missing, though %s is there: clients cannot go past it; restore it before anything is added",
		Name(e.Missing), Name(e.Above))
}

// An OrderError says that a version cannot be appended to a chain that ends
// elsewhere.
type OrderError struct {
	Version        int64 // that was to be appended
	Oldest, Newest int64 // of the chain; 0 and 0 if there is none
}

// Error names the version and the only one that fits.
func (e *OrderError) Error() string {
	have := fmt.Sprintf("the folder has versions %d to %d", e.Oldest, e.Newest)
	if e.Newest == 0 {
		have = "the folder has no roots yet"
	}
	if e.Version < e.Oldest {
		return fmt.Sprintf("%s: %s: nothing is put below them", Name(e.Version), have)
	}
	return fmt.Sprintf("%s: %s: append %s first", Name(e.Version), have, Name(e.Newest+1))
}

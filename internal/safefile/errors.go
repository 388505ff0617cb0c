package safefile

import (
	"errors"
	"fmt"
)

// ErrNotRegular is wrapped by errors about a name that stands for a folder,
// link, pipe, socket or device where a regular file is wanted.
var ErrNotRegular = errors.New("not a regular file")

// ErrNotFolder is wrapped by errors about a path that stands for something else
// where a folder is wanted.
var ErrNotFolder = errors.New("not a folder")

// ErrName is wrapped by errors about a name that is not a single plain file
// name within the folder.
var ErrName = errors.New("not a plain file name")

// ExistsError says that [Create] found its name taken by other bytes. Nothing
// was changed.
type ExistsError struct {
	Name string   // the name, within its folder
	Have [32]byte // SHA-256 of the file that stands there
	Want [32]byte // SHA-256 of the bytes that were to be written
}

// Error names the file and both digests in hex.
func (e *ExistsError) Error() string {
	return fmt.Sprintf("%s: exists with other bytes (SHA-256 %x) and is never overwritten by new ones (SHA-256 %x): move one of the two aside",
		e.Name, e.Have, e.Want)
}

// TooLargeError says that [Read] found more bytes than its caller accepts.
type TooLargeError struct {
	Name string // the name, as given
	Max  int64  // the limit, in bytes
}

// Error names the file and the limit.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s: larger than the %d bytes accepted here", e.Name, e.Max)
}

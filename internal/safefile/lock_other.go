//go:build !unix || solaris || aix

package safefile

import (
	"errors"
	"fmt"
	"os"
	"runtime"
)

// lock refuses: two writers would spoil a file, and on this system nothing
// that this package knows keeps the second one out.
func lock(*os.File) error {
	return fmt.Errorf("lock a file on %s: %w", runtime.GOOS, errors.ErrUnsupported)
}

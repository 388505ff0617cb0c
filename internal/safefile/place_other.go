//go:build !linux && !darwin

package safefile

import (
	"errors"
	"os"
)

// renameNew is not offered by this system.
func renameNew(*os.Root, string, string) error { return errors.ErrUnsupported }

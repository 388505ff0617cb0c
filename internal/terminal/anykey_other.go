//go:build !linux && !darwin

package terminal

import (
	"errors"
	"fmt"
	"runtime"
)

// Watch waits for any key; see [Terminal.AnyKey].
type Watch struct{}

// AnyKey is not offered on this system.
func (t *Terminal) AnyKey() (*Watch, error) {
	return nil, fmt.Errorf("watch for a key on %s: %w", runtime.GOOS, errors.ErrUnsupported)
}

// Keys receives nothing.
func (w *Watch) Keys() <-chan struct{} { return nil }

// Stop does nothing.
func (w *Watch) Stop() error { return nil }

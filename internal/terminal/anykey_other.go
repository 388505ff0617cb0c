//go:build !linux && !darwin

package terminal

import (
	"errors"
	"fmt"
	"runtime"
)

// Watch waits for keys; see [Terminal.AnyKey] and [Terminal.Steer].
type Watch struct{}

// AnyKey is not offered on this system.
func (t *Terminal) AnyKey() (*Watch, error) {
	return nil, fmt.Errorf("watch for a key on %s: %w", runtime.GOOS, errors.ErrUnsupported)
}

// Steer is not offered on this system.
func (t *Terminal) Steer() (*Watch, error) { return t.AnyKey() }

// Keys receives nothing.
func (w *Watch) Keys() <-chan struct{} { return nil }

// Pressed receives nothing.
func (w *Watch) Pressed() <-chan byte { return nil }

// Stop does nothing.
func (w *Watch) Stop() error { return nil }

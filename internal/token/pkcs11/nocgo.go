//go:build !cgo

package pkcs11

import (
	"context"
	"fmt"

	"github.com/rootmoot/rootmoot/internal/token"
)

// A Module is never opened in a build without cgo.
type Module struct{}

// Open is always [token.ErrNoDriver]: modules are C libraries.
func Open(path string) (*Module, error) {
	return nil, fmt.Errorf("pkcs#11 module %s: %w", path, token.ErrNoDriver)
}

// Tokens is always [token.ErrNoDriver].
func (*Module) Tokens(context.Context) ([]token.Token, error) { return nil, token.ErrNoDriver }

// Close does nothing.
func (*Module) Close() error { return nil }

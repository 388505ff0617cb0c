//go:build !cgo && !windows

package piv

import (
	"context"

	"github.com/rootmoot/rootmoot/internal/token"
)

// List is [token.ErrNoDriver]: PC/SC needs cgo here.
func List(context.Context) ([]token.Token, error) { return nil, token.ErrNoDriver }

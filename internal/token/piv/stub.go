//go:build !cgo && !windows

package piv

import (
	"context"

	"github.com/rootmoot/rootmoot/internal/token"
)

// A Lister finds no cards: PC/SC needs cgo here.
type Lister struct{}

// NewLister is a Lister.
func NewLister() *Lister { return &Lister{} }

// List is [token.ErrNoDriver].
func (*Lister) List(context.Context) ([]token.Token, error) { return nil, token.ErrNoDriver }

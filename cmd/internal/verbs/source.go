package verbs

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/internal/fetch"
	"github.com/rootmoot/rootmoot/verify"
)

// A place is where a chain is: a folder, or a web server.
type place interface {
	verify.Source
	Close() error
}

// openPlace opens a folder by its path, or a server by its address. The error
// has its exit code.
func openPlace(arg string, plainHTTP bool) (place, error) {
	if !strings.HasPrefix(arg, "https:") && !strings.HasPrefix(arg, "http:") {
		return OpenFolder(arg)
	}
	s, err := fetch.Open(arg, fetch.Options{PlainHTTP: plainHTTP})
	if err != nil {
		return nil, &Error{Code: Usage, Err: err}
	}
	return server{s}, nil
}

// A server is a [verify.Source] of the files below one address.
type server struct{ *fetch.Server }

// Read asks for one file.
func (s server) Read(ctx context.Context, name string, max int64) ([]byte, error) {
	raw, err := s.Server.Read(ctx, name, max)
	var large *fetch.TooLargeError
	if errors.As(err, &large) {
		return nil, fmt.Errorf("%w: %w", verify.ErrTooLarge, err)
	}
	return raw, err
}

// An either is a source, and another that is asked for what the first does not
// have.
type either struct{ first, second verify.Source }

// Read asks one, then the other.
func (e either) Read(ctx context.Context, name string, max int64) ([]byte, error) {
	raw, err := e.first.Read(ctx, name, max)
	if errors.Is(err, verify.ErrNotFound) {
		if raw, err := e.second.Read(ctx, name, max); !errors.Is(err, verify.ErrNotFound) {
			return raw, err
		}
	}
	return raw, err
}

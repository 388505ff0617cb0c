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
	String() string    // without a secret that may stand in an address
	about(error) error // says which place an error is about
}

// openPlace opens a folder by its path, or a server by its address. The error
// has its exit code.
func openPlace(arg string, plainHTTP bool) (place, error) {
	scheme, _, address := strings.Cut(arg, "://")
	if !address {
		return OpenFolder(arg)
	}
	hint := "an address begins with https://"
	if strings.EqualFold(scheme, "http") {
		hint = "--plain-http takes it all the same"
	}
	s, err := fetch.Open(arg, fetch.Options{PlainHTTP: plainHTTP})
	if err != nil {
		return nil, &Error{Code: Usage, Err: err, Hint: hint}
	}
	return server{s}, nil
}

// A server is a [verify.Source] of the files below one address.
type server struct{ *fetch.Server }

// about: such errors name the server.
func (server) about(err error) error { return err }

// Read asks for one file.
func (s server) Read(ctx context.Context, name string, max int64) ([]byte, error) {
	raw, err := s.Server.Read(ctx, name, max)
	var large *fetch.TooLargeError
	if errors.As(err, &large) {
		return nil, fmt.Errorf("%w: %w", verify.ErrTooLarge, err)
	}
	return raw, err
}

// shown is an argument as it may be shown: of an address what stands behind the
// host, or before it, may be a secret.
func shown(arg string) string {
	scheme, rest, address := strings.Cut(arg, "://")
	if !address {
		return arg
	}
	host, _, _ := strings.Cut(rest, "/")
	host, _, _ = strings.Cut(host, "?")
	return scheme + "://" + host[strings.LastIndex(host, "@")+1:]
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

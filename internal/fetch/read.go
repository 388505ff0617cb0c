package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Read returns the file of that name, at most max bytes of it. The name is a
// plain one like "3.root.json". An error that wraps [fs.ErrNotExist] is the
// server's word that there is no such file, a [*TooLargeError] that it is
// longer; any other says that it could not be asked. After the context has
// ended, the error wraps the context's.
func (s *Server) Read(ctx context.Context, name string, max int64) ([]byte, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	where := s.folder.Host + ": " + name
	for n := 1; ; n++ {
		raw, err := s.try(ctx, name, max)
		var t *trouble
		switch {
		case err == nil:
			return raw, nil
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("%s: %w", where, err)
		case !errors.As(err, &t):
			return nil, err // too large, and says of what
		case ctx.Err() != nil:
			return nil, fmt.Errorf("%s: %w", where, ctx.Err())
		case !t.passes || n == tries:
			return nil, t.after(where, n)
		}
		if err := s.wait(ctx, pause(n, t.wait)); err != nil {
			return nil, fmt.Errorf("%s: %s; while waiting to ask again: %w", where, t.said, err)
		}
	}
}

// checkName takes names that stand in a path as they are: none leads out of the
// folder, into a query, or to another file once a server or proxy has decoded
// it a second time.
func checkName(name string) error {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@" // RFC 3986, 3.3: pchar
	if name == "" || name == "." || strings.Contains(name, "..") || strings.TrimLeft(name, plain) != "" {
		return fmt.Errorf("%q: not a plain file name: want one like 3.root.json, without a path", name)
	}
	return nil
}

// try asks once, within the time for it.
func (s *Server) try(ctx context.Context, name string, max int64) ([]byte, error) {
	within, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	raw, err := s.ask(within, s.folder.JoinPath(name), name, max)
	var t *trouble
	if errors.As(err, &t) && within.Err() != nil {
		return nil, &trouble{said: fmt.Sprintf("no whole answer within %v", s.timeout), todo: later, passes: true}
	}
	return raw, err
}

// ask makes of one answer what it says.
func (s *Server) ask(ctx context.Context, at *url.URL, name string, max int64) ([]byte, error) {
	resp, err := s.follow(ctx, at)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if err := judge(resp, time.Now()); err != nil {
		return nil, err
	}
	if err := asItIs(resp); err != nil {
		return nil, err
	}
	if resp.ContentLength > max {
		return nil, &TooLargeError{Name: name, Max: max}
	}
	return body(resp, name, max)
}

// asItIs takes bodies that are the file itself, and that show where it ends.
func asItIs(resp *http.Response) error {
	for _, coding := range resp.Header.Values("Content-Encoding") {
		if coding != "" && !strings.EqualFold(coding, "identity") {
			return &trouble{
				said: fmt.Sprintf("Content-Encoding %.40q, though the file as it is was asked for", coding),
				todo: "want a server that does not compress these files",
			}
		}
	}
	if resp.ContentLength < 0 && len(resp.TransferEncoding) == 0 {
		return &trouble{
			said: "neither a Content-Length nor chunks, so that a lost end would not be noticed",
			todo: "want a server that tells the length of its files",
		}
	}
	return nil
}

// body reads a file whole, or not at all: that fewer bytes came than the headers
// or the chunks promise is an error of the body's reader.
func body(resp *http.Response, name string, max int64) ([]byte, error) {
	// One byte more than accepted, for a server that tells no length.
	raw, err := io.ReadAll(io.LimitReader(resp.Body, min(max, math.MaxInt64-1)+1))
	switch {
	case int64(len(raw)) > max:
		return nil, &TooLargeError{Name: name, Max: max}
	case err != nil:
		return nil, &trouble{said: fmt.Sprintf("broke off after %d bytes: %s", len(raw), cause(err)), todo: later, passes: true}
	}
	return raw, nil
}

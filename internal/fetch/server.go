package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Options say how a [Server] is asked. The zero value is what is wanted.
type Options struct {
	// PlainHTTP allows http to other machines. To this one it is always allowed.
	PlainHTTP bool

	// Timeout ends one try, from the name's look-up to the body's last byte.
	// Within it, a third is for dialling, a third for TLS and half for the
	// server to begin its answer. Zero is 30 seconds.
	Timeout time.Duration

	// TLS, if not nil, holds the certificate authorities (RootCAs) that are
	// trusted instead of the system's. Nothing else of it is looked at, so that
	// it cannot weaken anything.
	TLS *tls.Config

	// Wait, if not nil, is called instead of sleeping between two tries.
	Wait func(ctx context.Context, d time.Duration) error
}

const defaultTimeout = 30 * time.Second

// A Server is a folder of files on a web server. Several goroutines may use it
// at once.
type Server struct {
	folder    *url.URL // no user, no query, no fragment
	transport *http.Transport
	timeout   time.Duration
	wait      func(context.Context, time.Duration) error
}

// Open is the folder at an address like https://roots.example/tuf. Nothing is
// asked yet. Errors repeat of the address only what holds no secret.
func Open(address string, o Options) (*Server, error) {
	u, err := parse(address)
	if err != nil {
		return nil, err
	}
	where := u.Scheme + "://" + u.Host
	switch {
	case u.RawQuery != "" || u.ForceQuery:
		return nil, fmt.Errorf("%s: the address has a query, and names are put behind its end: want a folder's address", where)
	case u.Fragment != "":
		return nil, fmt.Errorf("%s: the address has a fragment (#), and names are put behind its end: want a folder's address", where)
	case u.Scheme == "http" && !o.PlainHTTP && !loopback(u):
		return nil, fmt.Errorf("%s: plain http is for this machine only (127.0.0.0/8, ::1, localhost): want https", where)
	}
	s := &Server{folder: u, timeout: o.Timeout, wait: o.Wait}
	if s.timeout <= 0 {
		s.timeout = defaultTimeout
	}
	if s.wait == nil {
		s.wait = sleep
	}
	s.transport = transport(s.timeout, o.TLS)
	return s, nil
}

// parse takes addresses that can be asked at all. Package url quotes an address
// that is none, and still its part that is wrong, which may be a password; so
// that is kept back too where there may be one.
func parse(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	var quoting *url.Error
	if errors.As(err, &quoting) {
		err = quoting.Err
	}
	switch {
	case err != nil && strings.Contains(address, "@"):
		return nil, fmt.Errorf("address: not a URL, and has an @: want https://host/folder, without a user name or password")
	case err != nil:
		return nil, fmt.Errorf("address: not a URL: %s: want https://host/folder", cause(err))
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("address: does not begin with https://: want https://host/folder")
	}
	if flaw := flaw(u); flaw != "" {
		return nil, fmt.Errorf("address: %s", flaw)
	}
	if u.Path == "" {
		u.Path = "/" // or a name would be joined without one
	}
	return u, nil
}

// flaw is what is wrong with a URL, whoever gave it, in words that repeat
// nothing of it; "" if nothing is.
func flaw(u *url.URL) string {
	switch {
	case u.User != nil:
		return "holds a user name or password, and credentials are never sent: want one that anybody may read, without them"
	case u.Hostname() == "": // nor has an opaque one
		return "names no host: want https://host/folder"
	case strings.ContainsFunc(u.Host, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "the host has letters outside ASCII, which can look like others: want its form that begins with xn--"
	}
	return ""
}

// loopback reports whether a URL's host is this machine.
func loopback(u *url.URL) bool {
	host := u.Hostname()
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// String is the address, for messages. What conda's channels have in their path
// as a token ("/t/tk-123/channel") is left out, as conda does in its own.
func (s *Server) String() string {
	before, after, found := strings.Cut(s.folder.String(), "/t/")
	if !found {
		return before
	}
	_, rest, _ := strings.Cut(after, "/")
	return before + "/t/<TOKEN>/" + rest
}

// Close gives up the connections that are kept for the next call. It is for the
// end: a call under way goes on. There is never an error.
func (s *Server) Close() error {
	s.transport.CloseIdleConnections()
	return nil
}

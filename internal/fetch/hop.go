package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

const (
	// maxRedirects is what a file may be away from where it was asked for:
	// a host's other name, a mirror, a store behind it.
	maxRedirects = 5
	// maxHeader bounds the bytes of an answer's headers. Those of large
	// providers have some 2,000.
	maxHeader = 64 << 10
)

// follow asks for a file, and goes where it is said to be. It is not left to
// [http.Client], which would add a Referer to the next request and take user
// and password from its address: here each is made anew.
func (s *Server) follow(ctx context.Context, at *url.URL) (*http.Response, error) {
	for hops := 0; ; hops++ {
		resp, err := s.transport.RoundTrip(request(ctx, at))
		if err != nil {
			return nil, unreached(err)
		}
		if !redirects(resp.StatusCode) {
			return resp, nil
		}
		// So that the connection can be used again; not for longer pages.
		_, _ = io.CopyN(io.Discard, resp.Body, 2<<10)
		_ = resp.Body.Close() // nothing of it is wanted
		if hops == maxRedirects {
			return nil, &trouble{said: fmt.Sprintf("more than %d redirects", maxRedirects), todo: wrongAddress}
		}
		at, err = next(at, resp.Header.Get("Location"))
		if err != nil {
			return nil, err
		}
	}
}

func request(ctx context.Context, at *url.URL) *http.Request {
	r := &http.Request{Method: http.MethodGet, URL: at, Host: at.Host, Header: http.Header{
		"User-Agent":      {agent},
		"Accept-Encoding": {"identity"}, // without it, any coding would be as good
	}}
	return r.WithContext(ctx)
}

// agent is how we name ourselves: every version the same, so that no server
// treats one consumer otherwise than the next.
const agent = "rootmoot"

func redirects(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// next is where a redirect leads: to https, and from a server on this machine
// to another one there. Of a place that is refused only the host is named, for
// stores sign their addresses, and the signature is a key to the file.
func next(from *url.URL, location string) (*url.URL, error) {
	to, err := from.Parse(location)
	if err != nil || location == "" {
		return nil, &trouble{said: "a redirect without an address that can be read", todo: wrongAddress}
	}
	if flaw := flaw(to); flaw != "" {
		return nil, &trouble{said: "a redirect whose address " + flaw, todo: wrongAddress}
	}
	home := from.Scheme == "http" && loopback(from) && to.Scheme == "http" && loopback(to)
	if to.Scheme != "https" && !home {
		return nil, &trouble{said: fmt.Sprintf("a redirect to %s://%s, and only https is followed", to.Scheme, to.Host), todo: wrongAddress}
	}
	return to, nil
}

// transport makes the connections.
func transport(timeout time.Duration, trusted *tls.Config) *http.Transport {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if trusted != nil {
		config.RootCAs = trusted.RootCAs
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  discreet(http.ProxyFromEnvironment),
		OnProxyConnectResponse: tunnelled,
		ProxyConnectHeader:     http.Header{"User-Agent": {agent}},
		DialContext:            (&net.Dialer{Timeout: timeout / 3}).DialContext,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    timeout / 3,
		ResponseHeaderTimeout:  timeout / 2,
		MaxResponseHeaderBytes: maxHeader,
		DisableCompression:     true,
		IdleConnTimeout:        timeout,
		Protocols:              protocols,
	}
}

// discreet keeps to itself what stands in an environment that cannot be
// understood: the error quotes it whole, and there may be a password in it.
func discreet(ask func(*http.Request) (*url.URL, error)) func(*http.Request) (*url.URL, error) {
	return func(r *http.Request) (*url.URL, error) {
		proxy, err := ask(r)
		if err != nil {
			return nil, &trouble{said: "the environment names a proxy that cannot be understood", todo: "look at HTTPS_PROXY and HTTP_PROXY"}
		}
		return proxy, nil
	}
}

// tunnelled is the proxy's answer to the wish for a tunnel.
func tunnelled(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	t := &trouble{said: "the proxy makes no tunnel: " + status(resp.StatusCode), todo: "ask whoever runs the proxy that the environment names"}
	t.passes = passing(resp.StatusCode)
	return t
}

// unreached is why there was no answer. Only what the network did may pass.
func unreached(err error) error {
	var t *trouble
	if errors.As(err, &t) {
		return t
	}
	t = &trouble{said: cause(err), todo: "look at the address, and at the network"}
	var (
		stranger *tls.CertificateVerificationError
		lookup   *net.DNSError
		op       *net.OpError
		network  net.Error
	)
	switch {
	case errors.As(err, &stranger):
		t.todo = "look at the address, at this machine's clock, and at who may stand between: nothing was asked of this server"
	case errors.As(err, &lookup):
		t.passes = !lookup.IsNotFound
	case errors.As(err, &op) && (op.Op == "local error" || op.Op == "remote error"):
		// What crypto/tls calls its alerts: one side will not speak so.
	default:
		t.passes = errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	}
	return t
}

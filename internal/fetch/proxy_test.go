package fetch

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
)

const proxyPassword = "pr0xy-s3cret"

// TestMain puts a proxy into the environment, which package http reads once.
// Servers on this machine are never asked through one.
func TestMain(m *testing.M) {
	proxy := httptest.NewServer(http.HandlerFunc(relay))
	address := strings.Replace(proxy.URL, "//", "//me:"+proxyPassword+"@", 1)
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY"} {
		os.Setenv(name, address)
		os.Unsetenv(strings.ToLower(name))
	}
	os.Unsetenv("NO_PROXY")
	os.Unsetenv("no_proxy")
	os.Unsetenv("REQUEST_METHOD")
	code := m.Run()
	proxy.Close()
	os.Exit(code)
}

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// relay is the proxy. It makes a tunnel to any port of example.com, which it
// takes to be this machine, answers others as their name says, and passes on
// plain requests by saying what came.
func relay(w http.ResponseWriter, r *http.Request) {
	code := 0
	switch host, _, _ := net.SplitHostPort(r.Host); {
	case r.Header.Get("Proxy-Authorization") == "":
		code = http.StatusProxyAuthRequired
	case r.Method != http.MethodConnect:
		r.Header.Del("Proxy-Authorization")
		fmt.Fprintf(w, "%v %v", r.URL, r.Header)
		return
	case host == "example.com":
		tunnel(w, r)
		return
	default:
		fmt.Sscanf(host, "answer%d.example", &code)
	}
	w.WriteHeader(code)
}

func tunnel(w http.ResponseWriter, r *http.Request) {
	_, port, _ := net.SplitHostPort(r.Host)
	there, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer there.Close()
	here, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer here.Close()
	fmt.Fprint(here, "HTTP/1.1 200 OK\r\n\r\n")
	var both sync.WaitGroup
	both.Go(func() { io.Copy(there, buffered); there.(*net.TCPConn).CloseWrite() })
	both.Go(func() { io.Copy(here, there); here.Close() })
	both.Wait()
}

func TestProxy(t *testing.T) {
	server := serveTLS(t, nil, func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "%v %v", r.Host, r.Header) })
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	const sent = "map[Accept-Encoding:[identity] User-Agent:[rootmoot]]"
	tests := []struct {
		name    string
		address string
		want    string // what comes, or part of the error
		file    bool
	}{
		{"a tunnel", "https://example.com:" + port, "example.com:" + port + " " + sent, true},
		{"plain http", "http://roots.example", "http://roots.example/3.root.json " + sent, true},
		{"no tunnel to where nobody listens", "https://example.com:1", "the proxy makes no tunnel: HTTP 502 Bad Gateway (tried 3 times)", false},
		{
			"403 is not the server's", "https://answer403.example",
			"answer403.example: 3.root.json: could not be asked: the proxy makes no tunnel: HTTP 403 Forbidden (tried once): " +
				"ask whoever runs the proxy that the environment names", false,
		},
		{"404 is not the server's", "https://answer404.example", "the proxy makes no tunnel: HTTP 404 Not Found (tried once)", false},
		{"407", "https://answer407.example", "the proxy makes no tunnel: HTTP 407 Proxy Authentication Required (tried once)", false},
		{"503", "https://answer503.example", "the proxy makes no tunnel: HTTP 503 Service Unavailable (tried 3 times)", false},
		{"a redirect is not the server's", "https://answer302.example", "the proxy makes no tunnel: HTTP 302 Found (tried once)", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := open(t, tt.address, Options{TLS: trusted(server), Wait: atOnce, PlainHTTP: true})
			raw, err := s.Read(t.Context(), "3.root.json", 200)
			if tt.file && (err != nil || string(raw) != tt.want) {
				t.Errorf("got %q, %v; want %s", raw, err, tt.want)
			}
			if !tt.file && (kind(err) != "unasked" || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v; want %s", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), proxyPassword) {
				t.Errorf("the error holds the proxy's password: %v", err)
			}
		})
	}
}

func TestProxyNotUnderstood(t *testing.T) {
	ask := discreet(func(*http.Request) (*url.URL, error) {
		return nil, errors.New("invalid proxy address http://me:" + proxyPassword + "@:x")
	})
	_, err := ask(nil)
	err = unreached(err)
	if want := "the environment names a proxy that cannot be understood"; err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

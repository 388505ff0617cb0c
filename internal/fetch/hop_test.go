package fetch

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// trusted is what trusts the certificate of a test's server.
func trusted(server *httptest.Server) *tls.Config {
	return server.Client().Transport.(*http.Transport).TLSClientConfig
}

// serveTLS starts an https server on this machine.
func serveTLS(t *testing.T, config *tls.Config, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(h)
	server.Config.ErrorLog = quiet()
	server.TLS = config
	server.EnableHTTP2 = true // which is not taken
	server.StartTLS()
	t.Cleanup(server.Close)
	return server
}

func TestTLS(t *testing.T) {
	var asked atomic.Int32
	good := func(w http.ResponseWriter, r *http.Request) { asked.Add(1); io.WriteString(w, r.Proto) }
	plain := httptest.NewServer(http.HandlerFunc(good))
	t.Cleanup(plain.Close)
	server := serveTLS(t, nil, good)
	old := serveTLS(t, &tls.Config{MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}, good)
	wantsCert := serveTLS(t, &tls.Config{ClientAuth: tls.RequireAnyClientCert}, good)
	careless := &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}
	tests := []struct {
		name    string
		address string
		tls     *tls.Config
		want    string // part of the error; "" if there is none
	}{
		{"trusted", server.URL, trusted(server), ""},
		{
			"a stranger's certificate", server.URL, nil,
			"could not be asked: tls: failed to verify certificate: x509: certificate signed by unknown authority (tried once): " +
				"look at the address, at this machine's clock, and at who may stand between: nothing was asked of this server",
		},
		{"a stranger's certificate, and options that do not mind", server.URL, careless, "signed by unknown authority (tried once)"},
		{"a certificate for another name", strings.Replace(server.URL, "127.0.0.1", "localhost", 1), trusted(server), "not localhost (tried once)"},
		{"TLS 1.1", old.URL, trusted(old), "protocol version"},
		{"a server that wants a certificate", wantsCert.URL, trusted(wantsCert), "certificate required (tried once)"},
		{"plain http where https is wanted", strings.Replace(plain.URL, "http:", "https:", 1), nil, "first record does not look like a TLS handshake (tried once)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := asked.Load()
			raw, err := open(t, tt.address, Options{TLS: tt.tls, Wait: atOnce}).Read(t.Context(), "3.root.json", 100)
			if tt.want == "" {
				if err != nil || string(raw) != "HTTP/1.1" {
					t.Errorf("got %q, %v", raw, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || kind(err) != "unasked" {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if asked.Load() != before {
				t.Error("the server was asked for the file")
			}
		})
	}
}

// A server that never shakes hands is given a third of the time.
func TestSilentTLS(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := open(t, "https://"+l.Addr().String(), Options{Wait: atOnce, Timeout: 300 * time.Millisecond})
	_, err = s.Read(t.Context(), "3.root.json", 100)
	if want := "TLS handshake timeout (tried 3 times)"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Redirects within https, over a server that leads to the path it is asked for.
func TestRedirects(t *testing.T) {
	const sig = "?X-Amz-Signature=s3cret"
	var secure, plain *httptest.Server
	var visits atomic.Int32
	h := func(w http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		to := map[string]string{
			"/near/f":     "/good",
			"/across/f":   secure.URL + "/good" + sig,
			"/http/f":     plain.URL + "/good" + sig,
			"/lan/f":      "http://192.0.2.1/good" + sig,
			"/user/f":     strings.Replace(secure.URL, "//", "//me:s3cret@", 1) + "/good",
			"/file/f":     "file:///etc/passwd",
			"/data/f":     "data:text/plain,s3cret",
			"/nohost/f":   "https:///s3cret",
			"/broken/f":   "https://me:s3cret/@x%zz",
			"/letters/f":  "https://r\u043eots.example/" + sig,
			"/absent/f":   "/nothing",
			"/loop/f":     "/loop/f",
			"/protocol/f": "//" + strings.TrimPrefix(secure.URL, "https://") + "/good",
		}
		code := http.StatusFound
		if s := r.URL.Query().Get("code"); s != "" {
			code, _ = strconv.Atoi(s)
		}
		switch n, counted := strings.CutPrefix(r.URL.Path, "/count/"); {
		case r.URL.Path == "/good":
			io.WriteString(w, "good")
		case r.URL.Path == "/nothing":
			http.NotFound(w, r)
		case r.URL.Path == "/empty/f":
			w.WriteHeader(code)
		case counted:
			left, _ := strconv.Atoi(n)
			w.Header().Set("Location", fmt.Sprintf("/count/%d", left-1))
			if left == 1 {
				w.Header().Set("Location", "/good")
			}
			w.WriteHeader(code)
		default:
			w.Header().Set("Location", to[r.URL.Path])
			w.WriteHeader(code)
			w.Write(make([]byte, 10_000)) // a page, which nobody reads
		}
	}
	secure = serveTLS(t, nil, h)
	plain = httptest.NewServer(http.HandlerFunc(h))
	t.Cleanup(plain.Close)
	tests := []struct {
		name   string
		from   *httptest.Server
		folder string
		file   string
		kind   string
		want   string // part of the error
		visits int32
	}{
		{"within a server", secure, "/near", "f", "file", "", 2},
		{"to another, with a query", secure, "/across", "f", "file", "", 2},
		{"without a scheme", secure, "/protocol", "f", "file", "", 2},
		{"five", secure, "/count", "5", "file", "", 6},
		{"six", secure, "/count", "6", "unasked", "more than 5 redirects (tried once): ask whoever runs this server which address to give here", 6},
		{"in a ring", secure, "/loop", "f", "unasked", "more than 5 redirects", 6},
		{"to what is not there", secure, "/absent", "f", "absent", "HTTP 404", 2},
		{"from https to http, on this machine", secure, "/http", "f", "unasked", "a redirect to http://127.0.0.1:", 1},
		{"from https to http", secure, "/lan", "f", "unasked", "a redirect to http://192.0.2.1, and only https is followed (tried once)", 1},
		{"with a user", secure, "/user", "f", "unasked", "a redirect whose address holds a user name or password", 1},
		{"to a file", secure, "/file", "f", "unasked", "a redirect whose address names no host", 1},
		{"to what it says itself", secure, "/data", "f", "unasked", "a redirect whose address names no host", 1},
		{"to nobody", secure, "/nohost", "f", "unasked", "a redirect whose address names no host", 1},
		{"to what is no address", secure, "/broken", "f", "unasked", "a redirect without an address that can be read", 1},
		{"to letters that look like others", secure, "/letters", "f", "unasked", "letters outside ASCII", 1},
		{"without an address", secure, "/empty", "f", "unasked", "a redirect without an address that can be read", 1},
		{"from http to http, on this machine", plain, "/http", "f", "file", "", 2},
		{"from http to https", plain, "/across", "f", "file", "", 2},
		{"from http on this machine to http elsewhere", plain, "/lan", "f", "unasked", "only https is followed", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			visits.Store(0)
			s := open(t, tt.from.URL+tt.folder, Options{TLS: trusted(secure), Wait: atOnce, PlainHTTP: true})
			raw, err := s.Read(t.Context(), tt.file, 100)
			if kind(err) != tt.kind || err == nil && string(raw) != "good" || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %q, %v; want %s, %s", raw, err, tt.kind, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the error holds a secret: %v", err)
			}
			if got := visits.Load(); got != tt.visits {
				t.Errorf("%d visits, want %d", got, tt.visits)
			}
		})
	}
}

// All statuses that lead elsewhere are followed, and no others.
func TestRedirectStatus(t *testing.T) {
	for code := 300; code < 400; code++ {
		want := code == 301 || code == 302 || code == 303 || code == 307 || code == 308
		if redirects(code) != want {
			t.Errorf("%d: got %v", code, !want)
		}
	}
}

// Where plain http was allowed to other machines, a redirect to one still is not.
func TestNext(t *testing.T) {
	tests := []struct {
		from, to string
		ok       bool
	}{
		{"http://roots.example/f", "https://roots.example/f", true},
		{"http://roots.example/f", "/g", false},
		{"http://roots.example/f", "http://127.0.0.1/f", false},
		{"https://127.0.0.1/f", "http://127.0.0.1/f", false},
		{"http://127.0.0.1/f", "http://[::1]:8000/f", true},
		{"http://127.0.0.1/f", "/g", true},
		{"http://localhost/f", "http://localhost.example/f", false},
		{"http://localhost/f", "ftp://localhost/f", false},
	}
	for _, tt := range tests {
		from, err := url.Parse(tt.from)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := next(from, tt.to); (err == nil) != tt.ok {
			t.Errorf("%s to %s: %v", tt.from, tt.to, err)
		}
	}
}

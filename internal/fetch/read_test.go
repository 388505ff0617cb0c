package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// open opens an address, for the length of a test.
func open(t *testing.T, address string, o Options) *Server {
	t.Helper()
	s, err := Open(address, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// serve starts a server on this machine that counts what it is asked.
func serve(t *testing.T, h func(w http.ResponseWriter, r *http.Request, n int)) (address string, asked func() int) {
	t.Helper()
	var mu sync.Mutex
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		n++
		now := n
		mu.Unlock()
		h(w, r, now)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() int {
		mu.Lock()
		defer mu.Unlock()
		return n
	}
}

// atOnce does not wait.
func atOnce(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// kind is what a caller can tell an error by.
func kind(err error) string {
	var large *TooLargeError
	switch {
	case err == nil:
		return "file"
	case errors.Is(err, fs.ErrNotExist):
		return "absent"
	case errors.As(err, &large):
		return "large"
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return "ended"
	}
	return "unasked"
}

func TestRead(t *testing.T) {
	answer := func(code int, headers ...string) func(http.ResponseWriter, int) {
		return func(w http.ResponseWriter, _ int) {
			for i := 0; i < len(headers); i += 2 {
				w.Header().Set(headers[i], headers[i+1])
			}
			w.WriteHeader(code)
			if code >= 200 && code != 204 && code != 304 {
				io.WriteString(w, "0123456789")
			}
		}
	}
	thenGood := func(bad int, code int, headers ...string) func(http.ResponseWriter, int) {
		return func(w http.ResponseWriter, n int) {
			if n > bad {
				code = 200
			}
			answer(code, headers...)(w, n)
		}
	}
	chunked := func(size int) func(http.ResponseWriter, int) {
		return func(w http.ResponseWriter, _ int) {
			for range size {
				io.WriteString(w, "x")
				w.(http.Flusher).Flush()
			}
		}
	}
	zipped := func(w http.ResponseWriter, _ int) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		z.Write(make([]byte, 1<<20))
		z.Close()
	}
	tests := []struct {
		name   string
		answer func(w http.ResponseWriter, n int)
		max    int64
		kind   string
		want   string // the error, with HOST for the server's
		asked  int
	}{
		{"the file", answer(200), 10, "file", "", 1},
		{"the file, as it is", answer(200, "Content-Encoding", "identity"), 10, "file", "", 1},
		{"an empty file", answer(200, "Content-Length", "0"), 0, "file", "", 1},
		{"one byte too large", answer(200), 9, "large", "3.root.json: larger than the 9 bytes accepted here", 1},
		{"nothing accepted", answer(200), 0, "large", "3.root.json: larger than the 0 bytes accepted here", 1},
		{"less than nothing accepted", answer(200), -1, "large", "3.root.json: larger than the -1 bytes accepted here", 1},
		{"no length told", chunked(10), 10, "file", "", 1},
		{"no length told, one byte too large", chunked(11), 10, "large", "3.root.json: larger than the 10 bytes accepted here", 1},
		{"anything accepted", answer(200), 1<<63 - 1, "file", "", 1},

		{"404", answer(404), 10, "absent", "HOST: 3.root.json: HTTP 404 Not Found: file does not exist", 1},
		{"410", answer(410), 10, "absent", "HOST: 3.root.json: HTTP 410 Gone: file does not exist", 1},
		{
			"403", answer(403), 10, "absent",
			"HOST: 3.root.json: HTTP 403 Forbidden, which object stores say of what is not there: file does not exist", 1,
		},

		{
			"401", answer(401), 10, "unasked",
			"HOST: 3.root.json: could not be asked: HTTP 401 Unauthorized (tried once): want an address that anybody may read: credentials are never sent", 1,
		},
		{
			"400", answer(400), 10, "unasked",
			"HOST: 3.root.json: could not be asked: HTTP 400 Bad Request (tried once): " +
				"want a server that gives files with HTTP 200: ask whoever runs this server which address to give here", 1,
		},
		{"407", answer(407), 10, "unasked", "HTTP 407 Proxy Authentication Required (tried once): want an address that anybody may read", 1},
		{"204", answer(204), 10, "unasked", "HTTP 204 No Content (tried once)", 1},
		{"206", answer(206), 10, "unasked", "HTTP 206 Partial Content (tried once)", 1},
		{"300", answer(300, "Location", "/x"), 10, "unasked", "HTTP 300 Multiple Choices (tried once)", 1},
		{"304", answer(304), 10, "unasked", "HTTP 304 Not Modified (tried once)", 1},
		{"501", answer(501), 10, "unasked", "HTTP 501 Not Implemented (tried once)", 1},
		{"a status nobody knows", answer(799), 10, "unasked", "could not be asked: HTTP 799 (tried once)", 1},

		{
			"503 to the end", answer(503), 10, "unasked",
			"HOST: 3.root.json: could not be asked: HTTP 503 Service Unavailable (tried 3 times): try again later", 3,
		},
		{"408, then good", thenGood(2, 408), 10, "file", "", 3},
		{"429, then good", thenGood(1, 429), 10, "file", "", 2},
		{"500, then good", thenGood(1, 500), 10, "file", "", 2},
		{"502, then good", thenGood(1, 502), 10, "file", "", 2},
		{"504, then good", thenGood(2, 504), 10, "file", "", 3},
		{"503, three times, then good", thenGood(3, 503), 10, "unasked", "(tried 3 times)", 3},
		{
			"asked to come back in an hour", answer(429, "Retry-After", "3600"), 10, "unasked",
			"HOST: 3.root.json: could not be asked: HTTP 429 Too Many Requests (tried once): it wants to be left alone for 1h0m0s: try again then", 1,
		},

		{
			"gzip bomb", zipped, 1 << 30, "unasked",
			`HOST: 3.root.json: could not be asked: Content-Encoding "gzip", though the file as it is was asked for (tried once): ` +
				"want a server that does not compress these files", 1,
		},
		{"a coding that nobody knows", answer(200, "Content-Encoding", "identity, zip"), 10, "unasked", `Content-Encoding "identity, `, 1},
		{"404, zipped", answer(404, "Content-Encoding", "gzip"), 10, "absent", "HTTP 404", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address, asked := serve(t, func(w http.ResponseWriter, _ *http.Request, n int) { tt.answer(w, n) })
			s := open(t, address+"/tuf", Options{Wait: atOnce})
			raw, err := s.Read(t.Context(), "3.root.json", tt.max)
			if got := kind(err); got != tt.kind {
				t.Fatalf("got %s, want %s: %v", got, tt.kind, err)
			}
			if err == nil && tt.name != "an empty file" && len(raw) != 10 || err != nil && raw != nil {
				t.Errorf("got %d bytes, %v", len(raw), err)
			}
			if err != nil {
				got := strings.ReplaceAll(err.Error(), strings.TrimPrefix(address, "http://"), "HOST")
				if whole := strings.HasPrefix(tt.want, "HOST"); whole && got != tt.want || !strings.Contains(got, tt.want) {
					t.Errorf("got  %s\nwant %s", got, tt.want)
				}
				if strings.Contains(got, "\x1b") {
					t.Errorf("not printable: %q", got)
				}
			}
			if asked() != tt.asked {
				t.Errorf("asked %d times, want %d", asked(), tt.asked)
			}
		})
	}
}

// A name stands below the address's path, whether that ends in a slash or not.
func TestPlace(t *testing.T) {
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) { io.WriteString(w, r.RequestURI) })
	for folder, want := range map[string]string{
		"":          "/1!3.root.json",
		"/":         "/1!3.root.json",
		"/tuf":      "/tuf/1!3.root.json",
		"/tuf/":     "/tuf/1!3.root.json",
		"/a%2Fb/c/": "/a%2Fb/c/1!3.root.json",
		"/a%20b":    "/a%20b/1!3.root.json",
	} {
		raw, err := open(t, address+folder, Options{}).Read(t.Context(), "1!3.root.json", 100)
		if err != nil || string(raw) != want {
			t.Errorf("%q: got %s, %v; want %s", folder, raw, err, want)
		}
	}
}

func TestBadNameIsNotAsked(t *testing.T) {
	address, asked := serve(t, func(http.ResponseWriter, *http.Request, int) {})
	for _, name := range []string{"", "..", "../root.json", `a\b`, "a%2fb", "a?b"} {
		if _, err := open(t, address, Options{}).Read(t.Context(), name, 10); kind(err) != "unasked" {
			t.Errorf("%q: got %v", name, err)
		}
	}
	if asked() != 0 {
		t.Errorf("asked %d times", asked())
	}
}

// Nothing of the asker is sent, whatever a server says, and wherever it leads.
func TestNothingLeaks(t *testing.T) {
	var seen []string
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request, n int) {
		var b bytes.Buffer
		fmt.Fprintf(&b, "%s\n", r.Method)
		r.Header.Write(&b)
		seen = append(seen, b.String())
		http.SetCookie(w, &http.Cookie{Name: "who", Value: "you", Path: "/"})
		w.Header().Set("WWW-Authenticate", "Basic")
		switch n {
		case 1:
			http.Redirect(w, r, "/elsewhere?sig=x", http.StatusTemporaryRedirect)
		case 2:
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			io.WriteString(w, "good")
		}
	})
	s := open(t, address+"/t/tk-s3cret", Options{Wait: atOnce})
	for range 2 {
		if raw, err := s.Read(t.Context(), "3.root.json", 10); err != nil || string(raw) != "good" {
			t.Fatalf("got %q, %v", raw, err)
		}
	}
	if len(seen) != 4 {
		t.Errorf("asked %d times, want 4", len(seen))
	}
	for i, got := range seen {
		if want := "GET\nAccept-Encoding: identity\r\nUser-Agent: rootmoot\r\n"; got != want {
			t.Errorf("request %d: got %q, want %q", i+1, got, want)
		}
	}
}

func TestTwoAtOnce(t *testing.T) {
	var both sync.WaitGroup // each waits for the other
	both.Add(2)
	address, _ := serve(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		both.Done()
		both.Wait()
		io.WriteString(w, r.URL.Path)
	})
	s := open(t, address, Options{})
	var readers sync.WaitGroup
	for _, name := range []string{"1.root.json", "2.root.json"} {
		readers.Go(func() {
			if raw, err := s.Read(t.Context(), name, 100); err != nil || string(raw) != "/"+name {
				t.Errorf("%s: got %q, %v", name, raw, err)
			}
		})
	}
	readers.Wait()
}

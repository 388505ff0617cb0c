package fetch

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// speak starts a server that says what no HTTP library would. It is given each
// connection once a request has come; conn closes afterwards.
func speak(t *testing.T, say func(conn *net.TCPConn, n int)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	t.Cleanup(func() { l.Close(); all.Wait() })
	all.Go(func() {
		for n := 1; ; n++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					say(conn.(*net.TCPConn), n)
				}
			})
		}
	})
	return "http://" + l.Addr().String()
}

func TestBroken(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
	const good = ok + "Content-Length: 4\r\n\r\ngood"
	firstSay := func(bad string) func(*net.TCPConn, int) {
		return func(conn *net.TCPConn, n int) {
			if n > 1 {
				bad = good
			}
			fmt.Fprint(conn, bad)
		}
	}
	always := func(bad string) func(*net.TCPConn, int) {
		return func(conn *net.TCPConn, n int) { fmt.Fprint(conn, bad) }
	}
	reset := func(conn *net.TCPConn, n int) {
		if n > 1 {
			fmt.Fprint(conn, good)
			return
		}
		fmt.Fprint(conn, ok+"Content-Length: 4\r\n\r\ngo")
		time.Sleep(20 * time.Millisecond) // the first half arrives
		conn.SetLinger(0)                 // closing now resets
	}
	drip := func(first, every string) func(*net.TCPConn, int) {
		return func(conn *net.TCPConn, n int) {
			fmt.Fprint(conn, "HTTP/1.1 200 OK\r\n"+first)
			for {
				if _, err := fmt.Fprint(conn, every); err != nil {
					return
				}
				time.Sleep(5 * time.Millisecond)
			}
		}
	}
	silent := func(conn *net.TCPConn, _ int) { conn.Read(make([]byte, 1)) }
	tests := []struct {
		name string
		say  func(conn *net.TCPConn, n int)
		want string // part of the error; "" if the file comes in the end
	}{
		{"ends at once, then good", firstSay(""), ""},
		{"ends at once", always(""), "could not be asked: EOF (tried 3 times): look at the address, and at the network"},
		{"ends among the headers, then good", firstSay(ok), ""},
		{"ends in the body, then good", firstSay(ok + "Content-Length: 4\r\n\r\ngo"), ""},
		{"less than told", always(ok + "Content-Length: 9\r\n\r\ngood"), "broke off after 4 bytes: unexpected EOF (tried 3 times): try again later"},
		{"a chunk too short, then good", firstSay(ok + "Transfer-Encoding: chunked\r\n\r\n9\r\ngo"), ""},
		{"no last chunk, then good", firstSay(ok + "Transfer-Encoding: chunked\r\n\r\n2\r\ngo\r\n"), ""},
		{"reset in the body, then good", reset, ""},
		// The length told is the file's. What follows is no part of it.
		{"more than told", always(good + "and more"), ""},
		{
			"no length, and not in chunks", always(ok + "\r\ngood"),
			"could not be asked: neither a Content-Length nor chunks, so that a lost end would not be noticed (tried once): want a server that tells the length of its files",
		},
		{"in chunks", always(ok + "Transfer-Encoding: chunked\r\n\r\n2\r\ngo\r\n2\r\nod\r\n0\r\n\r\n"), ""},
		{"too large, and none of it is sent", always(ok + "Content-Length: 99999999999\r\n\r\n"), "3.root.json: larger than the 100 bytes accepted here"},
		{"two lengths", always(ok + "Content-Length: 4\r\nContent-Length: 9\r\n\r\ngood"), "(tried once)"},
		{"a negative length", always(ok + "Content-Length: -4\r\n\r\ngood"), "(tried once)"},
		{"a coding of transfer", always(ok + "Transfer-Encoding: gzip\r\n\r\ngood"), "unsupported transfer encoding"},
		{"not HTTP", always("SSH-2.0-x\x1b[2J\r\n\r\n"), `malformed HTTP response "SSH-2.0-x`},
		{"a header of control characters", always(ok + "a\x1b[2Jb\r\n\r\n"), `missing colon: "a\x1b[2Jb" (tried once)`},
		{
			"a huge header", always(ok + "X: " + strings.Repeat("x", 2*maxHeader) + "\r\n\r\n"),
			"server response headers exceeded 65536 bytes; aborted (tried once)",
		},
		{"headers without end", drip("", strings.Repeat("X: 1234567\r\n", 1000)), "server response headers exceeded 65536 bytes"},
		{"slow drip of a body", drip("Content-Length: 100\r\n\r\n", "x"), "no whole answer within 200ms (tried 3 times): try again later"},
		{"slow drip of chunks", drip("Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"), "no whole answer within 200ms (tried 3 times)"},
		{"slow drip of headers", drip("", "X: 1\r\n"), "timeout awaiting response headers (tried 3 times)"},
		{"silence", silent, "timeout awaiting response headers (tried 3 times)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := open(t, speak(t, tt.say), Options{Wait: atOnce, Timeout: 200 * time.Millisecond})
			raw, err := s.Read(t.Context(), "3.root.json", 100)
			if tt.want == "" && (err != nil || string(raw) != "good") {
				t.Fatalf("got %q, %v", raw, err)
			}
			if tt.want == "" {
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || raw != nil {
				t.Fatalf("got %q, %v; want %s", raw, err, tt.want)
			}
			if k := kind(err); k != "unasked" && k != "large" {
				t.Errorf("can be taken for %s: %v", k, err)
			}
			if strings.Contains(err.Error(), "\x1b") {
				t.Errorf("not printable: %q", err)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	_, err = open(t, "https://"+address, Options{Wait: atOnce}).Read(t.Context(), "3.root.json", 100)
	for _, want := range []string{address + ": 3.root.json: could not be asked: dial tcp " + address, "refused", "(tried 3 times): look at the address, and at the network"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// The caller's context ends a call at once, wherever it is.
func TestEnded(t *testing.T) {
	hang := func(w http.ResponseWriter, r *http.Request, _ int) {
		if r.URL.Path == "/body" {
			w.Header().Set("Content-Length", "5")
			w.WriteHeader(200)
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done()
	}
	busy := func(w http.ResponseWriter, r *http.Request, _ int) {
		w.Header().Set("Retry-After", "9")
		w.WriteHeader(503)
	}
	tests := []struct {
		name  string
		file  string
		serve func(http.ResponseWriter, *http.Request, int)
		want  string
	}{
		{"before the answer", "header", hang, "HOST: header: context deadline exceeded"},
		{"in the body", "body", hang, "HOST: body: context deadline exceeded"},
		{"between two tries", "x", busy, "HOST: x: HTTP 503 Service Unavailable; while waiting to ask again: context deadline exceeded"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address, asked := serve(t, tt.serve)
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			begun := time.Now()
			_, err := open(t, address, Options{}).Read(ctx, tt.file, 10)
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("got %v", err)
			}
			if got := strings.ReplaceAll(err.Error(), strings.TrimPrefix(address, "http://"), "HOST"); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if took := time.Since(begun); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
			if asked() != 1 {
				t.Errorf("asked %d times", asked())
			}
		})
	}

	address, asked := serve(t, busy)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := open(t, address, Options{}).Read(ctx, "x", 10); !errors.Is(err, context.Canceled) || asked() != 0 {
		t.Errorf("ended before: %v, asked %d times", err, asked())
	}
}

// Only the network's failures pass, and none is the server's word: what this
// machine lacks is not what the server lacks, though both errors may be of one
// kind.
func TestUnreached(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		passes bool
	}{
		{"no such host", &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", IsNotFound: true}}, false},
		{"no answer from the name server", &net.OpError{Op: "dial", Err: &net.DNSError{Err: "server misbehaving", IsTemporary: true}}, true},
		{"no file of certificates here", &tls.CertificateVerificationError{Err: fmt.Errorf("roots: %w", fs.ErrNotExist)}, false},
		{"no such socket here", &net.OpError{Op: "dial", Err: fs.ErrNotExist}, true},
		{"an alert", &net.OpError{Op: "remote error", Err: errors.New("tls: handshake failure")}, false},
		{"anything else", errors.New("malformed HTTP status code"), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := unreached(tt.err)
			var trouble *trouble
			if !errors.As(err, &trouble) || trouble.passes != tt.passes {
				t.Errorf("got %+v, want passes %v", err, tt.passes)
			}
			if kind(err) != "unasked" || kind(trouble.after("host: name", 1)) != "unasked" {
				t.Errorf("%v is taken for %s", err, kind(err))
			}
		})
	}
}

// Others' words, as in a stranger's certificate, do nothing to a terminal.
func TestCause(t *testing.T) {
	for text, want := range map[string]string{
		"plain \u00e4 text":            "plain \u00e4 text",
		"a\x1b[2J\nb\u202ec\x9b\u009b": "a\uFFFD[2J\uFFFDb\uFFFDc\uFFFD\uFFFD",
		strings.Repeat("\u00e4", 301):  strings.Repeat("\u00e4", 300) + "\u2026",
	} {
		if got := cause(errors.New(text)); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// A walk needs one connection, over redirects too, and leaves none behind.
func TestConnections(t *testing.T) {
	var mu sync.Mutex
	made, open := 0, make(map[net.Conn]bool)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/absent":
			http.NotFound(w, r)
		case "/busy":
			w.WriteHeader(503)
		case "/away":
			http.Redirect(w, r, "/here", http.StatusFound)
		default:
			w.Write(make([]byte, 5000))
		}
	})
	server := httptest.NewUnstartedServer(h)
	server.Config.ConnState = func(conn net.Conn, state http.ConnState) {
		mu.Lock()
		defer mu.Unlock()
		switch state {
		case http.StateNew:
			made++
			open[conn] = true
		case http.StateClosed:
			delete(open, conn)
		}
	}
	server.Start()
	defer server.Close()
	counts := func() (int, int) {
		mu.Lock()
		defer mu.Unlock()
		return made, len(open)
	}
	s, err := Open(server.URL, Options{Wait: atOnce})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"here", "away", "here", "away"} {
		if _, err := s.Read(t.Context(), name, 5000); err != nil {
			t.Fatal(err)
		}
	}
	if made, _ := counts(); made != 1 {
		t.Errorf("%d connections for a walk", made)
	}
	for _, name := range []string{"absent", "busy", "away", "here"} {
		if _, err := s.Read(t.Context(), name, 4999); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	s.Close()
	for range 200 {
		if _, left := counts(); left == 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	_, left := counts()
	t.Errorf("%d connections are left", left)
}

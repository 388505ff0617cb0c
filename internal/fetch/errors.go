package fetch

import (
	"fmt"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// TooLargeError says that [Server.Read] found more bytes than its caller
// accepts.
type TooLargeError struct {
	Name string // the name, as given
	Max  int64  // the limit, in bytes
}

// Error names the file and the limit.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("%s: larger than the %d bytes accepted here", e.Name, e.Max)
}

// A trouble is why a file could not be asked for in one try.
//
// It holds words, and wraps nothing: an error from below may be
// [fs.ErrNotExist] for reasons of its own (a certificate file that this machine
// lacks), and would then be taken for the server's word that there is no file.
type trouble struct {
	said   string        // what went wrong
	todo   string        // what to do about it
	passes bool          // another try may go better
	wait   time.Duration // what the server asks for before it
}

// What to do about it.
const (
	later        = "try again later"
	wrongAddress = "ask whoever runs this server which address to give here"
)

func (t *trouble) Error() string { return t.said }

// after is the error of a call that has tried n times.
func (t *trouble) after(where string, n int) error {
	tried := "tried once"
	if n > 1 {
		tried = fmt.Sprintf("tried %d times", n)
	}
	return fmt.Errorf("%s: could not be asked: %s (%s): %s", where, t.said, tried, t.todo)
}

// judge is what an answer's status says of the file; nil if it is the file.
func judge(resp *http.Response, now time.Time) error {
	code := resp.StatusCode
	switch {
	case code == http.StatusOK:
		return nil
	case code == http.StatusNotFound, code == http.StatusGone:
		return fmt.Errorf("%s: %w", status(code), fs.ErrNotExist)
	case code == http.StatusForbidden:
		return fmt.Errorf("%s, which object stores say of what is not there: %w", status(code), fs.ErrNotExist)
	case code == http.StatusUnauthorized, code == http.StatusProxyAuthRequired:
		return &trouble{said: status(code), todo: "want an address that anybody may read: credentials are never sent"}
	case !passing(code):
		return &trouble{said: status(code), todo: "want a server that gives files with HTTP 200: " + wrongAddress}
	}
	t := &trouble{said: status(code), todo: later, passes: true, wait: retryAfter(resp.Header.Get("Retry-After"), now)}
	if t.wait > maxWait {
		t.passes, t.todo = false, fmt.Sprintf("it wants to be left alone for %v: try again then", t.wait.Round(time.Second))
	}
	return t
}

// status is a status in our words: a server's own are not repeated.
func status(code int) string {
	return strings.TrimSpace("HTTP " + strconv.Itoa(code) + " " + http.StatusText(code))
}

// cause is what an error from below says, in one printable line of bounded
// length: the names in a stranger's certificate, say, are that stranger's words.
func cause(err error) string {
	line := strings.Map(func(r rune) rune {
		if strconv.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, err.Error())
	const most = 300
	if runes := []rune(line); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return line
}

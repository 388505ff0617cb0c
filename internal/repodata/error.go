package repodata

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// ErrForm is the kind of an [Error] about good JSON that is not good repodata.
// The other kinds are those of package canonical: ErrSyntax, ErrDuplicate,
// ErrDepth, ErrCount, ErrNumber and ErrSize.
var ErrForm = errors.New("not the form of repodata")

// An Error says what was refused in a text, and where.
type Error struct {
	Kind    error
	Pointer string // JSON pointer (RFC 6901) of the value
	Line    int    // 1-based
	Offset  int    // of the byte in the text: most channels have one line
	Detail  string
}

// longest is how much of a pointer an error shows: a name may be a megabyte.
const longest = 300

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "line %d, byte %d: ", e.Line, e.Offset)
	if p := e.Pointer; p != "" {
		if len(p) > longest {
			p = p[:longest] + "…"
		}
		b.WriteString(p + ": ")
	}
	b.WriteString(e.Kind.Error())
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	return b.String()
}

// Unwrap makes errors.Is find the kind.
func (e *Error) Unwrap() error { return e.Kind }

// fail notes the first thing that is wrong, and is false for its caller to
// return. The pointer grows on the way back: see under.
func (s *scanner) fail(kind error, at int, detail string) bool {
	if s.err == nil {
		s.err = &Error{Kind: kind, Offset: at, Detail: detail}
	}
	return false
}

// under says that what went wrong did so below a member or element.
func (s *scanner) under(name []byte) bool {
	if s.err != nil {
		s.err.Pointer = canonical.Names(string(name)) + s.err.Pointer
	}
	return false
}

// failed is what went wrong, complete.
func (s *scanner) failed() *Error {
	s.err.Line = 1 + bytes.Count(s.text[:s.err.Offset], []byte("\n"))
	return s.err
}

// Package strictyaml reads YAML files that people review line by line and then
// rely on.
//
// YAML has many ways to say a thing, and some of them say something else than
// they seem to: 010 is eight, no is false in one version and a word in
// another, an anchor changes a line far away, a second value for a name hides
// the first. A reviewer should not have to know any of this. So this package
// takes a small part of YAML, in which a file means what it looks like:
//
//   - UTF-8 with line feeds only; no byte order mark, no tabs, no character
//     that cannot be seen, comments included; at most [MaxSize] bytes
//   - one document, without directives, anchors, aliases, tags or merge keys
//   - names that the Go type knows, each once; all that must be there
//   - integers in plain decimal; true and false; no empty value
//   - text that YAML could take for something else, such as 123, no or null,
//     only in quotes; times are text
//
// Everything else is an [*Error] with line, column and path, so that the person
// with the file open finds the spot at once. The [Document] tells where each
// value stands, so that later checks of what the file means can point at their
// spot as well.
package strictyaml

import (
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/internal/visible"
)

// MaxSize is how large a file may be, in bytes. Fifty RSA keys in PEM are less
// than a tenth of it.
const MaxSize = 1 << 20

// An Error is one thing wrong with a file, and its place.
type Error struct {
	Line, Column int    // from 1; columns count characters
	Path         string // "keys.amsterdam.type", "leaving[2]"; empty for the file
	Message      string // what is wrong and what to do
}

// Error is place, path and message, as in "12:3: keys.amsterdam: …". The caller
// knows the name of the file and puts it before, with a colon.
func (e *Error) Error() string {
	if e.Path == "" {
		return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message)
	}
	return fmt.Sprintf("%d:%d: %s: %s", e.Line, e.Column, e.Path, e.Message)
}

// Excerpt is the line of raw that an error is about and, below it, a mark under
// the column:
//
//	12 |   threshold: 010
//	   |              ^
//
// A line that raw does not have gives an empty text.
func Excerpt(raw []byte, line, column int) string {
	lines := strings.Split(string(raw), "\n")
	if line < 1 || line > len(lines) || column < 1 {
		return ""
	}
	text := []rune(lines[line-1])
	before := visible.Line(string(text[:min(column-1, len(text))]))
	number := fmt.Sprint(line)
	return fmt.Sprintf("%s | %s\n%*s | %*s^\n", number, visible.Line(string(text)),
		len(number), "", visible.Width(before), "")
}

package repodata

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// The tokens of RFC 8259, strictly, as package canonical reads them into a tree.
// Here they are read without one, and as fast as Go does it: a channel is a
// gigabyte. Tests hold the two readers to the same verdicts.

// A scanner goes over a text. Its methods are false when something is wrong; the
// first thing that was is in err.
type scanner struct {
	text  []byte
	pos   int
	names []uint32 // of the objects that are not closed yet: where each name begins
	err   *Error
}

// maxNumber bounds a number's literal: Python reads integers of at most 4300
// digits. The sign counts too, as in package canonical.
const maxNumber = 4300

// next skips white space and is the character there, which is not taken; 0 at
// the end.
func (s *scanner) next() byte {
	for ; s.pos < len(s.text); s.pos++ {
		switch c := s.text[s.pos]; c {
		case ' ', '\n', '\r', '\t':
		default:
			return c
		}
	}
	return 0
}

// end wants nothing but white space to follow.
func (s *scanner) end() bool {
	if s.next(); s.pos < len(s.text) {
		return s.fail(canonical.ErrSyntax, s.pos, "data after the value")
	}
	return true
}

// A str is a string in the text: what is between its quotes.
type str struct {
	from, to int
	escaped  bool // has a backslash: is not what it stands for
	wide     bool // has something outside space to tilde
}

// str takes a string; pos is at its quote.
func (s *scanner) str() (str, bool) {
	t := str{from: s.pos + 1}
	for i := t.from; ; {
		i = plain(s.text, i)
		if i == len(s.text) {
			return t, s.early()
		}
		switch c := s.text[i]; {
		case c == '"':
			t.to, s.pos = i, i+1
			return t, true
		case c == '\\':
			n, ok := s.escape(i)
			if !ok {
				return t, false
			}
			t.escaped = true
			i += n
		case c < ' ':
			s.pos = i
			return t, s.unexpected("a control character must be escaped")
		default:
			_, n := utf8.DecodeRune(s.text[i:])
			if n == 1 && c != 0x7f {
				return t, s.fail(canonical.ErrSyntax, i, "not UTF-8")
			}
			t.wide = true
			i += n
		}
	}
}

// plain is the next place at or after i where a string has more than a character
// from space to tilde that stands for itself. It looks at eight at once.
func plain(text []byte, i int) int {
	for ; len(text)-i >= 8; i += 8 {
		if m := special(binary.LittleEndian.Uint64(text[i:])); m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for ; i < len(text); i++ {
		if c := text[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			break
		}
	}
	return i
}

// special has the high bit set in the lowest byte that is no plain character;
// what the bytes above it have means nothing. A subtraction borrows, and an
// addition carries, only from a byte that is special itself.
func special(x uint64) uint64 {
	const (
		each = 0x0101010101010101
		high = 0x80 * each
	)
	quote, slash := x^'"'*each, x^'\\'*each
	return (x | (x + each) | (x-' '*each)&^x | (quote-each)&^quote | (slash-each)&^slash) & high
}

// escape is the length of the escape at i, which must be one, and both of a pair.
func (s *scanner) escape(i int) (int, bool) {
	if i+1 == len(s.text) {
		return 0, s.early()
	}
	if c := s.text[i+1]; c != 'u' {
		if strings.IndexByte(`"\/bfnrt`, c) < 0 {
			s.pos = i + 1
			return 0, s.unexpected("not an escape")
		}
		return 2, true
	}
	r, ok := s.unit(i)
	if !ok || !utf16.IsSurrogate(r) {
		return 6, ok
	}
	if bytes.HasPrefix(s.text[i+6:], []byte(`\u`)) {
		low, ok := s.unit(i + 6)
		if !ok {
			return 0, false
		}
		if utf16.DecodeRune(r, low) != utf8.RuneError {
			return 12, true
		}
	}
	return 0, s.fail(canonical.ErrSyntax, i, "half of a surrogate pair")
}

// unit is the \uXXXX at i.
func (s *scanner) unit(i int) (rune, bool) {
	if len(s.text)-i < 6 {
		return 0, s.early()
	}
	var r rune
	for _, c := range s.text[i+2 : i+6] {
		d := strings.IndexByte("0123456789abcdefABCDEF", c)
		if d < 0 {
			return 0, s.fail(canonical.ErrSyntax, i, `want four hex digits after \u`)
		}
		if d > 15 {
			d -= 6
		}
		r = r<<4 | rune(d)
	}
	return r, true
}

// number takes a number, and tells whether it is an integer.
func (s *scanner) number() (integer, ok bool) {
	from := s.pos
	s.one('-', '-')
	if !s.one('0', '0') && !s.digits() {
		return false, s.cut("want a digit")
	}
	integer = true
	if s.one('.', '.') {
		if integer = false; !s.digits() {
			return false, s.cut("want a digit after the point")
		}
	}
	if s.one('e', 'E') {
		integer = false
		s.one('+', '-')
		if !s.digits() {
			return false, s.cut("want a digit in the exponent")
		}
	}
	if n := s.pos - from; n > maxNumber {
		return false, s.fail(canonical.ErrNumber, from, strconv.Itoa(n)+" digits, at most "+strconv.Itoa(maxNumber)+" are taken")
	}
	return integer, true
}

// one takes one of two characters, if it is there.
func (s *scanner) one(a, b byte) bool {
	if s.pos == len(s.text) || s.text[s.pos] != a && s.text[s.pos] != b {
		return false
	}
	s.pos++
	return true
}

func (s *scanner) digits() bool {
	from := s.pos
	for s.pos < len(s.text) && s.text[s.pos]-'0' <= 9 {
		s.pos++
	}
	return s.pos > from
}

// word takes true, false or null.
func (s *scanner) word(w string) bool {
	if rest := s.text[s.pos:]; !bytes.HasPrefix(rest, []byte(w)) {
		if strings.HasPrefix(w, string(rest[:min(len(rest), len(w))])) {
			return s.early()
		}
		return s.unexpected("want " + w)
	}
	s.pos += len(w)
	return true
}

// early, cut and unexpected are the syntax errors.
func (s *scanner) early() bool {
	return s.fail(canonical.ErrSyntax, len(s.text), "the text ends too early")
}

func (s *scanner) cut(want string) bool {
	if s.pos == len(s.text) {
		return s.early()
	}
	return s.unexpected(want)
}

func (s *scanner) unexpected(want string) bool {
	r, _ := utf8.DecodeRune(s.text[s.pos:])
	return s.fail(canonical.ErrSyntax, s.pos, "unexpected "+strconv.QuoteRune(r)+": "+want)
}

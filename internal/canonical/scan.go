package canonical

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The tokens of RFC 8259, strictly. They are read here and not by a library so
// that the verifier fits a browser; a test compares with jsontext.

// space skips white space and tells whether anything is left.
func (p *parser) space() bool {
	for ; p.pos < len(p.raw); p.pos++ {
		switch p.raw[p.pos] {
		case ' ', '\t', '\r', '\n':
		default:
			return true
		}
	}
	return false
}

// punct skips white space and takes one of these characters.
func (p *parser) punct(any string) (byte, error) {
	if !p.space() {
		return 0, p.early()
	}
	c := p.raw[p.pos]
	if strings.IndexByte(any, c) < 0 {
		return 0, p.unexpected("want " + strings.Join(strings.Split(any, ""), " or "))
	}
	p.pos++
	return c, nil
}

// word takes true, false or null.
func (p *parser) word(w string) error {
	if !strings.HasPrefix(p.raw[p.pos:], w) {
		if strings.HasPrefix(w, p.raw[p.pos:]) {
			return p.early()
		}
		return p.unexpected("want " + w)
	}
	p.pos += len(w)
	return nil
}

// number takes a number's literal (RFC 8259, 6) as it is written.
func (p *parser) number() (*Value, error) {
	start := p.pos
	p.skip("-")
	if !p.skip("0") && !p.digits() {
		return nil, p.cut("want a digit")
	}
	if p.skip(".") && !p.digits() {
		return nil, p.cut("want a digit after the point")
	}
	if p.skip("eE") {
		p.skip("+-")
		if !p.digits() {
			return nil, p.cut("want a digit in the exponent")
		}
	}
	if n := p.pos - start; n > maxNumber {
		return nil, p.fail(ErrNumber, strconv.Itoa(n)+" digits, at most "+strconv.Itoa(maxNumber)+" are taken")
	}
	return p.node(Value{kind: Number, text: p.raw[start:p.pos]}), nil
}

// skip takes one character if it is one of these.
func (p *parser) skip(any string) bool {
	if p.pos == len(p.raw) || strings.IndexByte(any, p.raw[p.pos]) < 0 {
		return false
	}
	p.pos++
	return true
}

func (p *parser) digits() bool {
	start := p.pos
	for p.pos < len(p.raw) && p.raw[p.pos] >= '0' && p.raw[p.pos] <= '9' {
		p.pos++
	}
	return p.pos > start
}

// text takes a string; p.pos is at its quote. What is not Unicode, as bytes or
// as escapes, is refused: readers replace it, each in its own way.
func (p *parser) text() (string, error) {
	p.pos++
	from := p.pos
	var decoded []byte // all before from, once there was an escape
	for p.pos < len(p.raw) {
		switch c := p.raw[p.pos]; {
		case c == '"':
			last := p.raw[from:p.pos]
			p.pos++
			if decoded == nil {
				return last, nil
			}
			return string(append(decoded, last...)), nil
		case c == '\\':
			if decoded == nil { // mostly enough: the string ends at the next quote that is not escaped
				decoded = make([]byte, 0, p.pos-from+max(0, strings.IndexByte(p.raw[p.pos:], '"')))
			}
			decoded = append(decoded, p.raw[from:p.pos]...)
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			decoded = utf8.AppendRune(decoded, r)
			from = p.pos
		case c < ' ':
			return "", p.unexpected("a control character must be escaped")
		case c < utf8.RuneSelf:
			p.pos++
		default:
			_, size := utf8.DecodeRuneInString(p.raw[p.pos:])
			if size == 1 {
				return "", p.fail(ErrSyntax, "not UTF-8")
			}
			p.pos += size
		}
	}
	return "", p.early()
}

// escape takes a backslash and what it stands for.
func (p *parser) escape() (rune, error) {
	if p.pos+1 == len(p.raw) {
		return 0, p.early()
	}
	if i := strings.IndexByte(`"\/bfnrt`, p.raw[p.pos+1]); i >= 0 {
		p.pos += 2
		return rune("\"\\/\b\f\n\r\t"[i]), nil
	}
	r, err := p.unit()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	if strings.HasPrefix(p.raw[p.pos:], `\u`) {
		low, err := p.unit()
		if err != nil {
			return 0, err
		}
		if both := utf16.DecodeRune(r, low); both != utf8.RuneError {
			return both, nil
		}
	}
	return 0, p.fail(ErrSyntax, "half of a surrogate pair")
}

// unit takes one \uXXXX.
func (p *parser) unit() (rune, error) {
	if p.raw[p.pos+1] != 'u' {
		p.pos++
		return 0, p.unexpected("not an escape")
	}
	if len(p.raw) < p.pos+6 {
		return 0, p.early()
	}
	n, err := strconv.ParseUint(p.raw[p.pos+2:p.pos+6], 16, 16)
	if err != nil {
		return 0, p.fail(ErrSyntax, `want four hex digits after \u`)
	}
	p.pos += 6
	return rune(n), nil
}

// early, cut and unexpected are the syntax errors.
func (p *parser) early() error {
	return &Error{Kind: ErrSyntax, Line: p.line(len(p.raw)), Detail: "the text ends too early"}
}

func (p *parser) cut(want string) error {
	if p.pos == len(p.raw) {
		return p.early()
	}
	return p.unexpected(want)
}

func (p *parser) unexpected(want string) error {
	r, _ := utf8.DecodeRuneInString(p.raw[p.pos:])
	return p.fail(ErrSyntax, "unexpected "+strconv.QuoteRune(r)+": "+want)
}

package canonical

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Limits bound what [Parse] takes. Zero in a field means its default.
type Limits struct {
	Bytes  int // size of the text; default 1 MiB
	Depth  int // nesting of arrays and objects; default 32
	Values int // values in all, names not counted; default 100,000
}

// The defaults fit every root in production with room to spare: the largest
// known is 7 kB, five levels deep, some 200 values.
const (
	DefaultBytes  = 1 << 20
	DefaultDepth  = 32
	DefaultValues = 100_000
)

// maxNumber bounds a number's literal: Python, the reference for conda, reads
// integers of at most 4300 digits.
const maxNumber = 4300

// What is wrong with a text, for errors.Is.
var (
	ErrSize      = errors.New("too large")
	ErrDepth     = errors.New("nested too deeply")
	ErrCount     = errors.New("too many values")
	ErrSyntax    = errors.New("not valid JSON")
	ErrDuplicate = errors.New("duplicate member")
	ErrNumber    = errors.New("number not representable")
)

// An Error says what was refused and where.
type Error struct {
	Kind    error  // one of the Err values above
	Pointer string // JSON pointer (RFC 6901) of the value
	Line    int    // 1-based line in the text; 0 where there is no text
	Detail  string
}

func (e *Error) Error() string {
	var b strings.Builder
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", e.Line)
	}
	if e.Pointer != "" {
		fmt.Fprintf(&b, "%s: ", e.Pointer)
	}
	b.WriteString(e.Kind.Error())
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	return b.String()
}

// Unwrap makes errors.Is find the kind.
func (e *Error) Unwrap() error { return e.Kind }

// Parse reads one JSON value and nothing else. Every refusal is an *Error.
func Parse(raw []byte, lim Limits) (*Value, error) {
	lim = lim.withDefaults()
	if len(raw) > lim.Bytes {
		return nil, &Error{Kind: ErrSize, Detail: fmt.Sprintf("%d bytes, at most %d are taken", len(raw), lim.Bytes)}
	}
	if bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")) {
		return nil, &Error{Kind: ErrSyntax, Line: 1, Detail: "starts with a byte order mark; save it as plain UTF-8"}
	}
	p := &parser{dec: jsontext.NewDecoder(bytes.NewBuffer(raw)), raw: raw, lim: lim}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := p.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, p.fail(ErrSyntax, "data after the value")
	}
	return v, nil
}

func (lim Limits) withDefaults() Limits {
	if lim.Bytes == 0 {
		lim.Bytes = DefaultBytes
	}
	if lim.Depth == 0 {
		lim.Depth = DefaultDepth
	}
	if lim.Values == 0 {
		lim.Values = DefaultValues
	}
	return lim
}

type parser struct {
	dec   *jsontext.Decoder
	raw   []byte
	lim   Limits
	count int
}

func (p *parser) value(depth int) (*Value, error) {
	tok, err := p.dec.ReadToken()
	if err != nil {
		return nil, p.syntax(err)
	}
	if p.count++; p.count > p.lim.Values {
		return nil, p.fail(ErrCount, fmt.Sprintf("at most %d are taken", p.lim.Values))
	}
	switch tok.Kind() {
	case 'n':
		return &Value{kind: Null}, nil
	case 't', 'f':
		return NewBool(tok.Bool()), nil
	case '"':
		return NewString(tok.String()), nil
	case '0':
		return p.number(tok.String())
	}
	if depth >= p.lim.Depth {
		return nil, p.fail(ErrDepth, fmt.Sprintf("at most %d levels are taken", p.lim.Depth))
	}
	if tok.Kind() == '[' {
		return p.array(depth + 1)
	}
	return p.object(depth + 1)
}

func (p *parser) number(literal string) (*Value, error) {
	if len(literal) > maxNumber {
		return nil, p.fail(ErrNumber, fmt.Sprintf("%d digits, at most %d are taken", len(literal), maxNumber))
	}
	return NewNumber(strings.Clone(literal)), nil
}

func (p *parser) array(depth int) (*Value, error) {
	v := &Value{kind: Array}
	for p.dec.PeekKind() != ']' {
		e, err := p.value(depth)
		if err != nil {
			return nil, err
		}
		v.members = append(v.members, e)
	}
	return v, p.end()
}

func (p *parser) object(depth int) (*Value, error) {
	v := &Value{kind: Object}
	for p.dec.PeekKind() != '}' {
		name, err := p.dec.ReadToken()
		if err != nil {
			return nil, p.syntax(err)
		}
		n := name.String()
		m, err := p.value(depth)
		if err != nil {
			return nil, err
		}
		v.names = append(v.names, n)
		v.members = append(v.members, m)
	}
	return v, p.end()
}

func (p *parser) end() error {
	if _, err := p.dec.ReadToken(); err != nil {
		return p.syntax(err)
	}
	return nil
}

// fail is an error at the place that the decoder has reached.
func (p *parser) fail(kind error, detail string) error {
	return &Error{Kind: kind, Pointer: string(p.dec.StackPointer()), Line: p.line(p.dec.InputOffset()), Detail: detail}
}

// syntax turns the decoder's error into ours.
func (p *parser) syntax(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &Error{Kind: ErrSyntax, Line: p.line(int64(len(p.raw))), Detail: "the text ends too early"}
	}
	var s *jsontext.SyntacticError
	if !errors.As(err, &s) {
		return p.fail(ErrSyntax, err.Error())
	}
	kind, detail := ErrSyntax, s.Err.Error()
	if errors.Is(err, jsontext.ErrDuplicateName) {
		kind, detail = ErrDuplicate, "readers disagree about which one counts"
	}
	return &Error{Kind: kind, Pointer: string(s.JSONPointer), Line: p.line(s.ByteOffset), Detail: detail}
}

func (p *parser) line(offset int64) int {
	return 1 + bytes.Count(p.raw[:min(int(offset), len(p.raw))], []byte("\n"))
}

package canonical

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
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
	p := &parser{raw: string(raw), lim: lim}
	if strings.HasPrefix(p.raw, "\xef\xbb\xbf") {
		return nil, &Error{Kind: ErrSyntax, Line: 1, Detail: "starts with a byte order mark; save it as plain UTF-8"}
	}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if p.space() {
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

// A parser goes through a text once. The tree's strings are parts of the text,
// where nothing in them had to be decoded.
type parser struct {
	raw   string
	pos   int
	lim   Limits
	count int
	at    []string // names and indexes on the way to the value

	// What the objects and arrays that are not closed yet have so far, the
	// innermost last: a value is made when it is known how much it holds.
	names   []string
	members []*Value

	room []Value // for the next values
}

// node makes a value. Room is made for some at once, which is cheaper.
func (p *parser) node(v Value) *Value {
	if len(p.room) == 0 {
		p.room = make([]Value, 16)
	}
	n := &p.room[0]
	p.room = p.room[1:]
	*n = v
	return n
}

func (p *parser) value(depth int) (*Value, error) {
	if !p.space() {
		return nil, p.early()
	}
	if p.count++; p.count > p.lim.Values {
		return nil, p.fail(ErrCount, fmt.Sprintf("at most %d are taken", p.lim.Values))
	}
	switch c := p.raw[p.pos]; c {
	case 'n':
		return &Value{kind: Null}, p.word("null")
	case 't':
		return NewBool(true), p.word("true")
	case 'f':
		return NewBool(false), p.word("false")
	case '"':
		s, err := p.text()
		return p.node(Value{kind: String, text: s}), err
	case '[', '{':
		if depth >= p.lim.Depth {
			return nil, p.fail(ErrDepth, fmt.Sprintf("at most %d levels are taken", p.lim.Depth))
		}
		p.pos++
		if c == '[' {
			return p.array(depth + 1)
		}
		return p.object(depth + 1)
	}
	if c := p.raw[p.pos]; c != '-' && (c < '0' || c > '9') {
		return nil, p.unexpected("want a value")
	}
	return p.number()
}

func (p *parser) array(depth int) (*Value, error) {
	if p.space() && p.skip("]") {
		return &Value{kind: Array}, nil
	}
	from := len(p.members)
	for {
		p.at = append(p.at, strconv.Itoa(len(p.members)-from))
		e, err := p.value(depth)
		if err != nil {
			return nil, err
		}
		p.at = p.at[:len(p.at)-1]
		p.members = append(p.members, e)
		c, err := p.punct(",]")
		if err != nil {
			return nil, err
		}
		if c == ']' {
			return p.node(Value{kind: Array, members: takeFrom(&p.members, from)}), nil
		}
	}
}

func (p *parser) object(depth int) (*Value, error) {
	if p.space() && p.skip("}") {
		return &Value{kind: Object}, nil
	}
	o := object{names: len(p.names), members: len(p.members)}
	for {
		if err := p.member(&o, depth); err != nil {
			return nil, err
		}
		c, err := p.punct(",}")
		if err != nil {
			return nil, err
		}
		if c == '}' {
			return p.node(Value{kind: Object, names: takeFrom(&p.names, o.names), members: takeFrom(&p.members, o.members)}), nil
		}
	}
}

// An object is one that is not closed yet.
type object struct {
	names, members int             // where its own begin
	seen           map[string]bool // its names, once there are many
}

// few is how many names are compared one by one. Objects of metadata have three
// or four, and a map for each costs more than it saves.
const few = 8

// repeated tells whether the object has a member of that name.
func (o *object) repeated(names []string, name string) bool {
	names = names[o.names:]
	if len(names) < few {
		return slices.Contains(names, name)
	}
	if o.seen == nil {
		o.seen = make(map[string]bool)
		for _, n := range names {
			o.seen[n] = true
		}
	}
	twice := o.seen[name]
	o.seen[name] = true
	return twice
}

func (p *parser) member(o *object, depth int) error {
	if _, err := p.punct(`"`); err != nil {
		return err
	}
	p.pos-- // text wants its quote
	name, err := p.text()
	if err != nil {
		return err
	}
	p.at = append(p.at, name)
	if o.repeated(p.names, name) {
		return p.fail(ErrDuplicate, "readers disagree about which one counts")
	}
	p.names = append(p.names, name)
	if _, err := p.punct(":"); err != nil {
		return err
	}
	m, err := p.value(depth)
	if err != nil {
		return err
	}
	p.at = p.at[:len(p.at)-1]
	p.members = append(p.members, m)
	return nil
}

// takeFrom takes the end of a stack away, as a list of its own.
func takeFrom[T any](stack *[]T, from int) []T {
	out := slices.Clone((*stack)[from:])
	*stack = (*stack)[:from]
	return out
}

// fail is an error at the place that has been reached.
func (p *parser) fail(kind error, detail string) error {
	return &Error{Kind: kind, Pointer: Names(p.at...), Line: p.line(p.pos), Detail: detail}
}

func (p *parser) line(offset int) int {
	return 1 + strings.Count(p.raw[:offset], "\n")
}

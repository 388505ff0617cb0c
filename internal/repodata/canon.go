package repodata

import (
	"bytes"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// A Canon writes canonical forms: what Python 3 makes of a text by
// json.dumps(json.loads(text), indent=2, sort_keys=True). That is what conda's
// content trust signs, and what [canonical.AppendConda] makes of a tree. The zero
// Canon is ready. It keeps its room from one record to the next; goroutines need
// one each.
type Canon struct {
	s       scanner
	dst     []byte
	members []written // of the objects that are not closed yet
	scratch []byte
}

// A written is a member in the canonical form, without a comma.
type written struct {
	name     []byte
	at       int // in the text received
	from, to int // in dst
}

// Append appends the canonical form of a JSON value to dst. It is as strict as
// [Parse]; a float that is not finite is refused too. Every refusal is an *[Error]
// about a place in text. Nothing is allocated but by growing dst, unless a name
// has escapes.
func (c *Canon) Append(dst, text []byte) ([]byte, error) {
	c.s = scanner{text: text, names: c.s.names[:0]}
	c.dst, c.members = dst, c.members[:0]
	ok := c.value(0) && c.s.end()
	dst, c.dst = c.dst, nil
	if !ok {
		return nil, c.s.failed()
	}
	return dst, nil
}

func (c *Canon) value(level int) bool {
	s := &c.s
	switch s.next() {
	case '"':
		t, ok := s.str()
		if ok {
			c.str(t)
		}
		return ok
	case '{':
		return c.object(level)
	case '[':
		return c.array(level)
	case 't', 'f', 'n':
		from := s.pos
		ok := s.value(level)
		c.dst = append(c.dst, s.text[from:s.pos]...)
		return ok
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return c.number()
	}
	return s.cut("want a value")
}

func (c *Canon) number() bool {
	from := c.s.pos
	integer, ok := c.s.number()
	if !ok {
		return false
	}
	literal := c.s.text[from:c.s.pos]
	if integer {
		if string(literal) == "-0" {
			literal = literal[1:]
		}
		c.dst = append(c.dst, literal...)
		return true
	}
	out, err := canonical.AppendPythonFloat(c.dst, string(literal))
	if err != nil {
		return c.s.fail(canonical.ErrNumber, from, "larger than a float can be")
	}
	c.dst = out
	return true
}

func (c *Canon) array(level int) bool {
	c.dst = append(c.dst, '[')
	some := false
	ok := c.s.elements(level, func(i int) bool {
		if some = true; i > 0 {
			c.dst = append(c.dst, ',')
		}
		c.newline(level + 1)
		return c.value(level + 1)
	})
	if some {
		c.newline(level)
	}
	c.dst = append(c.dst, ']')
	return ok
}

func (c *Canon) object(level int) bool {
	c.dst = append(c.dst, '{')
	first, from, sorted := len(c.members), len(c.dst), true
	ok := c.s.members(level, func(n name) bool {
		if len(c.members) > first {
			c.dst = append(c.dst, ',')
			order := bytes.Compare(c.members[len(c.members)-1].name, n.text)
			if order == 0 {
				return c.s.fail(canonical.ErrDuplicate, n.at(), twice)
			}
			sorted = sorted && order < 0
		}
		w := written{name: n.text, at: n.at(), from: len(c.dst)}
		c.newline(level + 1)
		c.str(n.str)
		c.dst = append(c.dst, ": "...)
		if !c.value(level + 1) {
			return false
		}
		w.to = len(c.dst)
		c.members = append(c.members, w)
		return true
	})
	if !ok || !sorted && !c.sort(first, from) {
		return false
	}
	if len(c.members) > first {
		c.newline(level)
	}
	c.members = c.members[:first]
	c.dst = append(c.dst, '}')
	return true
}

// sort puts the members of an object in their order. Most records come sorted,
// so that this has nothing to do.
func (c *Canon) sort(first, from int) bool {
	mine := c.members[first:]
	slices.SortFunc(mine, func(a, b written) int { return bytes.Compare(a.name, b.name) })
	for i := range mine[1:] {
		if a, b := mine[i], mine[i+1]; bytes.Equal(a.name, b.name) {
			c.s.fail(canonical.ErrDuplicate, max(a.at, b.at), twice)
			return c.s.under(a.name)
		}
	}
	c.scratch = append(c.scratch[:0], c.dst[from:]...)
	c.dst = c.dst[:from]
	for i, w := range mine {
		if i > 0 {
			c.dst = append(c.dst, ',')
		}
		c.dst = append(c.dst, c.scratch[w.from-from:w.to-from]...)
	}
	return true
}

// newline begins a line at a level.
func (c *Canon) newline(level int) {
	const line = "\n                                                                "
	c.dst = append(c.dst, line[:1+2*level]...)
}

// str writes a string as Python's ensure_ascii does: everything outside space to
// tilde escaped, the rest not.
func (c *Canon) str(t str) {
	if !t.escaped && !t.wide {
		c.dst = append(c.dst, c.s.text[t.from-1:t.to+1]...)
		return
	}
	c.dst = append(c.dst, '"')
	raw := c.s.text[t.from:t.to]
	for {
		i := plain(raw, 0)
		c.dst = append(c.dst, raw[:i]...)
		if raw = raw[i:]; len(raw) == 0 {
			break
		}
		r, n := character(raw)
		c.dst = appendPython(c.dst, r)
		raw = raw[n:]
	}
	c.dst = append(c.dst, '"')
}

// appendPython writes a character into a string.
func appendPython(dst []byte, r rune) []byte {
	switch {
	case r == '"' || r == '\\':
		return append(dst, '\\', byte(r))
	case r >= ' ' && r <= '~':
		return append(dst, byte(r))
	case r >= '\b' && r <= '\r' && r != '\v':
		return append(dst, '\\', "btn?fr"[r-'\b'])
	case r > 0xffff:
		high, low := utf16.EncodeRune(r)
		return appendUnit(appendUnit(dst, high), low)
	}
	return appendUnit(dst, r)
}

func appendUnit(dst []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}

// character is the first character of what a string has between its quotes, and
// how long it is there.
func character(raw []byte) (rune, int) {
	if raw[0] != '\\' {
		return utf8.DecodeRune(raw)
	}
	if raw[1] != 'u' {
		i := bytes.IndexByte([]byte(`"\/bfnrt`), raw[1])
		return rune("\"\\/\b\f\n\r\t"[i]), 2
	}
	s := scanner{text: raw}
	r, _ := s.unit(0)
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	low, _ := s.unit(6)
	return utf16.DecodeRune(r, low), 12
}

// appendDecoded appends what a string stands for.
func appendDecoded(dst, raw []byte) []byte {
	for len(raw) > 0 {
		r, n := character(raw)
		dst = utf8.AppendRune(dst, r)
		raw = raw[n:]
	}
	return dst
}

package repodata

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// maxDepth bounds the nesting of arrays and objects, in a file and in a record.
// Records that exist have three levels.
const maxDepth = canonical.DefaultDepth

// value takes a value of any kind, and sees that it is one.
func (s *scanner) value(depth int) bool {
	switch c := s.next(); c {
	case '"':
		_, ok := s.str()
		return ok
	case '{':
		return s.object(depth)
	case '[':
		return s.elements(depth, func(int) bool { return s.value(depth + 1) })
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		_, ok := s.number()
		return ok
	}
	return s.cut("want a value")
}

// object takes an object, none of whose members is there twice.
func (s *scanner) object(depth int) bool {
	o := s.opened()
	ok := s.members(depth, func(n name) bool { return s.once(&o, n) && s.value(depth+1) })
	s.closed(o)
	return ok
}

// A name is a member's name in the text.
type name struct {
	str
	text []byte // what it stands for
}

// at is where its quote is.
func (n name) at() int { return n.from - 1 }

// members takes an object, at whose brace pos is. At each of its values it calls
// visit, which takes the value.
func (s *scanner) members(depth int, visit func(name) bool) bool {
	if !s.deeper(depth) {
		return false
	}
	if s.next() == '}' {
		s.pos++
		return true
	}
	for {
		n, ok := s.name()
		if !ok {
			return false
		}
		if !visit(n) {
			return s.under(n.text)
		}
		switch s.next() {
		case ',':
			s.pos++
		case '}':
			s.pos++
			return true
		default:
			return s.cut("want , or }")
		}
	}
}

// elements takes an array likewise.
func (s *scanner) elements(depth int, visit func(i int) bool) bool {
	if !s.deeper(depth) {
		return false
	}
	if s.next() == ']' {
		s.pos++
		return true
	}
	for i := 0; ; i++ {
		if !visit(i) {
			return s.under(strconv.AppendInt(nil, int64(i), 10))
		}
		switch s.next() {
		case ',':
			s.pos++
		case ']':
			s.pos++
			return true
		default:
			return s.cut("want , or ]")
		}
	}
}

// deeper takes a bracket.
func (s *scanner) deeper(depth int) bool {
	if depth >= maxDepth {
		return s.fail(canonical.ErrDepth, s.pos, fmt.Sprintf("at most %d levels are taken", maxDepth))
	}
	s.pos++
	return true
}

// name takes a name, its colon and the white space after it.
func (s *scanner) name() (name, bool) {
	if s.next() != '"' {
		return name{}, s.cut(`want "`)
	}
	t, ok := s.str()
	if !ok {
		return name{}, false
	}
	if s.next() != ':' {
		return name{}, s.cut("want :")
	}
	s.pos++
	s.next()
	return name{t, s.decoded(t)}, true
}

// nameAt is the name at an offset where one was found before.
func (s *scanner) nameAt(offset int) []byte {
	was := s.pos
	s.pos = offset
	t, _ := s.str()
	s.pos = was
	return s.decoded(t)
}

// decoded is what a string stands for: a part of the text, if nothing in it had
// to be decoded.
func (s *scanner) decoded(t str) []byte {
	raw := s.text[t.from:t.to:t.to]
	if t.escaped {
		return appendDecoded(nil, raw)
	}
	return raw
}

// An open object is one whose names are still coming.
type open struct {
	from   int    // where its names begin in scanner.names
	last   []byte // the last of them
	sorted bool   // each was after the one before, so that none was there twice
	hints  uint64 // bits of all of them: a name whose bit is not set is new
	many   *table // all of them, once they are many and not sorted
}

// few is how many names are compared one by one.
const few = 32

func (s *scanner) opened() open { return open{from: len(s.names), sorted: true} }

func (s *scanner) closed(o open) { s.names = s.names[:o.from] }

// once sees that the object has had no member of that name.
func (s *scanner) once(o *open, n name) bool {
	first := len(s.names) == o.from
	o.sorted = o.sorted && (first || bytes.Compare(o.last, n.text) < 0)
	bit := hint(n.text)
	if !o.sorted && o.hints&bit != 0 && s.had(o, n) {
		return s.fail(canonical.ErrDuplicate, n.at(), twice)
	}
	if len(s.names)-o.from == maxMembers {
		return s.fail(canonical.ErrCount, n.at(), tooMany)
	}
	if o.many != nil {
		o.many.add(entry{name: uint32(n.at())}, n.text)
	}
	o.last, o.hints = n.text, o.hints|bit
	s.names = append(s.names, uint32(n.at()))
	return true
}

const twice = "readers disagree about which one counts"

// hint is one of 64 bits, of which the names of a record share few.
func hint(name []byte) uint64 {
	n := len(name)
	if n == 0 {
		return 1
	}
	return 1 << ((n + 7*int(name[0]) + 13*int(name[n/2]) + 29*int(name[n-1])) & 63)
}

// had looks for a name among those the object has had.
func (s *scanner) had(o *open, n name) bool {
	mine := s.names[o.from:]
	if o.many == nil && len(mine) <= few {
		for _, at := range mine {
			if bytes.Equal(s.nameAt(int(at)), n.text) {
				return true
			}
		}
		return false
	}
	if o.many == nil {
		o.many = newTable(s.text, 0)
		for _, at := range mine {
			o.many.add(entry{name: at}, s.nameAt(int(at)))
		}
	}
	_, found := o.many.find(n.text)
	return found
}

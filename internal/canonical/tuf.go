package canonical

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// AppendTUF appends the canonical JSON of the TUF specification 1.0.34,
// section 4.2: what OLPC canonical JSON defines. A number that is not a plain
// integer (a fraction, an exponent, minus zero) has no canonical form there
// and is an *Error with the pointer of that number.
func AppendTUF(dst []byte, v *Value) ([]byte, error) {
	switch v.Kind() {
	case Null:
		return append(dst, "null"...), nil
	case Bool:
		return append(dst, v.text...), nil
	case Number:
		if strings.ContainsAny(v.text, ".eE") || v.text == "-0" {
			return nil, &Error{Kind: ErrNumber, Detail: v.text + " has no canonical form: TUF takes plain integers only"}
		}
		return append(dst, v.text...), nil
	case String:
		return appendTUFString(dst, v.text), nil
	case Array:
		return appendTUFArray(dst, v)
	default:
		return appendTUFObject(dst, v)
	}
}

func appendTUFArray(dst []byte, v *Value) (_ []byte, err error) {
	dst = append(dst, '[')
	for i, e := range v.members {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = AppendTUF(dst, e); err != nil {
			return nil, below(strconv.Itoa(i), err)
		}
	}
	return append(dst, ']'), nil
}

func appendTUFObject(dst []byte, v *Value) (_ []byte, err error) {
	dst = append(dst, '{')
	v = v.sorted()
	for i, name := range v.names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendTUFString(dst, name), ':')
		if dst, err = AppendTUF(dst, v.members[i]); err != nil {
			return nil, below(name, err)
		}
	}
	return append(dst, '}'), nil
}

// appendTUFString escapes the quote and the backslash and nothing else: even
// control characters stand as they are, so the result need not be JSON.
func appendTUFString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '"' || s[i] == '\\' {
			dst = append(append(dst, s[from:i]...), '\\')
			from = i
		}
	}
	return append(append(dst, s[from:]...), '"')
}

// sorted is v, an object, with its members in code point order, which is the
// order of their UTF-8 bytes. Most files are written in that order.
func (v *Value) sorted() *Value {
	if slices.IsSorted(v.names) {
		return v
	}
	order := make([]int, len(v.names))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(v.names[a], v.names[b]) })
	out := &Value{kind: Object, names: make([]string, len(order)), members: make([]*Value, len(order))}
	for i, from := range order {
		out.names[i], out.members[i] = v.names[from], v.members[from]
	}
	return out
}

// Child is the JSON pointer of a member below the pointer at (RFC 6901).
func Child(at, name string) string { return at + "/" + token(name) }

// token is a name as a pointer has it.
func token(name string) string {
	if strings.IndexByte(name, '~') < 0 && strings.IndexByte(name, '/') < 0 {
		return name
	}
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

// below puts an *Error of a member or element below that name. Pointers are
// made only on the way out: a pointer for every value would cost a document
// with one long name the square of its size.
func below(name string, err error) error {
	if e, is := errors.AsType[*Error](err); is {
		e.Pointer = Child("", name) + e.Pointer
	}
	return err
}

// Names is the JSON pointer with those names, from the top.
func Names(names ...string) string {
	var at strings.Builder
	for _, n := range names {
		at.WriteString("/")
		at.WriteString(token(n))
	}
	return at.String()
}

// Index is the JSON pointer of an element below the pointer at.
func Index(at string, i int) string { return at + "/" + strconv.Itoa(i) }

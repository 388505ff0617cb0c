package canonical

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
)

// AppendConda appends what conda's content trust signs: Python's
// json.dumps(v, indent=2, sort_keys=True), in ASCII, without a final newline.
// Integers keep their digits, floats are written as Python's repr writes them;
// a float that is not finite is an *Error.
func AppendConda(dst []byte, v *Value) ([]byte, error) {
	return appendConda(dst, v, 0)
}

func appendConda(dst []byte, v *Value, level int) ([]byte, error) {
	switch v.Kind() {
	case Null:
		return append(dst, "null"...), nil
	case Bool:
		return append(dst, v.text...), nil
	case Number:
		return appendPythonNumber(dst, v.text)
	case String:
		return appendPythonString(dst, v.text), nil
	case Array:
		return appendCondaArray(dst, v, level+1)
	default:
		return appendCondaObject(dst, v, level+1)
	}
}

func appendCondaArray(dst []byte, v *Value, level int) (_ []byte, err error) {
	if len(v.members) == 0 {
		return append(dst, "[]"...), nil
	}
	dst = append(dst, '[')
	for i, e := range v.members {
		dst = newline(dst, i, level)
		if dst, err = appendConda(dst, e, level); err != nil {
			return nil, below(strconv.Itoa(i), err)
		}
	}
	return append(indent(dst, level-1), ']'), nil
}

func appendCondaObject(dst []byte, v *Value, level int) (_ []byte, err error) {
	if len(v.members) == 0 {
		return append(dst, "{}"...), nil
	}
	dst = append(dst, '{')
	v = v.sorted()
	for i, name := range v.names {
		dst = newline(dst, i, level)
		dst = append(appendPythonString(dst, name), ": "...)
		if dst, err = appendConda(dst, v.members[i], level); err != nil {
			return nil, below(name, err)
		}
	}
	return append(indent(dst, level-1), '}'), nil
}

func newline(dst []byte, position, level int) []byte {
	if position > 0 {
		dst = append(dst, ',')
	}
	return indent(dst, level)
}

func indent(dst []byte, level int) []byte {
	dst = append(dst, '\n')
	for range level {
		dst = append(dst, "  "...)
	}
	return dst
}

// appendPythonString escapes as Python's ensure_ascii does: everything outside
// space to tilde, characters beyond the basic plane as a surrogate pair.
func appendPythonString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r >= ' ' && r <= '~':
			dst = append(dst, byte(r))
		case strings.ContainsRune("\b\f\n\r\t", r):
			dst = append(dst, '\\', "btn?fr"[r-'\b'])
		case r > 0xffff:
			hi, lo := utf16.EncodeRune(r)
			dst = appendEscape(appendEscape(dst, hi), lo)
		default:
			dst = appendEscape(dst, r)
		}
	}
	return append(dst, '"')
}

func appendEscape(dst []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}

// appendPythonNumber writes an integer as int's repr and anything with a point
// or an exponent as float's repr.
func appendPythonNumber(dst []byte, literal string) ([]byte, error) {
	if !strings.ContainsAny(literal, ".eE") {
		if literal == "-0" {
			literal = "0"
		}
		return append(dst, literal...), nil
	}
	return AppendPythonFloat(dst, literal)
}

// AppendPythonFloat appends Python's repr(float(literal)) for a JSON number; one
// that is not finite is an *Error. It is here for readers that have no tree.
func AppendPythonFloat(dst []byte, literal string) ([]byte, error) {
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil || math.IsInf(f, 0) {
		return nil, &Error{Kind: ErrNumber, Detail: literal + " is larger than a float can be"}
	}
	return appendPythonFloat(dst, f), nil
}

// appendPythonFloat is repr(float): the shortest digits that read back the
// same, in plain form for decimal exponents from -4 to 15, with at least one
// digit behind the point, and a two-digit exponent otherwise.
func appendPythonFloat(dst []byte, f float64) []byte {
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	from := len(dst)
	dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
	if !strings.Contains(string(dst[from:]), ".") {
		dst = append(dst, ".0"...)
	}
	return dst
}

package repodata_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A writer of random JSON texts: every kind of value, every way to write it, and
// now and then something that is wrong.
type random struct {
	*rand.Rand
	b strings.Builder
}

func newRandom(seed uint64) *random { return &random{Rand: rand.New(rand.NewPCG(seed, 3))} }

// one in so many is something that should be refused.
func (r *random) rarely() bool { return r.IntN(400) == 0 }

func (r *random) text() []byte {
	r.b.Reset()
	r.value(0)
	r.space()
	out := []byte(r.b.String())
	if r.IntN(6) == 0 {
		return r.spoil(out)
	}
	return out
}

// spoil changes a text at one place or two.
func (r *random) spoil(text []byte) []byte {
	const likely = "{}[]\",:\\ \n\t0123456789-+.eEtrufalsnI\x00\x1f\x7f\x80\xbf\xc0\xc3\xe2\xed\xa0\xf0\xf4\xff"
	for range 1 + r.IntN(2) {
		i := r.IntN(len(text) + 1)
		c := likely[r.IntN(len(likely))]
		switch {
		case r.IntN(3) == 0:
			text = append(text[:i:i], append([]byte{c}, text[i:]...)...)
		case i < len(text) && r.IntN(2) == 0:
			text[i] = c
		case i < len(text):
			text = append(text[:i], text[i+1:]...)
		}
	}
	return text
}

func (r *random) space() {
	for r.IntN(4) == 0 {
		r.b.WriteByte(" \n\r\t"[r.IntN(4)])
	}
}

func (r *random) value(depth int) {
	r.space()
	defer r.space()
	kind := r.IntN(10)
	if depth == 0 && kind < 5 {
		kind = 8 + r.IntN(2)
	}
	if depth > 4 && kind > 7 {
		kind = r.IntN(8)
	}
	switch kind {
	case 0, 1, 2, 3:
		r.number()
	case 4:
		words := []string{"true", "false", "null"}
		if r.rarely() {
			words = []string{"NaN", "Infinity", "-Infinity", "True", "nan"}
		}
		r.b.WriteString(words[r.IntN(len(words))])
	case 5, 6, 7:
		r.str()
	case 8:
		r.array(depth)
	case 9:
		r.object(depth)
	}
}

func (r *random) array(depth int) {
	if r.rarely() {
		n := 25 + r.IntN(12) // around what is still taken
		r.b.WriteString(strings.Repeat("[", n) + strings.Repeat("]", n))
		return
	}
	r.b.WriteByte('[')
	r.space()
	for i := range r.IntN(4) {
		if i > 0 {
			r.b.WriteByte(',')
		}
		r.value(depth + 1)
	}
	r.b.WriteByte(']')
}

// object writes names that are close to one another, in any order; one twice,
// rarely.
func (r *random) object(depth int) {
	r.b.WriteByte('{')
	r.space()
	seen := make(map[string]bool)
	members := r.IntN(5)
	if r.IntN(200) == 0 {
		members = 90 // more than are compared one by one
	}
	for n := 0; n < members; n++ {
		name := r.name()
		if n > 40 {
			name += strconv.Itoa(n)
		}
		if seen[name] && !r.rarely() {
			continue
		}
		if len(seen) > 0 {
			r.b.WriteByte(',')
		}
		seen[name] = true
		r.space()
		r.quote(name)
		r.space()
		r.b.WriteByte(':')
		if n > 4 {
			depth = 5
		}
		r.value(depth + 1)
	}
	r.b.WriteByte('}')
}

func (r *random) name() string {
	names := []string{"", "a", "A", "aa", "ab", "b", "é", "z", "\x7f", "\uffff", "\ue000", "\ud7ff", "😀", "\U00010000", "\U0010ffff", "\x00", "\"", "a\\", "name", "size"}
	if r.IntN(3) > 0 {
		return names[r.IntN(len(names))]
	}
	return names[r.IntN(len(names))] + names[r.IntN(len(names))]
}

func (r *random) str() {
	var s strings.Builder
	for range r.IntN(r.IntN(24) + 1) {
		s.WriteRune(r.character())
	}
	r.quote(s.String())
}

// character is of any plane, and often close to where rules change.
func (r *random) character() rune {
	edges := []rune{0, 8, 9, 10, 11, 12, 13, 31, ' ', '"', '/', '\\', '~', 0x7f, 0x80, 0x7ff, 0x800, 0x2028, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x10ffff}
	switch r.IntN(4) {
	case 0:
		return edges[r.IntN(len(edges))]
	case 1:
		if c := rune(r.IntN(utf8.MaxRune + 1)); utf8.ValidRune(c) {
			return c
		}
	}
	return ' ' + rune(r.IntN(95))
}

// quote writes a string, each of its characters in one of the ways there are.
func (r *random) quote(s string) {
	r.b.WriteByte('"')
	for _, c := range s {
		short := strings.IndexRune("\"\\/\b\f\n\r\t", c)
		switch way := r.IntN(6); {
		case r.rarely():
			wrong := []string{`\ud800`, `\udfff`, `\ud83d\u0041`, `\ude00\ud83d`, "\xed\xa0\x80", "\xc0\x80", "\xff", `\x41`, `\u12`, "\n", `\ud83d`, "\xf4\x90\x80\x80"}
			r.b.WriteString(wrong[r.IntN(len(wrong))])
		case short >= 0 && (way < 4 || c != '/'):
			r.b.WriteByte('\\')
			r.b.WriteByte(`"\/bfnrt`[short])
		case way == 0 || c < ' ':
			r.unit(c)
		default:
			r.b.WriteRune(c)
		}
	}
	r.b.WriteByte('"')
}

func (r *random) unit(c rune) {
	if c > 0xffff {
		r.unit(0xd800 + (c-0x10000)>>10)
		c = 0xdc00 + (c-0x10000)&0x3ff
	}
	if r.IntN(2) == 0 {
		fmt.Fprintf(&r.b, `\u%04x`, c)
	} else {
		fmt.Fprintf(&r.b, `\u%04X`, c)
	}
}

func (r *random) number() {
	known := []string{
		"0", "-0", "-0.0", "0e0", "-0e-5", "0.0001", "0.00009999999999999999", "1e-5", "9999999999999998.0", "1e16", "9999999999999999.0", "10000000000000000.0",
		"5e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "1.7976931348623157e308", "1.7976931348623158e308", "1e22", "1e23",
		"9007199254740993.0", "9007199254740993", "0.30000000000000004", "1E+2", "123456789012345680000.0",
	}
	wrong := []string{"1e400", "-1e309", "1.797693134862315808e308", "01", "1.", ".5", "+1", "-", "1e", "0x1", "1_0", strings.Repeat("7", 4301), strings.Repeat("7", 5000), "-" + strings.Repeat("7", 4300)}
	switch r.IntN(8) {
	case 0:
		r.b.WriteString(known[r.IntN(len(known))])
	case 1:
		for range r.IntN(60) {
			r.b.WriteByte(byte('1' + r.IntN(9)))
		}
		r.b.WriteByte(byte('0' + r.IntN(10)))
	case 2, 3:
		f := math.Float64frombits(r.Uint64())
		if math.IsNaN(f) || math.IsInf(f, 0) {
			f = 1
		}
		r.b.WriteString(strconv.FormatFloat(f, "eEg"[r.IntN(3)], r.IntN(25)-1, 64))
	case 4:
		r.b.WriteString(strconv.FormatFloat(r.NormFloat64()*math.Pow(10, float64(r.IntN(40)-15)), 'f', r.IntN(25)-1, 64))
	case 5:
		fmt.Fprintf(&r.b, "%d.%de%d", r.IntN(1000), r.Uint64(), r.IntN(640)-330)
	case 6:
		if r.rarely() {
			r.b.WriteString(wrong[r.IntN(len(wrong))])
			return
		}
		if r.rarely() {
			r.b.WriteString("1" + strings.Repeat("0", 4299))
			return
		}
		fallthrough
	default:
		r.b.WriteString(strconv.FormatInt(int64(r.Uint64())>>r.IntN(64), 10))
	}
}

package repodata

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
)

// An Edit says what the signatures of a file shall be. Whatever it does not
// change stays: other keys' signatures, what is odd, and entries for file names
// that no record has.
type Edit struct {
	// Key is whose signatures are set: an Ed25519 public key.
	Key [32]byte
	// Signature is the one to be set for a record, or nil for what there is to
	// stay as it is. It is asked once for each record, file names in rising order;
	// what it points to is not looked at after the next call.
	Signature func(number int) (*[64]byte, error)
	// Order is what [Index.Order] gives, for who has it already; nil is as good.
	Order *Order
	// Prune leaves out the entries for file names that no record has.
	Prune bool
}

// WriteSigned writes the file with other signatures. Every byte outside the
// member `signatures` is what it was; that member is written anew:
//
//   - It stays where it is. Where there was none, it goes before the first member
//     with a greater name, so that a file that was sorted is so again.
//   - File names are in rising order, the keys of each too.
//   - It is laid out as the file is: white space before the first member of the
//     file tells whether in lines, and how far each is indented; the colon after
//     that member's name tells whether blanks follow colons (and commas, in a
//     file of one line). So of a file in Python's canonical form, which is what
//     conda's own signing tool writes, this makes another one.
//   - A key that is set is written in conda's raw form. What stays is written with
//     the bytes that it had.
//
// It returns the first error of w or of the edit; what was written until then is
// no good file.
func (x *Index) WriteSigned(w io.Writer, e Edit) error {
	p := printer{x: x, edit: e, out: bufio.NewWriterSize(w, 1<<16), look: x.look()}
	p.quoted = fmt.Appendf(nil, `"%x"`, e.Key)
	before, after, at := x.place(p.look)
	p.out.Write(x.text[:at.from])
	p.out.WriteString(before)
	if err := p.signatures(); err != nil {
		return err
	}
	p.out.WriteString(after)
	p.out.Write(x.text[at.to:])
	return p.out.Flush()
}

// place is where the value of signatures goes, and what goes before and after it.
func (x *Index) place(l look) (before, after string, at span) {
	if m := x.Member("signatures"); m != nil {
		return "", "", span{m.Offset, m.Offset + len(m.Value)}
	}
	name := `"signatures"` + l.colon
	for _, m := range x.top {
		if m.Name > "signatures" {
			return name, l.comma + l.begin[1], span{m.name, m.name}
		}
	}
	last := x.top[len(x.top)-1]
	end := last.Offset + len(last.Value)
	return l.comma + l.begin[1] + name, "", span{end, end}
}

// A look is how a file is laid out. The levels of its lines are: 1 signatures,
// 2 file names, 3 keys, 4 signature.
type look struct {
	begin [5]string // begins a line at that level; empty in a file of one line
	colon string
	comma string // before such a beginning
}

// widest bounds a step of indentation: a file might begin with a gigabyte of it.
const widest = 8

func (x *Index) look() look {
	l := look{colon: ":", comma: ","}
	first := x.top[0].name
	if n := first + len(x.quoted(entry{name: uint32(first)})); bytes.HasPrefix(x.text[n:], []byte(": ")) {
		l.colon = ": "
	}
	gap := x.text[:first]
	if i := bytes.LastIndexByte(gap, '\n'); i > bytes.IndexByte(gap, '{') {
		unit := string(gap[i+1 : min(first, i+1+widest)])
		for level := range l.begin {
			l.begin[level] = "\n" + strings.Repeat(unit, level)
		}
	} else if l.colon == ": " {
		l.comma = ", "
	}
	return l
}

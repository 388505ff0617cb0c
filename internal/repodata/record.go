package repodata

import (
	"encoding/hex"
	"iter"
	"strings"
)

// Subdir is info.subdir, and whether it is there.
func (x *Index) Subdir() (string, bool) { return x.subdir, x.has }

// Member is the member of the file of that name, or nil.
func (x *Index) Member(name string) *Member {
	for i := range x.top {
		if x.top[i].Name == name {
			return &x.top[i]
		}
	}
	return nil
}

// Others are the names of the file's members that this package knows nothing of,
// in the order received: `removed` and `repodata_version` in most channels.
func (x *Index) Others() []string {
	var out []string
	for _, m := range x.top {
		switch m.Name {
		case "info", "packages", "packages.conda", "signatures":
		default:
			out = append(out, m.Name)
		}
	}
	return out
}

// Len is the number of records. They are numbered from 0 in the order received.
func (x *Index) Len() int { return x.records.n }

// In are the numbers of the records in a list: from the first to before the last.
func (x *Index) In(l List) (from, to int) { return x.lists[l].from, x.lists[l].to }

// Find is the number of the record of that file name.
func (x *Index) Find(file string) (int, bool) { return x.records.find([]byte(file)) }

// A Record is the entry of one package. It refers to the text.
type Record struct {
	Number     int
	List       List
	File       []byte // the file name, decoded
	Text       []byte // the record as received: an object
	Offset     int    // of Text in the file
	signatures []byte // its entry in signatures, or nil
}

// Record is the record of that number.
func (x *Index) Record(number int) Record {
	file, value := x.split(x.records.at(number))
	r := Record{Number: number, File: file, Text: x.text[value.from:value.to:value.to], Offset: value.from}
	if in := x.lists[PackagesConda]; number >= in.from && number < in.to {
		r.List = PackagesConda
	}
	if n := x.signed[number]; n != 0 {
		_, r.signatures = x.part(x.signatures.at(int(n - 1)))
	}
	return r
}

// split finds name and value of an entry.
func (x *Index) split(e entry) (name []byte, value span) {
	s := scanner{text: x.text, pos: int(e.name)}
	n, _ := s.name()
	return n.text, span{s.pos, int(e.end)}
}

func (x *Index) part(e entry) (name, value []byte) {
	name, at := x.split(e)
	return name, x.text[at.from:at.to:at.to]
}

// Strays are the entries of signatures whose file name no record has, in the
// order received: file name, and the entry as received.
func (x *Index) Strays() iter.Seq2[[]byte, []byte] {
	return func(yield func(file, entry []byte) bool) {
		for i := range x.strays.n {
			if !yield(x.part(x.strays.at(i))) {
				return
			}
		}
	}
}

// Members are the members of a record, in the order received: names decoded,
// values as received.
func (r Record) Members() iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) { members(r.Text, yield) }
}

// Signed tells whether signatures has an entry for the record, be it empty.
func (r Record) Signed() bool { return r.signatures != nil }

// Signatures are the record's entry in signatures, in the order received.
func (r Record) Signatures() iter.Seq[Signature] {
	return func(yield func(Signature) bool) {
		members(r.signatures, func(key, value []byte) bool { return yield(Signature{key, value}) })
	}
}

// A Signature is a member of an entry of signatures: by its name a public key, by
// its value a signature. Neither need be true.
type Signature struct {
	Key   []byte // decoded
	Value []byte // as received
}

// Raw is the signature, if it has conda's raw form: an object with the one member
// `signature`, of 128 lower-case hex characters.
func (s Signature) Raw() (sig [64]byte, ok bool) {
	n := 0
	members(s.Value, func(name, value []byte) bool {
		n++
		ok = n == 1 && string(name) == "signature" && hexadecimal(sig[:], value)
		return ok
	})
	return sig, ok
}

func hexadecimal(dst, value []byte) bool {
	if len(value) != 2*len(dst)+2 || value[0] != '"' {
		return false
	}
	for _, c := range value[1 : len(value)-1] {
		if c >= 'A' && c <= 'F' {
			return false
		}
	}
	_, err := hex.Decode(dst, value[1:len(value)-1])
	return err == nil
}

// Unquote is what a value stands for, if it is a string.
func Unquote(value []byte) (string, bool) {
	if len(value) == 0 || value[0] != '"' {
		return "", false
	}
	s := scanner{text: value}
	t, ok := s.str()
	if !ok || s.pos != len(value) {
		return "", false
	}
	return string(s.decoded(t)), true
}

// members goes over an object that was found good, until visit is false. Of
// anything else there are none.
func members(object []byte, visit func(name, value []byte) bool) {
	if len(object) == 0 || object[0] != '{' {
		return
	}
	s := scanner{text: object}
	s.members(0, func(n name) bool {
		from := s.pos
		s.pass()
		return visit(n.text, object[from:s.pos:s.pos])
	})
}

// pass takes a value that was found good: it only looks for its end, and needs no
// memory.
func (s *scanner) pass() {
	for depth := 0; s.pos < len(s.text); {
		switch s.text[s.pos] {
		case '"':
			s.str()
		case '{', '[':
			depth++
			s.pos++
		case '}', ']':
			depth--
			s.pos++
		default: // a part of something longer
			s.pos++
			if depth > 0 || s.pos < len(s.text) && strings.IndexByte(",]} \t\r\n", s.text[s.pos]) < 0 {
				continue
			}
		}
		if depth == 0 {
			return
		}
	}
}

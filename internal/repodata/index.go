package repodata

import (
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

const (
	// maxRecord bounds a record, and an entry of signatures, with its name. The
	// largest known are some 20 kB. A canonical form has up to 33 times as much.
	maxRecord = 1 << 20
	// maxTop bounds the members of the file itself.
	maxTop = 1000
	// usual is how long a short record is: the table begins with room for all.
	usual = 512
)

// An Index knows where in a text the records and the signatures are. It refers
// to the text, which must not change. It may be used by several goroutines.
type Index struct {
	text   []byte
	top    []Member
	subdir string
	has    bool // subdir

	records    table
	lists      [2]span // which records are in which list
	signatures list
	signed     []uint32 // of each record: the number of its entry in signatures, plus one
	strays     table    // the other entries
}

type span struct{ from, to int }

// A Member is one member of the file itself.
type Member struct {
	Name   string
	Value  []byte // as received
	Offset int    // of Value in the file
	name   int    // where its name begins
}

// A List is one of the two lists of packages.
type List int

// The lists, by the form of the packages in them.
const (
	Packages      List = iota // packages: .tar.bz2
	PackagesConda             // packages.conda: .conda
)

// String is the name of the list's member.
func (l List) String() string { return [...]string{"packages", "packages.conda"}[l] }

// Parse goes over the text of a repodata.json. Every refusal is an *[Error].
func Parse(text []byte) (*Index, error) {
	if len(text) > MaxBytes {
		return nil, &Error{Kind: canonical.ErrSize, Line: 1, Detail: fmt.Sprintf("%d bytes, at most %d are taken", len(text), MaxBytes)}
	}
	b := builder{scanner: scanner{text: text}, Index: &Index{text: text}}
	b.records, b.strays = *newTable(text, len(text)/usual), *newTable(text, 0)
	if !b.file() {
		return nil, b.failed()
	}
	return b.Index, nil
}

// A builder makes an index.
type builder struct {
	scanner
	*Index
	seen open
}

func (b *builder) file() bool {
	s := &b.scanner
	if strings.HasPrefix(string(s.text[:min(3, len(s.text))]), "\xef\xbb\xbf") {
		return s.fail(canonical.ErrSyntax, 0, "starts with a byte order mark; save it as plain UTF-8")
	}
	if !b.want('{', "the file must be an object") {
		return false
	}
	b.seen = s.opened()
	if !s.members(0, b.member) || !s.end() {
		return false
	}
	if b.Member("packages") == nil && b.Member("packages.conda") == nil {
		return s.fail(ErrForm, 0, "neither packages nor packages.conda is there: this is no repodata.json")
	}
	return b.link()
}

// member takes one member of the file.
func (b *builder) member(n name) bool {
	s := &b.scanner
	if len(b.top) == maxTop {
		return s.fail(canonical.ErrCount, n.at(), fmt.Sprintf("at most %d members are taken", maxTop))
	}
	if !s.once(&b.seen, n) || !s.sameCase(n, "info", "packages", "packages.conda", "signatures") {
		return false
	}
	from, ok := s.pos, false
	switch string(n.text) {
	case "info":
		ok = b.info()
	case "packages":
		ok = b.list(Packages)
	case "packages.conda":
		ok = b.list(PackagesConda)
	case "signatures":
		ok = b.entries()
	default:
		ok = s.value(1)
	}
	b.top = append(b.top, Member{string(n.text), s.text[from:s.pos:s.pos], from, n.at()})
	return ok
}

// sameCase refuses what some readers would take for a member that we know.
func (s *scanner) sameCase(n name, known ...string) bool {
	for _, k := range known {
		if string(n.text) != k && strings.EqualFold(string(n.text), k) {
			return s.fail(ErrForm, n.at(), "differs from "+k+" by its case only")
		}
	}
	return true
}

// want sees what the next value begins with.
func (b *builder) want(c byte, otherwise string) bool {
	s := &b.scanner
	if s.next() == c {
		return true
	}
	at := s.pos
	return s.value(0) && s.fail(ErrForm, at, otherwise) // if it is no value at all, that is said
}

func (b *builder) info() bool {
	s := &b.scanner
	if !b.want('{', "info must be an object") {
		return false
	}
	o := s.opened()
	ok := s.members(1, func(n name) bool {
		if !s.once(&o, n) || !s.sameCase(n, "subdir") {
			return false
		}
		if string(n.text) != "subdir" {
			return s.value(2)
		}
		if !b.want('"', "subdir must be a string") {
			return false
		}
		t, ok := s.str()
		if ok {
			b.subdir, b.has = string(s.decoded(t)), true
		}
		return ok
	})
	s.closed(o)
	return ok
}

// list takes one of the lists of packages.
func (b *builder) list(l List) bool {
	s := &b.scanner
	if !b.want('{', l.String()+" must be an object") {
		return false
	}
	from := b.records.n
	ok := s.members(1, func(n name) bool {
		had, added := b.records.add(entry{name: uint32(n.at())}, n.text)
		if !added && had >= from {
			return s.fail(canonical.ErrDuplicate, n.at(), twice)
		}
		if !added {
			return s.fail(ErrForm, n.at(), "this file name is in packages and in packages.conda")
		}
		if b.records.n > maxMembers {
			return s.fail(canonical.ErrCount, n.at(), tooMany)
		}
		if !b.entry(n, "a record must be an object") {
			return false
		}
		b.records.last().end = uint32(s.pos)
		return true
	})
	b.lists[l] = span{from, b.records.n}
	return ok
}

// entries takes the signatures. What is wrong below a file name is between that
// name's package and whoever judges it; but it must be an object.
func (b *builder) entries() bool {
	s := &b.scanner
	if !b.want('{', "signatures must be an object") {
		return false
	}
	return s.members(1, func(n name) bool {
		if b.signatures.n == maxMembers {
			return s.fail(canonical.ErrCount, n.at(), tooMany)
		}
		if !b.entry(n, "the signatures of a file must be an object") {
			return false
		}
		b.signatures.add(entry{uint32(n.at()), uint32(s.pos)})
		return true
	})
}

// entry takes an object of bounded size.
func (b *builder) entry(n name, otherwise string) bool {
	s := &b.scanner
	if !b.want('{', otherwise) || !s.object(2) {
		return false
	}
	if size := s.pos - n.at(); size > maxRecord {
		return s.fail(canonical.ErrSize, n.at(), fmt.Sprintf("%d bytes, at most %d are taken", size, maxRecord))
	}
	return true
}

// link ties signatures to records, once both are known: either may come first.
func (b *builder) link() bool {
	b.signed = make([]uint32, b.records.n)
	for i := range b.signatures.n {
		e := b.signatures.at(i)
		file := b.nameAt(int(e.name))
		if r, found := b.records.find(file); found && b.signed[r] == 0 {
			b.signed[r] = uint32(i + 1)
			continue
		} else if !found {
			if _, added := b.strays.add(e, file); added {
				continue
			}
		}
		b.fail(canonical.ErrDuplicate, int(e.name), twice)
		b.under(file)
		return b.under([]byte("signatures"))
	}
	return true
}

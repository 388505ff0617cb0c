package repodata

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"slices"
)

// A printer writes the member signatures. For each file it uses the same room.
type printer struct {
	look
	x      *Index
	edit   Edit
	out    *bufio.Writer
	quoted []byte // the key that is set
	some   bool   // an entry is written
	parts  []part // the signatures of one file
	value  []byte // the one that is set
}

// A part is a key and its signature, as they are to be written.
type part struct {
	key, quoted, value []byte
}

func (p *printer) signatures() error {
	p.out.WriteByte('{')
	order := p.edit.Order
	if order == nil {
		order = p.x.Order()
	}
	strays := &p.x.strays
	queues := append(order.queues(p.record), &queue{t: strays, rest: strays.order(span{0, strays.n}), visit: p.stray})
	err := merge(func() bool { return true }, queues...)
	if p.some {
		p.out.WriteString(p.begin[1])
	}
	p.out.WriteByte('}')
	return err
}

func (p *printer) record(number int) error {
	sig, err := p.edit.Signature(number)
	if err != nil {
		return err
	}
	was := p.x.signed[number]
	switch {
	case sig != nil:
		p.parts = p.parts[:0]
		if was != 0 {
			p.others(p.x.signatures.at(int(was - 1)))
		}
		p.add(sig)
		p.file(p.x.records.at(number))
		p.out.WriteByte('{')
		for i, part := range p.parts {
			p.line(i == 0, 3)
			p.member(part.quoted, part.value)
		}
		p.out.WriteString(p.begin[2])
		p.out.WriteByte('}')
	case was != 0:
		p.kept(p.x.signatures.at(int(was - 1)))
	}
	return nil
}

func (p *printer) stray(number int) error {
	if !p.edit.Prune {
		p.kept(p.x.strays.at(number))
	}
	return nil
}

// others collects what there is of other keys.
func (p *printer) others(e entry) {
	_, value := p.x.split(e)
	s := scanner{text: p.x.text, pos: value.from}
	s.members(2, func(n name) bool {
		from := s.pos
		s.pass()
		if !bytes.Equal(n.text, p.key()) {
			p.parts = append(p.parts, part{n.text, s.text[n.from-1 : n.to+1], s.text[from:s.pos]})
		}
		return true
	})
}

// add adds the signature that is set, and sorts.
func (p *printer) add(sig *[64]byte) {
	v := append(p.value[:0], '{')
	v = append(append(v, p.begin[4]...), `"signature"`...)
	v = append(append(v, p.colon...), '"')
	v = append(hex.AppendEncode(v, sig[:]), '"')
	p.value = append(append(v, p.begin[3]...), '}')
	p.parts = append(p.parts, part{p.key(), p.quoted, p.value})
	slices.SortFunc(p.parts, func(a, b part) int { return bytes.Compare(a.key, b.key) })
}

func (p *printer) key() []byte { return p.quoted[1 : len(p.quoted)-1] }

// kept writes an entry as it was.
func (p *printer) kept(e entry) {
	p.file(e)
	_, value := p.x.part(e)
	p.out.Write(value)
}

// file begins an entry.
func (p *printer) file(e entry) {
	p.line(!p.some, 2)
	p.some = true
	p.member(p.x.quoted(e), nil)
}

func (p *printer) line(first bool, level int) {
	if !first {
		p.out.WriteString(p.comma)
	}
	p.out.WriteString(p.begin[level])
}

func (p *printer) member(quoted, value []byte) {
	p.out.Write(quoted)
	p.out.WriteString(p.colon)
	p.out.Write(value)
}

// quoted is the name of an entry as received, with its quotes.
func (x *Index) quoted(e entry) []byte {
	s := scanner{text: x.text, pos: int(e.name)}
	s.str()
	return x.text[e.name:s.pos]
}

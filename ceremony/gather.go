package ceremony

import (
	"bytes"
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/root"
)

// A Gathered is all that one place holds of a sitting: its own journal, and the
// records in the files whose arrival it recorded.
type Gathered struct {
	Facts  []Fact        // of its own journal, in their order
	Heads  []root.Digest // after each of them
	Others [][]Fact      // of the records that have arrived
	Order  *Order        // of its own journal, with what the arrivals fix
	// Lost are the files that are missing or were changed, with the reason. What
	// is signed in them stands in the journal too.
	Lost []string

	held map[root.Digest]bool // the ids of Facts
}

// Gather reads the entries of a place's journal, and by file the files whose
// arrival they record. Their bytes are compared with what was recorded.
func Gather(entries []journal.Entry, file func(Arrived) ([]byte, error)) (*Gathered, error) {
	g := &Gathered{Order: &Order{}}
	for _, e := range entries {
		f, err := ParseFact(e.Fact)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", e.N, err)
		}
		var within []Fact
		if a, arrived := f.Body.(Arrived); arrived {
			if within, err = g.recall(a, file); err != nil {
				return nil, fmt.Errorf("entry %d: %w", e.N, err)
			}
		}
		g.Add(root.Digest(e.Digest), f, within)
	}
	return g, nil
}

// Add takes the next entry of the place's own journal: the head after it, the
// fact, and those in the file whose arrival it records.
func (g *Gathered) Add(head root.Digest, f Fact, within []Fact) {
	g.Facts, g.Heads = append(g.Facts, f), append(g.Heads, head)
	if g.held == nil {
		g.held = make(map[root.Digest]bool)
	}
	g.held[f.ID()] = true
	if len(within) > 0 {
		g.Others = append(g.Others, within)
	}
	g.Order.Add(head, f, within...)
}

// Fold computes where the sitting stands, on these grounds.
func (g *Gathered) Fold(grounds Grounds) (*State, error) {
	grounds.Order = g.Order
	return Fold(grounds, g.Facts, g.Others...)
}

// Lacks are the facts of a set that the own journal does not hold yet, each once.
func (g *Gathered) Lacks(facts ...Fact) []Fact {
	var out []Fact
	named := make(map[root.Digest]bool)
	for _, f := range facts {
		if id := f.ID(); !g.held[id] && !named[id] {
			named[id] = true
			out = append(out, f)
		}
	}
	return out
}

// FormOf is what a file says that it is, by how it begins; "" for none of these.
func FormOf(raw []byte) ArrivedForm {
	for form, start := range map[ArrivedForm]string{
		ArrivedRequest:      `{"schema":"rootmoot/request/`,
		ArrivedContribution: `{"schema":"rootmoot/contribution/`,
		ArrivedJournal:      `{"rootmoot":"journal/`,
	} {
		if bytes.HasPrefix(raw, []byte(start)) {
			return form
		}
	}
	return ""
}

// recall is what a place recorded, in a file that has arrived.
func (g *Gathered) recall(a Arrived, file func(Arrived) ([]byte, error)) ([]Fact, error) {
	raw, err := file(a)
	if got := root.DigestOf(raw); err == nil && got != a.SHA256 {
		err = fmt.Errorf("%s: %w", a.FileName(), &MismatchError{What: "file", Want: a.SHA256, Got: got})
	}
	if err != nil {
		g.Lost = append(g.Lost, fmt.Sprintf("%v: what came from %s is missing or changed; put it back from a copy", err, a.Place))
		return nil, nil
	}
	return a.Facts(raw)
}

// Facts are what a file brings that has arrived: what its place recorded, as far
// as somebody signed it, and the contribution itself.
func (a Arrived) Facts(raw []byte) ([]Fact, error) {
	switch a.Form {
	case ArrivedJournal:
		r, err := ReadRecord(raw)
		if err != nil {
			return nil, err
		}
		return r.Facts[:min(max(a.Covered, 0), len(r.Facts))], nil
	case ArrivedContribution:
		d, err := ParseDelivery(raw)
		if err != nil {
			return nil, err
		}
		r, _, err := d.Record()
		return d.brings(r), err
	}
	return nil, nil
}

// FileName is the name under which the file is kept.
func (a Arrived) FileName() string { return fmt.Sprintf("arrived-%v.%s", a.SHA256, a.Form) }

// MaxAside bounds what is kept of a file that is not taken, in bytes. Of a longer
// one the record has size and SHA-256.
const MaxAside = 1 << 20

// FileName is the name under which the file is kept.
func (a SetAside) FileName() string { return fmt.Sprintf("aside-%v", a.SHA256) }

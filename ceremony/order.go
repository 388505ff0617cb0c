package ceremony

import "github.com/rootmoot/rootmoot/root"

// An Order is the order in which a place's journal holds its facts. What facts
// say does not depend on it; what a signed head covers does.
type Order struct {
	heads map[root.Digest]int // by the digest of the entry, which is the head after it
	facts map[root.Digest]int // by the id of the fact; the first time that it stands there
}

// Add takes the next entry: its digest, the fact in it, and those in the file
// whose arrival it records and whose bytes it fixes.
func (o *Order) Add(head root.Digest, f Fact, within ...Fact) {
	if o.heads == nil {
		o.heads, o.facts = make(map[root.Digest]int), make(map[root.Digest]int)
	}
	n := len(o.heads) + 1
	o.heads[head] = n
	for _, id := range append([]root.Digest{f.ID()}, ids(within)...) {
		if _, again := o.facts[id]; !again {
			o.facts[id] = n
		}
	}
}

// covers reports whether head is one of this journal, with all of these facts
// at or before it.
func (o *Order) covers(head root.Digest, ids ...root.Digest) bool {
	n, ours := o.heads[head]
	for _, id := range ids {
		at, here := o.facts[id]
		ours = ours && here && at <= n
	}
	return ours
}

func ids(facts []Fact) []root.Digest {
	out := make([]root.Digest, len(facts))
	for i, f := range facts {
		out[i] = f.ID()
	}
	return out
}

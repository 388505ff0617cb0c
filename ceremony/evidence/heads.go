package evidence

import (
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
)

// heads are the heads of this place's own journal that somebody has signed:
// in seals, in statements about what was contributed here, and as a witness. A
// signature that does not hold signs nothing.
func (a *audit) heads() []signedHead {
	st := a.r.State
	if st == nil {
		return nil
	}
	var out []signedHead
	brought := make(map[root.Digest]bool) // facts that came in a file, so far
	astray := false                       // a file that came is not here: what it brought is not known
	for i, f := range a.r.Gathered.Facts {
		h := signedHead{at: a.r.Entries[i]}
		switch b := f.Body.(type) {
		case ceremony.Arrived:
			v := a.arrivals[b.SHA256]
			astray = astray || v == nil
			if v != nil {
				for _, f := range v.brings() {
					brought[f.ID()] = true
				}
			}
		case ceremony.Seal:
			if a.sealHolds(b) {
				h.head, h.by = b.Journal, "the seal of "+b.Participant
			}
		case ceremony.Witnessed:
			if st.WitnessSigned(b) == nil {
				h.head, h.by = b.Journal, "the signature of the witness "+b.Witness
			}
		case ceremony.Stated:
			if !brought[f.ID()] { // else it is over the journal of another place
				h.head, h.by = a.statedHead(b)
				h.elsewhere = astray
			}
		}
		if h.by != "" {
			out = append(out, h)
		}
	}
	return out
}

// sealHolds checks the signature of a seal, whatever it covers.
func (a *audit) sealHolds(b ceremony.Seal) bool {
	st, err := a.r.State.SealStatement(b.Journal)
	if err != nil {
		return false
	}
	k, known := a.r.State.Frozen.KeyOf(b.Participant)
	return known && st.Verify(k, b.Sig) == nil
}

// statedHead is the head that a statement is over, if it is about a contribution
// that this sitting takes, and by its key.
func (a *audit) statedHead(b ceremony.Stated) (root.Digest, string) {
	c, there := a.about[b.Contribution]
	if !there || a.r.State.AcceptStated(c, b) != nil {
		return root.Digest{}, ""
	}
	if _, err := a.r.State.Accept(c); err != nil {
		return root.Digest{}, ""
	}
	return b.Journal, "the statement of " + c.Participant
}

// estranged says which entry was changed where every statement of a journal is for
// another attempt than the one that the journal opens; "" if none is.
func (a *audit) estranged() string {
	opened := 0
	for i, f := range a.r.Gathered.Facts {
		switch b := f.Body.(type) {
		case ceremony.Opened:
			opened = a.r.Entries[i]
		case ceremony.Stated:
			c, there := a.about[b.Contribution]
			if !there || c.Attempt == a.r.State.Attempt || a.r.State.AcceptStated(c, b) != nil {
				continue
			}
			return fmt.Sprintf("first bad entry: entry %d: it opens the attempt %v, and the statement of %s, recorded as entry %d, is for %v",
				opened, a.r.State.Attempt, c.Participant, a.r.Entries[i], c.Attempt)
		}
	}
	return ""
}

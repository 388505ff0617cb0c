package evidence

import (
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/root"
)

// An arrival is a file from elsewhere that the place took.
type arrival struct {
	ceremony.Arrived
	entry    int // of the journal, where it is recorded
	raw      []byte
	delivery *ceremony.Delivery // of a contribution
	record   *ceremony.Record   // of its place; nil if none came with it
	text     []byte             // of that record
	err      error              // why it cannot be read
}

// journal reads the journal line by line. What is no entry, or says what this
// program does not know, is damage.
func (a *audit) journal() bool {
	header, lines, err := journal.Survey(a.files[JournalFile])
	if err != nil {
		return a.fail(ruleJournal, JournalFile, "%v", err)
	}
	if len(lines) == 0 {
		return a.fail(ruleJournal, JournalFile, "is empty")
	}
	a.r.Header, a.r.Lines = header, lines
	return true
}

// gather takes the facts of the journal, and the records that came from elsewhere.
func (a *audit) gather() bool {
	g := &ceremony.Gathered{Order: &ceremony.Order{}}
	a.r.Gathered = g
	for i := 1; i < len(a.r.Lines); i++ {
		l := &a.r.Lines[i]
		if l.Err != nil {
			continue
		}
		f, err := ceremony.ParseFact(l.Entry.Fact)
		if err != nil {
			l.Err = err
			continue
		}
		var within []ceremony.Fact
		if b, is := f.Body.(ceremony.Arrived); is && b.Form != ceremony.ArrivedRequest {
			within = a.arrive(b, i)
		}
		a.r.Entries = append(a.r.Entries, i)
		g.Add(root.Digest(l.Digest), f, within)
		a.at[root.Digest(l.Digest)] = i
		for _, f := range append(within, f) {
			a.all[f.ID()] = f
			if c, is := f.Body.(ceremony.Contribution); is {
				a.about[c.Digest()] = c
			}
		}
	}
	return true
}

// arrive reads a file from elsewhere, and gives what its place recorded.
func (a *audit) arrive(b ceremony.Arrived, entry int) []ceremony.Fact {
	if again, came := a.arrivals[b.SHA256]; came {
		return again.facts()
	}
	v := &arrival{Arrived: b, entry: entry, raw: a.files[b.FileName()]}
	if v.raw == nil || root.DigestOf(v.raw) != b.SHA256 {
		return nil // which is told where files are compared
	}
	a.arrivals[b.SHA256] = v
	v.err = v.read()
	return v.facts()
}

func (v *arrival) read() error {
	v.text = v.raw
	if v.Form == ceremony.ArrivedContribution {
		d, err := ceremony.ParseDelivery(v.raw)
		if err != nil {
			return err
		}
		v.delivery, v.text = &d, []byte(d.Journal)
	}
	if len(v.text) == 0 {
		return nil
	}
	r, err := ceremony.ReadRecord(v.text)
	if err != nil {
		return err
	}
	v.record = &r
	return nil
}

// facts are those that count of it: see [ceremony.Arrived.Facts].
func (v *arrival) facts() []ceremony.Fact {
	if v.err != nil {
		return nil
	}
	facts, err := v.Facts(v.raw)
	if err != nil {
		return nil
	}
	return facts
}

// brings are all facts in it, also those that nobody has signed.
func (v *arrival) brings() []ceremony.Fact {
	var out []ceremony.Fact
	if v.record != nil {
		out = v.record.Facts
	}
	return append(out[:len(out):len(out)], v.facts()...)
}

// source is what an arrival is called, for people.
func (v *arrival) source() string { return fmt.Sprintf("%s (from %q)", v.FileName(), v.Place) }

// fold computes where the sitting stood, from the facts alone.
func (a *audit) fold() bool {
	opened := 0
	for i, f := range a.r.Gathered.Facts {
		if _, is := f.Body.(ceremony.Opened); is && opened == 0 {
			opened = a.r.Entries[i]
		}
	}
	st, err := a.r.Gathered.Fold(ceremony.Grounds{Plan: a.r.Plan, Trusted: a.r.Trusted, Before: a.r.Before, Bundle: a.o.CAs})
	switch {
	case err != nil:
		a.fail(rulePlan, JournalFile, "first bad entry: entry %d: it opens a sitting of another plan, or a second attempt: %v", opened, err)
	case st.Attempt.IsZero():
		a.fail(rulePlan, JournalFile, "first bad entry: entry 1: it does not open the sitting, and no other does")
	case st.Elsewhere():
		a.fail(rulePlan, JournalFile, "it is the record of a keyholder's own place, which hands over a contribution and no evidence")
	default:
		a.r.State = st
		return true
	}
	a.copies()
	return false
}

package ceremony

import (
	"errors"
	"fmt"
)

// errNoCandidate: a signature or a refusal came before the enrolments that fix
// the candidate. Whether it fits is judged when they are there.
var errNoCandidate = errors.New("there is no candidate yet to sign or refuse")

// A Received is what a file from elsewhere holds, when everything in it holds.
type Received struct {
	Form  ArrivedForm
	Place string // whose record it holds, by its own word; "" if it holds none
	// Facts are those to record here as well: what is signed, and so proves itself.
	Facts []Fact
	// Record is what its place recorded; it counts, but for what is each place's own.
	Record []Fact
	// Summary is what was taken, in a line each.
	Summary []string
}

// Receive judges a contribution from elsewhere. It is taken whole or not at
// all: the contribution by the one path, its statement, and the record whose
// head the statement signs. A signature or a refusal that comes before the
// candidate is known is taken and judged by the fold, once it is.
func (s *State) Receive(d Delivery) (Received, error) {
	c := d.Contribution
	out := Received{Form: ArrivedContribution, Facts: []Fact{{c}}}
	if _, err := s.Accept(c); err != nil && !errors.Is(err, errNoCandidate) {
		return out, err
	}
	if c.Kind == Enrolled && d.Stated == nil {
		return out, fmt.Errorf("enrolment of %s: without the statement that its key is held", c.Participant)
	}
	if d.Stated != nil {
		if err := s.AcceptStated(c, *d.Stated); err != nil {
			return out, err
		}
		out.Facts = append(out.Facts, Fact{*d.Stated})
	}
	record, there, err := d.Record()
	if err != nil {
		return out, fmt.Errorf("contribution of %s: the record of its place: %w", c.Participant, err)
	}
	if there {
		if err := s.fitsRecord(record); err != nil {
			return out, fmt.Errorf("contribution of %s: the record of its place: %w", c.Participant, err)
		}
		if d.Stated != nil && record.Head() != d.Stated.Journal {
			return out, fmt.Errorf("contribution of %s: %w", c.Participant,
				&MismatchError{What: "head of its record", Want: d.Stated.Journal, Got: record.Head()})
		}
		out.Place, out.Record = record.Header.Place, record.Facts
		out.Facts = append(out.Facts, proofs(record.Facts)...)
	}
	out.Summary = []string{fmt.Sprintf("%s of %s: %s", c.Kind, c.Participant, d.Backing())}
	return out, nil
}

// ReceiveJournal judges another place's journal: one of this attempt and plan,
// whole. What is signed in it is for the fold to judge, fact by fact.
func (s *State) ReceiveJournal(raw []byte) (Received, error) {
	record, err := ReadRecord(raw)
	if err != nil {
		return Received{}, err
	}
	if err := s.fitsRecord(record); err != nil {
		return Received{}, fmt.Errorf("journal of %q: %w", record.Header.Place, err)
	}
	out := Received{Form: ArrivedJournal, Place: record.Header.Place, Record: record.Facts, Facts: proofs(record.Facts)}
	for _, f := range record.Facts {
		if c, ok := f.Body.(Contribution); ok {
			out.Summary = append(out.Summary, fmt.Sprintf("%s of %s", c.Kind, c.Participant))
		}
	}
	return out, nil
}

// fitsRecord checks that a record is of this plan and attempt.
func (s *State) fitsRecord(r Record) error {
	o, begun := r.Opening()
	switch {
	case !begun:
		return errors.New("it begins no attempt: it belongs to no sitting yet")
	case s.Attempt.IsZero():
		return errors.New("this sitting is not open yet")
	case o.Plan != s.Plan.Digest():
		return &MismatchError{What: "plan", Want: s.Plan.Digest(), Got: o.Plan}
	case o.Attempt != s.Attempt:
		return &MismatchError{What: "attempt", Want: s.Attempt, Got: o.Attempt}
	}
	return nil
}

// proofs are the facts that prove themselves by a signature, wherever they
// stand: a place that has them in its own journal loses none with a file.
func proofs(facts []Fact) []Fact {
	var out []Fact
	for _, f := range facts {
		switch f.Body.(type) {
		case Contribution, Stated:
			out = append(out, f)
		}
	}
	return out
}

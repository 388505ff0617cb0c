package ceremony

import (
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/root"
)

// errNoCandidate: a signature or a refusal came before the enrolments that fix
// the candidate. Whether it fits is judged when they are there.
var errNoCandidate = errors.New("there is no candidate yet to sign or refuse")

// MaxRecord bounds a record that comes from elsewhere, in entries: a long sitting
// has some hundreds.
const MaxRecord = 10_000

// A Received is what a file from elsewhere holds, when everything in it holds.
type Received struct {
	Form  ArrivedForm
	Place string // whose record it holds, by its own word; "" if it holds none
	// Facts are those to record here as well: what is signed, and so proves itself.
	Facts []Fact
	// Record is what the file brings: what its place recorded and somebody signed,
	// and a contribution; it counts, but for what is each place's own.
	Record []Fact
	// Covered is how many entries of a journal that is.
	Covered int
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
		if err := s.signedRecord(d, record); err != nil {
			return out, fmt.Errorf("contribution of %s: %w", c.Participant, err)
		}
		out.Place = record.Header.Place
	}
	out.Record = d.brings(record)
	out.Facts = append(out.Facts, s.proven(record.Facts)...)
	out.Summary = []string{fmt.Sprintf("%s of %s: %s", c.Kind, c.Participant, d.Backing())}
	return out, nil
}

// signedRecord checks the record that came with a contribution: of this sitting,
// and up to the head that the statement signs.
func (s *State) signedRecord(d Delivery, r Record) error {
	if d.Stated == nil {
		return errors.New("brings a record that no statement signs: anybody could have written it")
	}
	if err := s.fitsRecord(r); err != nil {
		return fmt.Errorf("the record of its place: %w", err)
	}
	if r.Head() != d.Stated.Journal {
		return &MismatchError{What: "head of its record", Want: d.Stated.Journal, Got: r.Head()}
	}
	return nil
}

// ReceiveJournal judges another place's journal: one of this attempt and plan,
// whole. What proves itself in it is taken; of the rest only what a signature
// covers, for anybody could have written the other entries.
func (s *State) ReceiveJournal(raw []byte) (Received, error) {
	record, err := ReadRecord(raw)
	if err != nil {
		return Received{}, err
	}
	if err := s.fitsRecord(record); err != nil {
		return Received{}, fmt.Errorf("journal of %q: %w", record.Header.Place, err)
	}
	out := Received{Form: ArrivedJournal, Place: record.Header.Place, Facts: s.proven(record.Facts), Covered: s.Covered(record)}
	out.Record = record.Facts[:out.Covered]
	for _, f := range out.Facts {
		if c, ok := f.Body.(Contribution); ok {
			out.Summary = append(out.Summary, fmt.Sprintf("%s of %s", c.Kind, c.Participant))
		}
	}
	return out, nil
}

// Covered is how many entries of a record somebody has signed: a keyholder by a
// statement about what they contributed there, or a witness with a key.
func (s *State) Covered(r Record) int {
	at := make(map[root.Digest]int, len(r.Entries))
	for i, head := range r.Heads() {
		at[head] = i + 1
	}
	contributions := make(map[root.Digest]Contribution)
	for _, f := range r.Facts {
		if c, ok := f.Body.(Contribution); ok {
			contributions[c.Digest()] = c
		}
	}
	covered := 0
	for _, f := range r.Facts {
		switch b := f.Body.(type) {
		case Stated:
			c, there := contributions[b.Contribution]
			if n := at[b.Journal]; n > covered && there && s.holds(c) && s.AcceptStated(c, b) == nil {
				covered = n
			}
		case Witnessed:
			if n := at[b.Journal]; n > covered && s.WitnessSigned(b) == nil {
				covered = n
			}
		}
	}
	return covered
}

// holds reports whether a contribution is taken, as things stand.
func (s *State) holds(c Contribution) bool {
	_, err := s.Accept(c)
	return err == nil
}

// takes reports whether a contribution holds, or will be judged when the
// candidate is known.
func (s *State) takes(c Contribution) bool {
	_, err := s.Accept(c)
	return err == nil || errors.Is(err, errNoCandidate)
}

// fitsRecord checks that a record is of this plan and attempt.
func (s *State) fitsRecord(r Record) error {
	_, begun := r.Opening()
	switch {
	case len(r.Entries) > MaxRecord:
		return fmt.Errorf("it has %d entries, of at most %d", len(r.Entries), MaxRecord)
	case !begun:
		return errors.New("it begins no attempt: it belongs to no sitting yet")
	case s.Attempt.IsZero():
		return errors.New("this sitting is not open yet")
	}
	for _, f := range r.Facts {
		if o, begins := f.Body.(Opened); begins && o.Plan != s.Plan.Digest() {
			return &MismatchError{What: "plan", Want: s.Plan.Digest(), Got: o.Plan}
		} else if begins && o.Attempt != s.Attempt {
			return &MismatchError{What: "attempt", Want: s.Attempt, Got: o.Attempt}
		}
	}
	return nil
}

// proven are the facts that prove themselves by a signature that holds, wherever
// they stand: a place that has them in its own journal loses none with a file.
func (s *State) proven(facts []Fact) []Fact {
	var out []Fact
	taken := make(map[root.Digest]Contribution)
	for _, f := range facts {
		if c, ok := f.Body.(Contribution); ok && s.takes(c) {
			taken[c.Digest()] = c
			out = append(out, f)
		}
	}
	for _, f := range facts {
		st, ok := f.Body.(Stated)
		if c, there := taken[st.Contribution]; ok && there && s.AcceptStated(c, st) == nil {
			out = append(out, f)
		}
	}
	return out
}

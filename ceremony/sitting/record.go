package sitting

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/root"
)

func (s *Sitting) openJournal() error {
	_, err := s.dir.Lstat(JournalFile)
	if errors.Is(err, fs.ErrNotExist) {
		for _, name := range []string{FrozenFile, ManifestFile} {
			if _, err := s.dir.Lstat(name); err == nil {
				return fmt.Errorf("sitting: %s holds %s and no journal: its record is lost; find it, or begin another sitting elsewhere", s.cfg.Dir, name)
			}
		}
		header := journal.Header{Place: s.cfg.Place}
		if _, err := io.ReadFull(s.cfg.Rand, header.ID[:]); err != nil {
			return fmt.Errorf("sitting: %w", err)
		}
		s.id = header.ID
		s.journal, err = journal.Create(s.dir, JournalFile, header)
		return err
	}
	j, opened, err := journal.Open(s.dir, JournalFile)
	if err != nil {
		return err
	}
	s.journal, s.id = j, opened.Header.ID
	if opened.Repaired != nil {
		s.remarks = append(s.remarks, torn(*opened.Repaired))
	}
	return s.take(opened.Entries)
}

// take reads the facts of the journal, and the files whose arrival they record.
func (s *Sitting) take(entries []journal.Entry) (err error) {
	if s.got, err = ceremony.Gather(entries, s.arrived); err != nil {
		return fmt.Errorf("%s: %w", JournalFile, err)
	}
	s.remarks = append(s.remarks, s.got.Lost...)
	return nil
}

// torn says what was wrong with the last entry. One that was cut short had never
// been reported as written; a whole line may have been, and changed since.
func torn(r journal.Repair) string {
	if r.Ended {
		return fmt.Sprintf("the last entry of the journal is damaged: its %d bytes lie in %s; it may have been recorded and changed since: find out, and record an exception", r.Bytes, r.File)
	}
	return fmt.Sprintf("the last entry of the journal was cut short: its %d bytes were never reported as written and lie in %s", r.Bytes, r.File)
}

// begin folds what is there, and opens an attempt if there is none.
func (s *Sitting) begin(g ceremony.Grounds) (err error) {
	var other *ceremony.MismatchError
	if s.state, err = s.got.Fold(g); errors.As(err, &other) && other.What == "plan" {
		return fmt.Errorf("%w (%w)", s.otherPlan(), err)
	}
	if err != nil {
		return err
	}
	if !s.state.Attempt.IsZero() {
		if s.asks != nil && s.state.Request != s.asks.Digest() {
			return fmt.Errorf("sitting: %s belongs to another sitting, or was opened for another request: give this request a directory of its own", s.cfg.Dir)
		}
		if err := s.sameCAs(); err != nil {
			return err
		}
		return s.takeRequest()
	}
	o := ceremony.Opened{
		Attempt: s.cfg.Attempt, Plan: g.Plan.Digest(), Place: s.cfg.Place, Tool: s.cfg.Tool, CAs: ceremony.CAsOf(g.Bundle),
	}
	if s.asks != nil {
		o.Attempt, o.Request, o.For, o.Asks = s.asks.Attempt, s.asks.Digest(), s.asks.Participant, s.asks.Asks
	}
	if o.Attempt.IsZero() {
		if _, err := io.ReadFull(s.cfg.Rand, o.Attempt[:]); err != nil {
			return fmt.Errorf("sitting: %w", err)
		}
	}
	if err := s.record(ceremony.Fact{Body: o}); err != nil {
		return err
	}
	return s.takeRequest()
}

// takeRequest records what came with a request: its arrival, and the enrolments by
// which this place builds the candidate itself.
func (s *Sitting) takeRequest() error {
	if s.asks == nil {
		return nil
	}
	raw := s.asks.Encode()
	a := ceremony.Arrived{Form: ceremony.ArrivedRequest, SHA256: root.DigestOf(raw), Size: len(raw), Place: s.asks.From}
	return s.record(s.got.Lacks(append([]ceremony.Fact{{Body: a}}, s.asks.Facts()...)...)...)
}

// record writes facts to the journal, each synced, and only then lets them count.
func (s *Sitting) record(facts ...ceremony.Fact) error {
	for _, f := range facts {
		if err := s.write(f, nil); err != nil {
			return err
		}
	}
	return s.fold()
}

// write writes one fact to the journal, synced. within are the facts in the file
// whose arrival it records, and so fixes.
func (s *Sitting) write(f ceremony.Fact, within []ceremony.Fact) error {
	e, err := s.journal.Append(s.cfg.Now().UTC(), f.Encode())
	if err != nil {
		return &Refusal{Kind: NotDone, What: "the journal cannot be written", Hint: journalHint(err), Err: err}
	}
	s.got.Add(root.Digest(e.Digest), f, within)
	return nil
}

// fold computes anew where the sitting stands.
func (s *Sitting) fold() error {
	state, err := s.got.Fold(s.state.Grounds)
	if err != nil {
		return err
	}
	s.state = state
	return nil
}

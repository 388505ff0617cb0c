package ceremony

import (
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/root"
)

// AcceptStated checks a statement about a contribution: that it is about this
// one, in this mode, and by its key.
func (s *State) AcceptStated(c Contribution, st Stated) error {
	if d := c.Digest(); st.Contribution != d {
		return fmt.Errorf("statement of %s: %w", c.Participant, &MismatchError{What: "contribution", Want: d, Got: st.Contribution})
	}
	k, err := root.ParseSPKI(c.Key)
	if err != nil {
		return err
	}
	return c.Statement(k, s.Rehearsal(), st.Journal).Verify(k, st.Sig)
}

// SealStatement is what a participant signs to seal the record up to journal.
func (s *State) SealStatement(journal root.Digest) (Statement, error) {
	if s.Candidate == nil {
		return Statement{}, errors.New("seal: there is no candidate")
	}
	return Statement{
		Type: Sealed, Rehearsal: s.Rehearsal(), Chain: s.Chain(), Plan: s.Frozen.Digest(),
		Attempt: s.Attempt, Candidate: s.Candidate.Digest(), Journal: journal,
	}, nil
}

// AcceptSeal checks a participant's signature over a head of the journal, and
// that the word it names is theirs.
func (s *State) AcceptSeal(b Seal) error {
	st, err := s.SealStatement(b.Journal)
	if err != nil {
		return err
	}
	k, known := s.Frozen.KeyOf(b.Participant)
	if !known {
		return fmt.Errorf("seal: %q holds no key of this plan", b.Participant)
	}
	if err := st.Verify(k, b.Sig); err != nil {
		return err
	}
	if w, given := s.words[b.Word]; !given || w.Participant != b.Participant {
		return fmt.Errorf("seal of %q: word %v is not theirs, or not here", b.Participant, b.Word)
	}
	return nil
}

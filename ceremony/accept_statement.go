package ceremony

import (
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony/witness"
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

// WitnessHead is what a witness signs to fix this place's journal up to a head.
// It names the plan as it was opened: a witness follows from the beginning.
func (s *State) WitnessHead(journal root.Digest) witness.Head {
	return witness.Head{Rehearsal: s.Rehearsal(), Chain: s.Chain(), Plan: s.Plan.Digest(), Attempt: s.Attempt, Journal: journal}
}

// WitnessSigned checks a witness's signature over a head, of whatever journal: by
// the key that the plan names for them.
func (s *State) WitnessSigned(b Witnessed) error {
	k, known := s.Plan.WitnessKey(b.Witness)
	if !known {
		return fmt.Errorf("witness %q: the plan names no key of theirs", b.Witness)
	}
	if err := k.Verify(s.WitnessHead(b.Journal).Text(), []byte(b.Signature)); err != nil {
		return fmt.Errorf("witness %s: head %v: %w", b.Witness, b.Journal, err)
	}
	return nil
}

// AcceptWitnessed checks a witness's signature over a head of this journal.
func (s *State) AcceptWitnessed(b Witnessed) error {
	if err := s.WitnessSigned(b); err != nil {
		return err
	}
	if s.Order != nil && !s.Order.covers(b.Journal) {
		return fmt.Errorf("witness %s: head %v is none of this journal", b.Witness, b.Journal)
	}
	return nil
}

package ceremony

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/root"
)

// A MismatchError refuses what belongs to something else, and shows both.
type MismatchError struct {
	What      string
	Want, Got root.Digest
}

func (e *MismatchError) Error() string {
	return fmt.Sprintf("%s: this sitting's is %v, the one given is for %v", e.What, e.Want, e.Got)
}

// Accept takes a contribution, made here or elsewhere, if it is for this
// sitting and everything in it holds, and returns the fact to record. It is
// the one path by which a signature gets into a sitting.
func (s *State) Accept(c Contribution) (Fact, error) {
	if err := c.form(); err != nil {
		return Fact{}, err
	}
	k, err := s.holder(c)
	if err != nil {
		return Fact{}, err
	}
	if err := s.belongs(c); err != nil {
		return Fact{}, err
	}
	switch c.Kind {
	case Enrolled:
		err = s.enrols(c, k)
	case SignatureMade:
		err = s.signs(c)
	}
	if err != nil {
		return Fact{}, err
	}
	return Fact{c}, nil
}

// form checks that a contribution has what its kind has, and nothing else: a
// signature inside a refusal is one that nobody was shown.
func (c Contribution) form() error {
	signature, reason := c.Signature != nil, strings.TrimSpace(c.Reason) != ""
	switch {
	case c.Kind != SignatureMade && c.Kind != Refused && c.Kind != Enrolled:
		return fmt.Errorf("contribution of %q: kind %q is not known", c.Participant, c.Kind)
	case c.Kind == SignatureMade && !signature:
		return fmt.Errorf("contribution of %q: holds no signature", c.Participant)
	case c.Kind == Refused && !reason:
		return fmt.Errorf("refusal of %q: say why", c.Participant)
	case c.Kind != SignatureMade && signature:
		return fmt.Errorf("contribution of %q: a signature in one of kind %s", c.Participant, c.Kind)
	case c.Kind != Refused && c.Reason != "":
		return fmt.Errorf("contribution of %q: a reason in one of kind %s", c.Participant, c.Kind)
	}
	return nil
}

// holder checks that the key is the participant's, as far as the plan knows.
func (s *State) holder(c Contribution) (root.PublicKey, error) {
	if _, known := s.Plan.Participants[c.Participant]; !known {
		return root.PublicKey{}, fmt.Errorf("contribution: %q is no participant of this plan", c.Participant)
	}
	k, err := root.ParseSPKI(c.Key)
	if err != nil {
		return root.PublicKey{}, fmt.Errorf("contribution of %s: %w", c.Participant, err)
	}
	p := s.InForce()
	if want, known := p.KeyOf(c.Participant); known && want.Fingerprint() != k.Fingerprint() {
		return root.PublicKey{}, fmt.Errorf("contribution of %s: %w", c.Participant,
			&MismatchError{What: "key", Want: root.Digest(want.Fingerprint()), Got: root.Digest(k.Fingerprint())})
	}
	name, known := p.NameOf(k.Fingerprint())
	switch {
	case known && name != c.Participant:
		return root.PublicKey{}, fmt.Errorf("contribution of %s: the key is that of %s", c.Participant, name)
	case !known && c.Kind != Enrolled && s.Frozen != nil:
		return root.PublicKey{}, fmt.Errorf("contribution of %s: key %v is not in the plan", c.Participant, k.Fingerprint())
	}
	return k, nil
}

// belongs checks that the contribution names this sitting and no other.
func (s *State) belongs(c Contribution) error {
	if s.Attempt.IsZero() {
		return fmt.Errorf("contribution of %s: the sitting is not open, and belongs to no attempt yet", c.Participant)
	}
	if err := c.names("chain", s.Chain(), c.Chain); err != nil {
		return err
	}
	want := s.Plan.Digest()
	if c.Kind != Enrolled && s.Frozen != nil {
		want = s.Frozen.Digest()
	}
	if c.Kind == Enrolled || s.Frozen != nil { // before the attempt: two drafts that circulate are two attempts, too
		if err := c.names("plan", want, c.Plan); err != nil {
			return err
		}
	}
	var candidate root.Digest
	if c.Kind != Enrolled && s.Candidate != nil {
		candidate = s.Candidate.Digest()
	}
	if c.Kind == Enrolled || s.Candidate != nil {
		if err := c.names("candidate", candidate, c.Candidate); err != nil {
			return err
		}
	}
	if err := c.names("attempt", s.Attempt, c.Attempt); err != nil {
		return err
	}
	if c.Kind != Enrolled && s.Candidate == nil {
		return fmt.Errorf("contribution of %s: %w", c.Participant, errNoCandidate)
	}
	return nil
}

// names refuses a contribution that names another digest than this sitting's.
func (c Contribution) names(what string, want, got root.Digest) error {
	if want == got {
		return nil
	}
	return fmt.Errorf("contribution of %s: %w", c.Participant, &MismatchError{What: what, Want: want, Got: got})
}

// enrols checks a key that wants to join.
func (s *State) enrols(c Contribution, k root.PublicKey) error {
	if !slices.Contains(s.Joining(), c.Participant) {
		return fmt.Errorf("enrolment of %s: the plan has them join nothing", c.Participant)
	}
	if err := k.Sound(); err != nil {
		return fmt.Errorf("enrolment of %s: %w", c.Participant, err)
	}
	_, reviewed := s.Plan.KeyOf(c.Participant) // in full, and compared already
	if want := s.Plan.Keys[c.Participant].Type.Algorithm(); !reviewed && want != k.Algorithm() {
		return fmt.Errorf("enrolment of %s: the plan wants a key of %v, the token has one of %v", c.Participant, want, k.Algorithm())
	}
	if e, have := s.Enrolments[c.Participant]; have && !bytes.Equal(e.Key, c.Key) {
		return fmt.Errorf("enrolment of %s: another key of theirs is enrolled already: sign with that one, or begin a new attempt", c.Participant)
	}
	for name, e := range s.Enrolments {
		if name != c.Participant && bytes.Equal(e.Key, c.Key) {
			return fmt.Errorf("enrolment of %s: %s has enrolled the same key", c.Participant, name)
		}
	}
	return s.attested(c)
}

func (s *State) signs(c Contribution) error {
	sig, err := c.rootSignature()
	if err != nil {
		return err
	}
	if err := s.Candidate.Check(sig); err != nil {
		return fmt.Errorf("signature of %s: %w", c.Participant, err)
	}
	return s.attested(c)
}

func (c Contribution) rootSignature() (root.Signature, error) {
	k, err := root.ParseSPKI(c.Key)
	if err != nil {
		return root.Signature{}, err
	}
	return root.Signature{Key: k.Fingerprint(), Sig: c.Signature.Sig, Header: root.Header(c.Signature.Header)}, nil
}

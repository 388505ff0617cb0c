package ceremony

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/root"
)

// ErrComplete refuses to abandon a candidate that enough have signed: it is a
// root, and nobody can take that back.
var ErrComplete = errors.New("its candidate is complete: every quorum is met, and whoever has the signatures can publish it")

// Abandon is what this sitting leaves behind when another takes its place: its
// candidate and whose signatures there are. False if nobody has signed one. A
// candidate that is complete cannot be abandoned ([ErrComplete]).
func (s *State) Abandon() (Abandoned, bool, error) {
	if s.Candidate == nil || len(s.Signatures) == 0 {
		return Abandoned{}, false, nil
	}
	if s.QuorumsMet() {
		return Abandoned{}, false, fmt.Errorf("%s, candidate %v: %w", s.Candidate.Title(), s.Candidate.Digest(), ErrComplete)
	}
	raw, err := s.Assemble()
	if err != nil {
		return Abandoned{}, false, err
	}
	a := Abandoned{
		Attempt: s.Attempt, Plan: s.Frozen.Digest(), Version: s.Candidate.Body().Version, Candidate: s.Candidate.Digest(), Document: string(raw),
	}
	if s.Aborted != nil {
		a.Why = s.Aborted.Why
	}
	for _, name := range s.Signers() {
		if signed, ok := s.Signatures[name]; ok {
			a.Signatures = append(a.Signatures, AbandonedSignature{name, signed.Contribution.Key})
		}
	}
	a.Missing = s.Outstanding()
	return a, true, nil
}

// Outstanding is how many signatures more each quorum of the candidate needs.
func (s *State) Outstanding() []AbandonedQuorum {
	var out []AbandonedQuorum
	for _, l := range s.Lacks() {
		out = append(out, AbandonedQuorum{l.Quorum, l.Missing()})
	}
	return out
}

// Completing says what would complete a candidate of which that much is missing.
func Completing(missing []AbandonedQuorum) string {
	var parts []string
	for _, m := range missing {
		if m.Lacks > 0 {
			parts = append(parts, fmt.Sprintf("%d more for the %s quorum", m.Lacks, m.Quorum))
		}
	}
	switch len(parts) {
	case 0:
		return "it is complete"
	case 1:
		return parts[0] + " would complete it"
	}
	return strings.Join(parts, " and ") + ", together, would complete it"
}

// Body reads the document with the signatures that there are: a key manager
// document, or a root. Its digest must be the candidate's.
func (a Abandoned) Body() (*root.Body, error) {
	var b *root.Body
	if m, err := root.ParseKeyManager([]byte(a.Document)); err == nil {
		b = &m.Body
	} else {
		r, err := root.Parse([]byte(a.Document))
		if err != nil {
			return nil, fmt.Errorf("abandoned candidate: %w", err)
		}
		b = &r.Body
	}
	if b.Digest != a.Candidate {
		return nil, fmt.Errorf("abandoned candidate: %w", &MismatchError{What: "candidate", Want: a.Candidate, Got: b.Digest})
	}
	return b, nil
}

// Lines tell it to people.
func (a Abandoned) Lines() []string {
	var names []string
	for _, s := range a.Signatures {
		names = append(names, s.Participant)
	}
	out := []string{
		fmt.Sprintf("version %d, candidate %v", a.Version, a.Candidate),
		"  signed by " + list(names) + ": valid for ever",
	}
	out = append(out, "  "+Completing(a.Missing))
	if a.Why != "" {
		out = append(out, "  given up because: "+a.Why)
	}
	return out
}

package ceremony

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// RequestSchema is the first member of a request file.
const RequestSchema = "rootmoot/request/v1"

// Bounds of a request file. A root has some kilobytes, and a chain rarely a
// hundred of them.
const (
	MaxRequest      = 16 << 20
	MaxRequestRoots = 4096
)

// A Request asks one keyholder elsewhere for a contribution. It holds all that
// their machine needs to build the candidate by itself, and is believed nothing:
// the chain is verified from a pin that the keyholder holds, and the candidate
// and the frozen plan are here to be compared with those computed there.
type Request struct {
	Schema      string           `json:"schema"`
	Participant string           `json:"participant"`
	Asks        ContributionKind `json:"asks"` // signature or enrolment
	From        string           `json:"from"` // the place that asks
	Attempt     root.Digest      `json:"attempt"`
	Plan        string           `json:"plan"`                // the plan file, as opened
	Frozen      string           `json:"frozen,omitempty"`    // with every key; for a signature
	Candidate   string           `json:"candidate,omitempty"` // canonical signed part; for a signature
	Chain       []string         `json:"chain,omitempty"`     // roots, ascending, up to the one that the plan continues
	Before      string           `json:"before,omitempty"`    // the key manager document that the plan follows
	Enrolments  []Enrolment      `json:"enrolments,omitempty"`
}

// An Enrolment is a key that joins, as its keyholder has proven it.
type Enrolment struct {
	Contribution Contribution `json:"contribution"`
	Stated       Stated       `json:"statement"`
}

// Encode writes the request file: compact JSON and a line feed, in exactly one way.
func (r Request) Encode() []byte { return append(encode(r), '\n') }

// Digest is the SHA-256 of the request file.
func (r Request) Digest() root.Digest { return root.DigestOf(r.Encode()) }

// ParseRequest reads what Encode writes, and nothing else. It judges nothing.
func ParseRequest(raw []byte) (Request, error) {
	var r Request
	if err := parseFile(raw, MaxRequest, &r); err != nil {
		return r, fmt.Errorf("request: %w", err)
	}
	switch {
	case r.Schema != RequestSchema:
		return r, fmt.Errorf("request: schema %q, this program reads %q", r.Schema, RequestSchema)
	case r.Asks != SignatureMade && r.Asks != Enrolled:
		return r, fmt.Errorf("request: asks for %q: want %q or %q", r.Asks, SignatureMade, Enrolled)
	case len(r.Chain) > MaxRequestRoots:
		return r, fmt.Errorf("request: a chain of %d roots, of at most %d", len(r.Chain), MaxRequestRoots)
	case r.Attempt.IsZero():
		return r, errors.New("request: names no attempt")
	case !bytes.Equal(r.Encode(), raw):
		return r, errors.New("request: not written as this program writes it")
	}
	return r, nil
}

// Ask is what this sitting asks of a participant now: to enrol a key that
// joins, or else to sign the candidate. chain are the roots up to the trusted
// one, ascending; before is the file of the key manager document that the plan
// follows, nil if it follows none.
func (s *State) Ask(participant string, chain [][]byte, before []byte) (Request, error) {
	r := Request{Schema: RequestSchema, Participant: participant, From: s.Place, Attempt: s.Attempt, Plan: string(s.Plan.Raw()), Before: string(before)}
	var err error
	if r.Asks, err = s.asks(participant); err != nil {
		return r, err
	}
	for _, raw := range chain {
		r.Chain = append(r.Chain, string(raw))
	}
	if r.Asks == Enrolled {
		return r, nil
	}
	r.Frozen, r.Candidate = string(s.Frozen.Raw()), string(s.Candidate.Body().Signed())
	for _, name := range s.Joining() {
		c := s.Enrolments[name]
		st, _ := s.StatementOf(c)
		r.Enrolments = append(r.Enrolments, Enrolment{c, st})
	}
	return r, nil
}

// asks is what there is to ask of a participant.
func (s *State) asks(participant string) (ContributionKind, error) {
	p, known := s.Plan.Participants[participant]
	waiting := s.ToEnrol()
	switch {
	case !known:
		return "", fmt.Errorf("request: %q is no participant of this plan", participant)
	case s.Attempt.IsZero():
		return "", errors.New("request: the sitting is not open yet")
	case p.Token == nil:
		return "", fmt.Errorf("request: the plan names no token for %s", participant)
	case slices.Contains(waiting, participant):
		return Enrolled, nil
	case len(waiting) > 0:
		return "", fmt.Errorf("request: there is nothing to sign before every joining key is enrolled; missing: %s", list(waiting))
	case s.Candidate == nil:
		return "", fmt.Errorf("request: the plan yields no candidate: %w", s.Blocked)
	case !slices.Contains(s.Signers(), participant):
		return "", fmt.Errorf("request: the key of %s is in no quorum of the candidate", participant)
	}
	if _, signed := s.Signatures[participant]; signed {
		return "", fmt.Errorf("request: %s has signed already", participant)
	}
	return SignatureMade, nil
}

// Facts are the proofs in a request: enrolments and their statements.
func (r Request) Facts() []Fact {
	var out []Fact
	for _, e := range r.Enrolments {
		out = append(out, Fact{e.Contribution}, Fact{e.Stated})
	}
	return out
}

// LoadPlan reads the plan of a request, as it was opened.
func (r Request) LoadPlan() (*plan.Plan, error) {
	p, err := plan.Load([]byte(r.Plan))
	if err != nil {
		return nil, fmt.Errorf("request: plan: %w", err)
	}
	return p, nil
}

// AnsweredBy is the verb with which its keyholder answers it.
func (r Request) AnsweredBy() (string, error) {
	p, err := r.LoadPlan()
	if err != nil {
		return "", err
	}
	if t := p.Participants[r.Participant].Token; t != nil {
		return t.Kind.Answers(), nil
	}
	return "rootmoot sign", nil
}

// ChainBelow are the roots below a version, ascending, as far down as read has
// them (its error wraps [verify.ErrNotFound] where it has none) and as many as a
// request can hold beside that version: for keyholders elsewhere, who start from
// pins of their own.
func ChainBelow(version int64, read func(version int64) ([]byte, error)) ([][]byte, error) {
	var out [][]byte
	for n := version - 1; n > 0 && len(out) < MaxRequestRoots-1; n-- {
		raw, err := read(n)
		if errors.Is(err, verify.ErrNotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
		out = append(out, raw)
	}
	slices.Reverse(out)
	return out, nil
}

// Source is the request's chain, by file name. What cannot be read as a root is
// an error: nothing of it is believed, but somebody should know.
func (r Request) Source() (verify.Files, error) {
	files := make(verify.Files, len(r.Chain))
	for i, text := range r.Chain {
		parsed, err := root.Parse([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("request: root %d of its chain: %w", i+1, err)
		}
		files[fmt.Sprintf("%d.root.json", parsed.Version)] = []byte(text)
	}
	return files, nil
}

// Agrees compares what a request says with what was computed here from the plan
// and the trusted root: the frozen plan and the candidate must be the same, to
// the byte.
func (r Request) Agrees(s *State) error {
	if r.Asks == Enrolled {
		return nil
	}
	if s.Candidate == nil {
		if s.Blocked != nil {
			return fmt.Errorf("request: no candidate can be built from it: %w", s.Blocked)
		}
		return fmt.Errorf("request: no candidate can be built from it: it lacks the enrolments of %s", list(s.ToEnrol()))
	}
	if d := root.DigestOf([]byte(r.Frozen)); d != s.Frozen.Digest() {
		return fmt.Errorf("request: %w", &MismatchError{What: "frozen plan", Want: s.Frozen.Digest(), Got: d})
	}
	if !bytes.Equal([]byte(r.Candidate), s.Candidate.Body().Signed()) {
		return fmt.Errorf("request: %w", &MismatchError{What: "candidate", Want: s.Candidate.Digest(), Got: root.DigestOf([]byte(r.Candidate))})
	}
	return nil
}

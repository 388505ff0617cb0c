package ceremony

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/root"
)

// StatementType is what a statement states.
type StatementType string

// The three types. Possession: this token holds the key that it wants to
// enrol. Contribution: this place's record holds this contribution. Seal: the
// record up to here is what happened.
const (
	Possession           StatementType = "possession"
	ContributionRecorded StatementType = "contribution"
	Sealed               StatementType = "seal"
)

// A Statement is the only thing besides metadata that a token signs: one fixed
// ASCII text of more than 32 and fewer than 1,024 bytes, signed as the message
// itself. Its first line keeps it apart from metadata: canonical JSON begins
// with a brace, and what conda signs in OpenPGP form is 32 bytes long.
type Statement struct {
	Type      StatementType
	Rehearsal bool
	// Chain is the digest of the chain's first root; zero, and left out, for a
	// genesis.
	Chain        root.Digest
	Plan         root.Digest // possession: of the draft
	Attempt      root.Digest // zero, and left out, outside a sitting
	Candidate    root.Digest // not for a possession
	Key          root.Digest // the fingerprint of the signing key; not for a seal
	Contribution root.Digest // of the contribution that this statement is about; not for a seal
	Journal      root.Digest // the head of the signer's own journal
}

const (
	statementHead          = "rootmoot statement v1"
	rehearsalStatementHead = "rootmoot rehearsal statement v1"
)

// lines are the digests of the type in their order.
func (s *Statement) lines() []statementLine {
	switch s.Type {
	case Possession:
		return []statementLine{
			{"chain", &s.Chain, true},
			{"draft", &s.Plan, false},
			{"attempt", &s.Attempt, true},
			{"key", &s.Key, false},
			{"contribution", &s.Contribution, false},
			{"journal", &s.Journal, false},
		}
	case ContributionRecorded:
		return []statementLine{
			{"chain", &s.Chain, true},
			{"plan", &s.Plan, false},
			{"attempt", &s.Attempt, false},
			{"candidate", &s.Candidate, false},
			{"key", &s.Key, false},
			{"contribution", &s.Contribution, false},
			{"journal", &s.Journal, false},
		}
	case Sealed:
		return []statementLine{
			{"chain", &s.Chain, true},
			{"plan", &s.Plan, false},
			{"attempt", &s.Attempt, false},
			{"candidate", &s.Candidate, false},
			{"journal", &s.Journal, false},
		}
	}
	return nil
}

type statementLine struct {
	name     string
	digest   *root.Digest
	optional bool
}

// Text is the statement's bytes.
func (s Statement) Text() []byte {
	var b strings.Builder
	b.WriteString(statementHead)
	if s.Rehearsal {
		b.Reset()
		b.WriteString(rehearsalStatementHead)
	}
	fmt.Fprintf(&b, "\ntype: %s\n", s.Type)
	for _, l := range s.lines() {
		if !l.optional || !l.digest.IsZero() {
			fmt.Fprintf(&b, "%s: %v\n", l.name, *l.digest)
		}
	}
	return []byte(b.String())
}

// ParseStatement reads what Text writes, to the byte.
func ParseStatement(text []byte) (Statement, error) {
	errForm := errors.New("statement: not of the form of a rootmoot statement v1")
	lines := strings.Split(string(text), "\n")
	if len(lines) < 3 {
		return Statement{}, errForm
	}
	s := Statement{Rehearsal: lines[0] == rehearsalStatementHead, Type: StatementType(strings.TrimPrefix(lines[1], "type: "))}
	digests := s.lines()
	if digests == nil { // else a text without digests would be a statement of any type
		return Statement{}, errForm
	}
	at := 2
	for _, l := range digests {
		hex, ok := strings.CutPrefix(lines[min(at, len(lines)-1)], l.name+": ")
		if !ok {
			continue
		}
		d, err := root.ParseDigest(hex)
		if err != nil {
			return Statement{}, fmt.Errorf("statement: %s: %w", l.name, err)
		}
		*l.digest = d
		at++
	}
	if string(s.Text()) != string(text) {
		return Statement{}, errForm
	}
	return s, nil
}

// Verify checks the signature of a statement: by the key, over its text.
func (s Statement) Verify(k root.PublicKey, sig []byte) error {
	if s.Type != Sealed && s.Key != root.Digest(k.Fingerprint()) {
		return fmt.Errorf("statement: names key %v, not %v", s.Key, k.Fingerprint())
	}
	if err := k.VerifyStatement(s.Text(), sig); err != nil {
		return fmt.Errorf("statement (%s): %w", s.Type, err)
	}
	return nil
}

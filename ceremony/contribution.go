package ceremony

import (
	"encoding/hex"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rootmoot/rootmoot/root"
)

// ContributionKind is what a keyholder contributes.
type ContributionKind string

// The three kinds.
const (
	SignatureMade ContributionKind = "signature"
	Refused       ContributionKind = "refusal"
	Enrolled      ContributionKind = "enrolment"
)

// A Contribution is what one keyholder gives to a sitting, in this room or
// elsewhere. It names everything that it is for, so that it fits no other.
type Contribution struct {
	Kind        ContributionKind `json:"kind"`
	Participant string           `json:"participant"`
	Chain       root.Digest      `json:"chain,omitzero"` // of the first root; absent for a genesis
	Plan        root.Digest      `json:"plan"`           // frozen; for an enrolment the plan as opened
	Attempt     root.Digest      `json:"attempt"`
	Candidate   root.Digest      `json:"candidate,omitzero"` // absent for an enrolment
	Key         Hex              `json:"key"`                // DER SubjectPublicKeyInfo
	Signature   *Signature       `json:"signature,omitempty"`
	Reason      string           `json:"reason,omitempty"` // of a refusal
	Token       Token            `json:"token"`
	Attestation *Attestation     `json:"attestation,omitempty"`
	At          string           `json:"at,omitempty"` // when, by the clock of its place: claimed; RFC 3339, UTC
}

// Signature is a signature over the candidate, as [root.Signature] has it.
type Signature struct {
	Sig    Hex `json:"sig"`
	Header Hex `json:"header,omitempty"` // OpenPGP form only
}

// Token is what the token said of itself when it was used. Nobody believes it;
// what is proven stands in the attestation.
type Token struct {
	Kind     string `json:"kind"`
	Serial   string `json:"serial"`
	Firmware string `json:"firmware,omitempty"`
	Slot     string `json:"slot,omitempty"`
}

// Attestation is the token's certificates in DER: of the key, and those above.
type Attestation struct {
	Leaf  Hex   `json:"leaf"`
	Chain []Hex `json:"chain,omitempty"`
}

// NewAttestation is that of a leaf and what lies above it, DER, the leaf's issuer
// first. The bytes are not copied.
func NewAttestation(leaf []byte, chain [][]byte) *Attestation {
	a := &Attestation{Leaf: leaf}
	for _, above := range chain {
		a.Chain = append(a.Chain, above)
	}
	return a
}

// Hex is bytes, written as lower-case hex.
type Hex []byte

// MarshalText writes lower-case hex.
func (h Hex) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h), nil }

// UnmarshalText reads hex.
func (h *Hex) UnmarshalText(text []byte) (err error) {
	*h, err = hex.AppendDecode(nil, text)
	return err
}

// Digest is the SHA-256 of the contribution as it is written: what a statement
// about it names.
func (c Contribution) Digest() root.Digest {
	return root.DigestOf(encode(c))
}

// Statement is what the contributing key states about c: that it holds the key
// (an enrolment), or that its record up to journal and c belong together.
func (c Contribution) Statement(k root.PublicKey, rehearsal bool, journal root.Digest) Statement {
	s := Statement{
		Type: ContributionRecorded, Rehearsal: rehearsal,
		Chain: c.Chain, Plan: c.Plan, Attempt: c.Attempt, Candidate: c.Candidate,
		Key: root.Digest(k.Fingerprint()), Contribution: c.Digest(), Journal: journal,
	}
	if c.Kind == Enrolled {
		s.Type = Possession
	}
	return s
}

// encode writes our own structs: compact JSON, members in the order of the
// fields. Text that people typed may be no UTF-8, which JSON cannot have: what
// is wrong in it becomes U+FFFD, and is that wherever it is read.
func encode(v any) []byte {
	b, err := json.Marshal(v, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		panic("ceremony: " + err.Error()) // a field of a type that JSON cannot have: a fault of this package
	}
	return b
}

package ceremony

import "github.com/rootmoot/rootmoot/root"

func (Asked) kind() Kind     { return KindAsked }
func (Arrived) kind() Kind   { return KindArrived }
func (SetAside) kind() Kind  { return KindSetAside }
func (Paused) kind() Kind    { return KindPaused }
func (Resumed) kind() Kind   { return KindResumed }
func (Aborted) kind() Kind   { return KindAborted }
func (Abandoned) kind() Kind { return KindAbandoned }
func (Witnessed) kind() Kind { return KindWitnessed }
func (Salted) kind() Kind    { return KindSalted }

// Asked says that a request was written for a participant elsewhere.
type Asked struct {
	Participant string           `json:"participant"`
	Asks        ContributionKind `json:"asks"`
	Request     root.Digest      `json:"request"` // SHA-256 of the file
}

// ArrivedForm is what a file from elsewhere is.
type ArrivedForm string

// The forms. A request arrives at a keyholder's place, the others come back.
const (
	ArrivedContribution ArrivedForm = "contribution"
	ArrivedJournal      ArrivedForm = "journal"
	ArrivedRequest      ArrivedForm = "request"
)

// Arrived says that a file came from elsewhere and was taken whole. It fixes
// the file's bytes, which lie beside the journal: they hold what their place
// recorded. What is signed in it is recorded here too, as facts of their own.
type Arrived struct {
	Form   ArrivedForm `json:"form"`
	SHA256 root.Digest `json:"sha256"`
	Size   int         `json:"size"`
	Place  string      `json:"place,omitempty"` // whose record it holds, by its own word
	// Covered is how many entries of a journal somebody has signed. The others
	// are claims, and count nothing.
	Covered int `json:"covered,omitzero"`
}

// SetAside says that a file came and was not taken. Its bytes are kept.
type SetAside struct {
	SHA256 root.Digest `json:"sha256"`
	Size   int         `json:"size"`
	Name   string      `json:"name"` // as it was given
	Why    string      `json:"why"`
}

// Paused begins a break, the N-th of this place, from 0.
type Paused struct {
	N   int    `json:"n"`
	Why string `json:"why"`
}

// Resumed ends the break of that number.
type Resumed struct {
	N int `json:"n"`
}

// Aborted ends a sitting that made no root. Nothing undoes it. What was signed
// in it stays valid.
type Aborted struct {
	By  string `json:"by"`
	Why string `json:"why"`
}

// Abandoned is what an earlier sitting left behind: a candidate of the same
// version that some have signed, and that this one takes the place of. Its
// signatures are valid for ever: with Missing more in each quorum it would be
// complete.
type Abandoned struct {
	Attempt    root.Digest          `json:"attempt"`
	Plan       root.Digest          `json:"plan"` // frozen
	Version    int64                `json:"version"`
	Candidate  root.Digest          `json:"candidate"`
	Document   string               `json:"document"` // the file, with the signatures that there are
	Signatures []AbandonedSignature `json:"signatures"`
	Missing    []AbandonedQuorum    `json:"missing"`
	Why        string               `json:"why"`
}

// AbandonedSignature says whose signature stands in the document.
type AbandonedSignature struct {
	Participant string `json:"participant"`
	Key         Hex    `json:"key"` // DER SubjectPublicKeyInfo
}

// AbandonedQuorum is how many signatures one of its quorums lacked.
type AbandonedQuorum struct {
	Quorum string `json:"quorum"`
	Lacks  int    `json:"lacks"`
}

// Witnessed is a witness's signature, made with a tool of their own, over a
// head of this journal.
type Witnessed struct {
	Witness   string      `json:"witness"`
	Journal   root.Digest `json:"journal"`
	Signature string      `json:"signature"` // armored, as the tool wrote it
}

// Salted holds what a place hides by, in the evidence that everybody may see:
// names and places stand there as commitments, which nobody can try out without
// the salt. It is random, and a secret of whoever has the whole record.
type Salted struct {
	Salt root.Digest `json:"salt"`
}

package ceremony

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rootmoot/rootmoot/root"
)

// A Fact is one thing that happened, as it stands in a journal. Its meaning is
// in its body; which body depends on the kind.
type Fact struct {
	Body Body
}

// A Body is one of the structs below: what happened.
type Body interface{ kind() Kind }

// Kind names a body.
type Kind string

// The kinds of facts.
const (
	KindOpened       Kind = "opened"
	KindPresent      Kind = "present"
	KindRoom         Kind = "room"
	KindConfirmed    Kind = "confirmed"
	KindContribution Kind = "contribution"
	KindStated       Kind = "stated"
	KindException    Kind = "exception"
	KindClosed       Kind = "closed"
	KindWord         Kind = "word"
	KindSeal         Kind = "seal"

	KindAsked     Kind = "asked"
	KindArrived   Kind = "arrived"
	KindSetAside  Kind = "set-aside"
	KindPaused    Kind = "paused"
	KindResumed   Kind = "resumed"
	KindAborted   Kind = "aborted"
	KindAbandoned Kind = "abandoned"
	KindWitnessed Kind = "witnessed"

	KindSalted Kind = "salted"
)

func (Opened) kind() Kind       { return KindOpened }
func (Present) kind() Kind      { return KindPresent }
func (Room) kind() Kind         { return KindRoom }
func (Confirmed) kind() Kind    { return KindConfirmed }
func (Contribution) kind() Kind { return KindContribution }
func (Stated) kind() Kind       { return KindStated }
func (Exception) kind() Kind    { return KindException }
func (Closed) kind() Kind       { return KindClosed }
func (Word) kind() Kind         { return KindWord }
func (Seal) kind() Kind         { return KindSeal }

// Opened begins an attempt.
type Opened struct {
	Attempt root.Digest `json:"attempt"` // random
	Plan    root.Digest `json:"plan"`    // as opened
	Place   string      `json:"place"`
	Tool    string      `json:"tool"` // version of the program, and of what it was built
	// CAs are those by which attestations are judged. Journals of before they
	// were recorded name none.
	CAs CAs `json:"attestation_cas,omitzero"`
	// Elsewhere, at a keyholder's own place, what it was opened for.
	Request root.Digest      `json:"request,omitzero"` // SHA-256 of the request file
	For     string           `json:"for,omitempty"`    // the participant
	Asks    ContributionKind `json:"asks,omitempty"`   // a signature or an enrolment
}

// Present says that somebody is there. Claimed, not proven.
type Present struct {
	Name   string `json:"name"` // in the plan
	Note   string `json:"note,omitempty"`
	Person string `json:"person,omitempty"` // who plays that part, as they say
}

// Room is what the machine and the room look like. Claimed, not proven. Of
// several the one of the last look counts, and of two of one look the later by
// its own clock. (The clock alone would not do: that it was wrong is the best
// reason to look again.)
type Room struct {
	Look     int           `json:"look,omitzero"` // 0, 1, ...: [State.NextLook]
	Local    string        `json:"local"`         // this machine's clock
	Outside  string        `json:"outside"`       // an outside clock, as typed
	Findings []RoomFinding `json:"findings"`
	Machine  []string      `json:"machine"` // what the machine says of itself, a line each
}

// after reports whether r is a later look than o.
func (r Room) after(o Room) bool {
	if r.Look != o.Look {
		return r.Look > o.Look
	}
	return r.Local > o.Local
}

// A RoomFinding is one thing about the room.
type RoomFinding struct {
	ID   string `json:"id"`
	OK   bool   `json:"ok"`
	Text string `json:"text"`
}

// Confirmed ends a step. Digest is what was confirmed, where the step is about
// something that has one; a step is over only if it is the digest of now.
type Confirmed struct {
	Step   Step        `json:"step"`
	Digest root.Digest `json:"digest,omitzero"`
	How    string      `json:"how,omitempty"` // "three words", "24 words typed"
	// Witness is who was asked for words of their own, and typed them.
	Witness string `json:"witness,omitempty"`
}

// Stated is a statement about a contribution and its signature. It is a fact
// of its own: if the token dies between the two, the contribution is kept.
type Stated struct {
	Contribution root.Digest `json:"contribution"`
	Journal      root.Digest `json:"journal"`
	Sig          Hex         `json:"sig"`
}

// Exception is a recorded deviation. Its id is the fact's.
type Exception struct {
	Step     Step   `json:"step"`
	Subject  string `json:"subject,omitempty"` // a participant, or a finding's id
	Expected string `json:"expected"`
	Happened string `json:"happened"`
	Nonce    int    `json:"nonce"` // tells two alike apart
	Place    string `json:"place,omitempty"`
}

// Closed closes an exception.
type Closed struct {
	Exception root.Digest `json:"exception"`
	Decision  string      `json:"decision"`
	By        string      `json:"by"`
}

// Word is what a participant says of the sitting before sealing it.
type Word struct {
	Participant string `json:"participant"`
	Agrees      bool   `json:"agrees"`
	Text        string `json:"text,omitempty"`
	// Exceptions is [State.ExceptionsDigest] when the word was given.
	Exceptions root.Digest `json:"exceptions,omitzero"`
}

// Seal is a participant's signature over the head of the journal, which holds
// the word that they gave.
type Seal struct {
	Participant string      `json:"participant"`
	Word        root.Digest `json:"word"` // id of the fact
	Journal     root.Digest `json:"journal"`
	Sig         Hex         `json:"sig"`
}

// written is a fact as it stands in a journal.
type written struct {
	Kind Kind           `json:"kind"`
	Body jsontext.Value `json:"body"`
}

// Encode writes the fact: compact JSON, in exactly one way.
func (f Fact) Encode() []byte {
	return encode(written{Kind: f.Body.kind(), Body: encode(f.Body)})
}

// ID is the SHA-256 of the fact as it is written.
func (f Fact) ID() root.Digest { return root.DigestOf(f.Encode()) }

// ParseFact reads what Encode writes. Unknown kinds and members are refused: a
// fact that this program does not understand may be the one that matters.
func ParseFact(raw []byte) (Fact, error) {
	var w written
	if err := json.Unmarshal(raw, &w, json.RejectUnknownMembers(true)); err != nil {
		return Fact{}, fmt.Errorf("fact: %w", err)
	}
	body, err := parseBody(w)
	if err != nil {
		return Fact{}, fmt.Errorf("fact of kind %q: %w", w.Kind, err)
	}
	f := Fact{Body: body}
	if !bytes.Equal(f.Encode(), raw) {
		return Fact{}, fmt.Errorf("fact of kind %q: not written as this program writes it", w.Kind)
	}
	return f, nil
}

func parseBody(w written) (Body, error) {
	switch w.Kind {
	case KindOpened:
		return decode[Opened](w.Body)
	case KindPresent:
		return decode[Present](w.Body)
	case KindRoom:
		return decode[Room](w.Body)
	case KindConfirmed:
		return decode[Confirmed](w.Body)
	case KindContribution:
		return decode[Contribution](w.Body)
	case KindStated:
		return decode[Stated](w.Body)
	case KindException:
		return decode[Exception](w.Body)
	case KindClosed:
		return decode[Closed](w.Body)
	case KindWord:
		return decode[Word](w.Body)
	case KindSeal:
		return decode[Seal](w.Body)
	}
	return parsePlaces(w)
}

// parsePlaces reads the bodies of what happens between places.
func parsePlaces(w written) (Body, error) {
	switch w.Kind {
	case KindAsked:
		return decode[Asked](w.Body)
	case KindArrived:
		return decode[Arrived](w.Body)
	case KindSetAside:
		return decode[SetAside](w.Body)
	case KindPaused:
		return decode[Paused](w.Body)
	case KindResumed:
		return decode[Resumed](w.Body)
	case KindAborted:
		return decode[Aborted](w.Body)
	case KindAbandoned:
		return decode[Abandoned](w.Body)
	case KindWitnessed:
		return decode[Witnessed](w.Body)
	case KindSalted:
		return decode[Salted](w.Body)
	}
	return nil, fmt.Errorf("not known to this version of the program")
}

func decode[T Body](raw []byte) (Body, error) {
	var v T
	err := json.Unmarshal(raw, &v, json.RejectUnknownMembers(true))
	return v, err
}

package ceremony

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/root"
)

// DeliverySchema is the first member of a contribution file.
const DeliverySchema = "rootmoot/contribution/v1"

// MaxDelivery bounds a contribution file, in bytes. One with its attestation and
// the record of its place comes to some tens of kilobytes.
const MaxDelivery = 1 << 20

// A Delivery is a contribution on its way from the place where it was made: the
// contribution file. With the record of that place, whose head the statement
// signs, it also tells what the machine looked like, who was there and what they
// were shown.
type Delivery struct {
	Schema       string       `json:"schema"`
	Contribution Contribution `json:"contribution"`
	Stated       *Stated      `json:"statement,omitempty"`
	// Journal is the record of the place, as it stood when the statement was made.
	Journal string `json:"journal,omitempty"`
}

// Encode writes the contribution file: compact JSON and a line feed, in exactly
// one way.
func (d Delivery) Encode() []byte { return append(encode(d), '\n') }

// Digest is the SHA-256 of the contribution file.
func (d Delivery) Digest() root.Digest { return root.DigestOf(d.Encode()) }

// ParseDelivery reads what Encode writes, and nothing else. It judges nothing.
func ParseDelivery(raw []byte) (Delivery, error) {
	var d Delivery
	if err := parseFile(raw, MaxDelivery, &d); err != nil {
		return d, fmt.Errorf("contribution file: %w", err)
	}
	if d.Schema != DeliverySchema {
		return d, fmt.Errorf("contribution file: schema %q, this program reads %q", d.Schema, DeliverySchema)
	}
	if !bytes.Equal(d.Encode(), raw) {
		return d, fmt.Errorf("contribution file: not written as this program writes it")
	}
	return d, nil
}

// parseFile reads a file of ours: of a bounded size, without a member that is
// not known or stands twice.
func parseFile(raw []byte, limit int, into any) error {
	if len(raw) > limit {
		return fmt.Errorf("%d bytes, of at most %d", len(raw), limit)
	}
	return json.Unmarshal(raw, into, json.RejectUnknownMembers(true))
}

// Backing is how much stands behind a contribution.
type Backing string

// From the least to the most.
const (
	// SignatureOnly: nothing but a signature over the candidate, as a simple HSM
	// or an OpenPGP card makes it.
	SignatureOnly Backing = "signature only"
	// StatedAlone: its key has stated it; the record of its place is not here.
	StatedAlone Backing = "stated"
	// StatedWithRecord: its key has stated it, and the record of its place up to then.
	StatedWithRecord Backing = "stated, with the record of its place"
	// ClaimedOnly: a refusal that no key has stated. Anybody could have written it.
	ClaimedOnly Backing = "claimed"
)

// Backing says how much stands behind the contribution.
func (d Delivery) Backing() Backing {
	switch {
	case d.Stated != nil && d.Journal != "":
		return StatedWithRecord
	case d.Stated != nil:
		return StatedAlone
	case d.Contribution.Kind == Refused:
		return ClaimedOnly
	}
	return SignatureOnly
}

// Record reads the record that came with the contribution; false if none did.
func (d Delivery) Record() (r Record, there bool, err error) {
	if d.Journal == "" {
		return r, false, nil
	}
	r, err = ReadRecord([]byte(d.Journal))
	return r, true, err
}

// brings are the facts of the file: the contribution, its statement and the record.
func (d Delivery) brings(r Record) []Fact {
	out := []Fact{{d.Contribution}}
	if d.Stated != nil {
		out = append(out, Fact{*d.Stated})
	}
	return append(out, r.Facts...)
}

// A Record is another place's journal.
type Record struct {
	Header  journal.Header
	Entries []journal.Entry
	Facts   []Fact // of the entries, in their order
}

// ReadRecord reads the bytes of another place's journal: its chain must hold to
// its end, and every fact must be one that this program knows.
func ReadRecord(raw []byte) (r Record, err error) {
	if r.Header, r.Entries, err = journal.Read(raw); err != nil {
		return r, fmt.Errorf("journal: %w", err)
	}
	for _, e := range r.Entries {
		f, err := ParseFact(e.Fact)
		if err != nil {
			return r, fmt.Errorf("journal of %q: entry %d: %w", r.Header.Place, e.N, err)
		}
		r.Facts = append(r.Facts, f)
	}
	return r, nil
}

// Head is the digest of the last entry; zero if there is none.
func (r Record) Head() root.Digest {
	if len(r.Entries) == 0 {
		return root.Digest{}
	}
	return root.Digest(r.Entries[len(r.Entries)-1].Digest)
}

// Opening is the fact that begins the attempt; false if there is none.
func (r Record) Opening() (Opened, bool) {
	for _, f := range r.Facts {
		if o, ok := f.Body.(Opened); ok {
			return o, true
		}
	}
	return Opened{}, false
}

// OpeningOf is how the sitting was begun that a request or a journal is of.
func OpeningOf(raw []byte) (Opened, error) {
	if FormOf(raw) == ArrivedRequest {
		r, err := ParseRequest(raw)
		if err != nil {
			return Opened{}, err
		}
		p, err := r.LoadPlan()
		if err != nil {
			return Opened{}, err
		}
		return Opened{Attempt: r.Attempt, Plan: p.Digest()}, nil
	}
	r, err := ReadRecord(raw)
	if err != nil {
		return Opened{}, fmt.Errorf("neither a request nor a journal: %w", err)
	}
	begun, ok := r.Opening()
	if !ok {
		return begun, errors.New("the journal begins no attempt")
	}
	return begun, nil
}

// Heads are the digests of the entries, in their order.
func (r Record) Heads() []root.Digest {
	out := make([]root.Digest, len(r.Entries))
	for i, e := range r.Entries {
		out[i] = root.Digest(e.Digest)
	}
	return out
}

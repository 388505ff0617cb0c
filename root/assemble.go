package root

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/internal/canonical"
)

// A Signature is one key's signature over a candidate, by key material; under
// which keyids it is entered is up to the candidate. Only [Message.Finish]
// makes them from what a token returned.
type Signature struct {
	Key    Fingerprint
	Sig    []byte
	Header Header // OpenPGP form only
}

// compare orders signatures; of two by one key the lower counts, everywhere.
func (s Signature) compare(o Signature) int {
	if c := bytes.Compare(s.Key[:], o.Key[:]); c != 0 {
		return c
	}
	if c := bytes.Compare(s.Header, o.Header); c != 0 {
		return c
	}
	return bytes.Compare(s.Sig, o.Sig)
}

// Check verifies a signature against the candidate's bytes and its key.
func (c *Candidate) Check(s Signature) error {
	_, err := c.finish(s)
	return err
}

// finish is [Message.Finish] for a signature that comes from elsewhere: what
// it leaves out (our own header) or writes otherwise (r ‖ s) is put right.
func (c *Candidate) finish(s Signature) (Signature, error) {
	m, err := c.Message(s.Key, s.Header)
	if err != nil {
		return Signature{}, err
	}
	return m.Finish(s.Sig)
}

// settle verifies all, writes each as the format has it, and keeps one for
// each key, in the order of the keys.
func (c *Candidate) settle(sigs []Signature) ([]Signature, error) {
	out := make([]Signature, len(sigs))
	for i, s := range sigs {
		var err error
		if out[i], err = c.finish(s); err != nil {
			return nil, fmt.Errorf("signature of key %s: %w", s.Key.Short(), err)
		}
	}
	slices.SortFunc(out, Signature.compare)
	return slices.CompactFunc(out, func(a, b Signature) bool { return a.Key == b.Key }), nil
}

// Assemble is the candidate with these signatures, as a file: each is verified
// again, and entered under every keyid by which a quorum lists its key. The
// same set of signatures gives the same bytes.
func (c *Candidate) Assemble(sigs []Signature) ([]byte, error) {
	sigs, err := c.settle(sigs)
	if err != nil {
		return nil, err
	}
	b := c.Body()
	if b.Format == Conda {
		return canonical.AppendConda(nil, envelope(b.signed, c.condaEntries(sigs)))
	}
	raw, err := canonical.AppendConda(nil, envelope(b.signed, canonical.NewArray(c.tufEntries(sigs)...)))
	return append(raw, '\n'), err
}

// Tallies are the quorums as these signatures meet them, in their order.
func (c *Candidate) Tallies(sigs []Signature) ([]Tally, error) {
	raw, err := c.Assemble(sigs)
	if err != nil {
		return nil, err
	}
	b, err := c.readBack(raw)
	if err != nil {
		return nil, err
	}
	out := make([]Tally, len(c.Quorums))
	for i, q := range c.Quorums {
		out[i] = q.Role.Tally(b.Envelope)
	}
	return out, nil
}

// readBack reads an assembled file as the kind of document that it is: what
// counts is what a reader sees.
func (c *Candidate) readBack(raw []byte) (*Body, error) {
	if c.KeyManager != nil {
		m, err := ParseKeyManager(raw)
		if err != nil {
			return nil, err
		}
		return &m.Body, nil
	}
	r, err := Parse(raw)
	if err != nil {
		return nil, err
	}
	return &r.Body, nil
}

func (c *Candidate) keyids(f Fingerprint) []string {
	var ids []string
	for _, q := range c.Quorums {
		for _, id := range q.Role.IDsOf(f) {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

func (c *Candidate) tufEntries(sigs []Signature) []*canonical.Value {
	type entry struct{ id, sig string }
	var entries []entry
	for _, s := range sigs {
		for _, id := range c.keyids(s.Key) {
			entries = append(entries, entry{id, hex.EncodeToString(s.Sig)})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.id, b.id) })
	out := make([]*canonical.Value, len(entries))
	for i, e := range entries {
		out[i] = canonical.NewObject(
			canonical.Member{Name: "keyid", Value: canonical.NewString(e.id)},
			canonical.Member{Name: "sig", Value: canonical.NewString(e.sig)},
		)
	}
	return out
}

func (c *Candidate) condaEntries(sigs []Signature) *canonical.Value {
	var out []canonical.Member
	for _, s := range sigs {
		entry := canonical.NewObject(canonical.Member{Name: "signature", Value: canonical.NewString(hex.EncodeToString(s.Sig))})
		if len(s.Header) > 0 {
			entry = entry.With("other_headers", canonical.NewString(hex.EncodeToString(s.Header)))
		}
		for _, id := range c.keyids(s.Key) {
			out = append(out, canonical.Member{Name: id, Value: entry})
		}
	}
	return canonical.NewObject(out...)
}

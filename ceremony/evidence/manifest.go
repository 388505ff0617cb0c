package evidence

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// Schema is the first member of a manifest.
const Schema = "rootmoot/evidence/v1"

// MaxManifest bounds a manifest, in bytes.
const MaxManifest = 4 << 20

// Profile says for whom evidence is.
type Profile string

// Full evidence is all that a place holds. Public evidence says of people what
// they agreed to, and commits to the rest.
const (
	Full   Profile = "full"
	Public Profile = "public"
)

// Outcome is what became of the sitting, as far as this record goes.
type Outcome string

// The outcomes. Signed: every quorum met, the record sealed, no exception open.
const (
	Signed     Outcome = "signed"
	Aborted    Outcome = "aborted"
	Unfinished Outcome = "unfinished"
)

// A Manifest says what an archive holds, and what it is about. All of it can be
// computed from the other files, and is.
type Manifest struct {
	Schema    string        `json:"schema"`
	Profile   Profile       `json:"profile"`
	Outcome   Outcome       `json:"outcome"`
	Attempt   root.Digest   `json:"attempt"`
	Plan      root.Digest   `json:"plan"`                   // as opened
	Frozen    root.Digest   `json:"frozen_plan,omitzero"`   // absent before it was frozen
	Chain     root.Digest   `json:"chain,omitzero"`         // of the first root; absent for a genesis
	Candidate root.Digest   `json:"candidate,omitzero"`     // absent before there is one
	Document  plan.Document `json:"document,omitzero"`      // of the candidate; absent for a root
	Version   int64         `json:"version,omitzero"`       // of the candidate
	Signed    root.Digest   `json:"signed_sha256,omitzero"` // of the signed file; absent before every quorum is met
	CAs       ceremony.CAs  `json:"attestation_cas,omitzero"`
	Tool      string        `json:"tool"`                 // that wrote the journal, by its own word
	Program   root.Digest   `json:"tool_sha256,omitzero"` // of its file, as the machine said
	Head      root.Digest   `json:"journal_head"`         // when this was made
	Sealed    []root.Digest `json:"sealed_heads"`         // of the seals that cover everything
	Files     []Entry       `json:"files"`                // of the archive, but for this one
}

// An Entry is one file.
type Entry struct {
	Name   string      `json:"name"`
	Size   int         `json:"size"`
	SHA256 root.Digest `json:"sha256"`
}

// FileName is the name of the signed document.
func (m Manifest) FileName() string {
	if m.Document == plan.KeyManagerDocument {
		return verify.KeyManagerFile
	}
	return rootFile(m.Version)
}

// Encode writes the manifest, in exactly one way.
func (m Manifest) Encode() []byte { return encode(m) }

// ParseManifest reads what Encode writes, and nothing else.
func ParseManifest(raw []byte) (Manifest, error) {
	var m Manifest
	if err := parse(raw, MaxManifest, &m); err != nil {
		return m, fmt.Errorf("%s: %w", ManifestFile, err)
	}
	if m.Schema != Schema {
		return m, fmt.Errorf("%s: schema %q, this program reads %q", ManifestFile, m.Schema, Schema)
	}
	return m, nil
}

// encode writes what is of this package's own form: for people to read, members
// in the order of the fields.
func encode(v any) []byte {
	raw, err := json.Marshal(v, json.Deterministic(true), jsontext.AllowInvalidUTF8(true), jsontext.WithIndent("  "))
	if err != nil {
		panic("evidence: " + err.Error()) // a field of a type that JSON cannot have: a fault of this package
	}
	return append(raw, '\n')
}

// parse reads what encode writes.
func parse[T any](raw []byte, limit int, into *T) error {
	if len(raw) > limit {
		return fmt.Errorf("%d bytes, of at most %d", len(raw), limit)
	}
	if err := json.Unmarshal(raw, into, json.RejectUnknownMembers(true)); err != nil {
		return err
	}
	if !bytes.Equal(encode(*into), raw) {
		return errors.New("not written as this program writes it")
	}
	return nil
}

// entries lists files, the manifest excepted.
func entries(files Files) []Entry {
	var out []Entry
	for _, name := range slices.SortedFunc(maps.Keys(files), byName) {
		if name != ManifestFile {
			out = append(out, Entry{name, len(files[name]), root.DigestOf(files[name])})
		}
	}
	return out
}

// outcome is what the state comes to.
func outcome(st *ceremony.State) Outcome {
	switch {
	case st.QuorumsMet() && len(st.Sealed()) > 0 && len(st.OpenExceptions()) == 0:
		return Signed
	case st.Aborted != nil:
		return Aborted
	}
	return Unfinished
}

// describe is the manifest of full evidence, but for its list of files.
func describe(st *ceremony.State, g *ceremony.Gathered) Manifest {
	m := Manifest{
		Schema: Schema, Profile: Full, Outcome: outcome(st), Attempt: st.Attempt, Plan: st.Plan.Digest(), Chain: st.Chain(),
		CAs: st.CAs, Signed: st.SignedDigest(), Sealed: []root.Digest{},
	}
	if st.Frozen != nil {
		m.Frozen = st.Frozen.Digest()
	}
	if st.Plan.Document != plan.RootDocument {
		m.Document = st.Plan.Document
	}
	if st.Candidate != nil {
		m.Candidate, m.Version = st.Candidate.Digest(), st.Candidate.Body().Version
	}
	for _, f := range g.Facts {
		if o, is := f.Body.(ceremony.Opened); is && m.Tool == "" {
			m.Tool = o.Tool
		}
	}
	if st.Room != nil {
		m.Program, _ = st.Room.Program()
	}
	if len(g.Heads) > 0 {
		m.Head = g.Heads[len(g.Heads)-1]
	}
	for _, b := range st.Sealed() {
		m.Sealed = append(m.Sealed, b.Journal)
	}
	return m
}

package sitting

import (
	"context"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

// stepHandOver: a manifest of what there is, and the end.
type stepHandOver struct{}

func (stepHandOver) title() string { return "Hand over" }

func (stepHandOver) short() string { return "Hand over" }

func (stepHandOver) show(s *Sitting, v *View) {
	if s.state.Elsewhere() {
		s.showAnswer(v)
		return
	}
	v.Body = []Block{{
		Text: []string{"A manifest of the sitting's files is written. Copy the whole directory to the media that leave the room; the signed file is what gets published."},
		Rows: [][2]string{{"directory", safe("%s", s.cfg.Dir)}, {"signed file", s.output()}},
	}}
	v.Acts = []Offer{{ID: ActHandOver, Next: true, Label: "write the manifest and end the sitting"}}
}

// Manifest lists the loose files of a sitting. The journal is named by its head
// when the manifest was made, and by the heads that the seals sign: a seal
// proves what stands up to its head, and nothing signs what came after.
type Manifest struct {
	Schema    string          `json:"schema"` // rootmoot/manifest/v1
	Attempt   root.Digest     `json:"attempt"`
	Plan      root.Digest     `json:"plan"`
	Candidate root.Digest     `json:"candidate"`
	CAs       ceremony.CAs    `json:"attestation_cas,omitzero"` // by which the tokens were judged
	Files     []ManifestEntry `json:"files"`
	Head      root.Digest     `json:"journal_head"`
	Sealed    []root.Digest   `json:"sealed_heads"`
}

// ManifestEntry is one file.
type ManifestEntry struct {
	Name   string      `json:"name"`
	Size   int         `json:"size"`
	SHA256 root.Digest `json:"sha256"`
}

func (stepHandOver) do(_ context.Context, s *Sitting, a Act, say func(Progress)) error {
	if s.state.Elsewhere() {
		return s.handBack(a, say)
	}
	m := Manifest{
		Schema: "rootmoot/manifest/v1", Attempt: s.state.Attempt, Plan: s.state.Frozen.Digest(),
		Candidate: s.state.Candidate.Digest(), CAs: ceremony.CAsOf(s.cfg.Bundle), Head: root.Digest(s.journal.Head()),
	}
	for _, b := range s.state.Sealed() {
		m.Sealed = append(m.Sealed, b.Journal)
	}
	if err := s.tidy(); err != nil {
		return err
	}
	files, err := s.files()
	if err != nil {
		return err
	}
	for _, f := range files {
		// What a file must hold is known: one that was changed is refused, one
		// that was taken away is written again.
		if err := s.keep(f.name, f.data); err != nil {
			return notWritten("the files to hand over", "find out who changed the file, and record an exception", err)
		}
		m.Files = append(m.Files, ManifestEntry{f.name, len(f.data), root.DigestOf(f.data)})
	}
	raw, err := json.Marshal(m, jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	// Replaced, not kept: an exception after an earlier hand-over moves the head.
	if err := safefile.Replace(s.dir, ManifestFile, append(raw, '\n')); err != nil {
		return notWritten("the manifest", "something else of that name stands there: move it away", err)
	}
	return s.confirm(ceremony.StepHandOver, a, "")
}

type file struct {
	name string
	data []byte
}

// files are the loose files of the sitting, as the record has them.
func (s *Sitting) files() ([]file, error) {
	signed, err := s.state.Assemble()
	if err != nil {
		return nil, err
	}
	out := []file{{PlanFile, s.state.Plan.Raw()}, {FrozenFile, s.state.Frozen.Raw()}}
	if !s.state.Trusted.IsZero() {
		out = append(out, file{TrustedFile, s.state.Trusted.Raw()})
	}
	return append(out, file{s.output(), signed}), nil
}

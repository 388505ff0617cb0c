package sitting

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/evidence"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// The evidence that a sitting hands over: all that its place holds, and what of
// it everybody may see.
const (
	EvidenceFile       = "evidence.tar"
	PublicEvidenceFile = "evidence.public.tar"
)

// salted records what names are hidden by in public evidence, once.
func (s *Sitting) salted() error {
	if !s.state.Salt.IsZero() {
		return nil
	}
	var b ceremony.Salted
	if _, err := io.ReadFull(s.cfg.Rand, b.Salt[:]); err != nil {
		return fmt.Errorf("sitting: %w", err)
	}
	return s.record(ceremony.Fact{Body: b})
}

// evidence is all that this place holds, as one archive. Lacks are the files
// that are recorded and missing, or changed.
func (s *Sitting) evidence() (raw []byte, lacks []string, err error) {
	journal, err := safefile.Read(s.dir, JournalFile, maxJournal)
	if err != nil {
		return nil, nil, err
	}
	// Up to what was read before, and its header: somebody may be writing to it.
	lines := bytes.SplitAfter(journal, []byte("\n"))
	journal = bytes.Join(lines[:min(len(lines), len(s.got.Facts)+1)], nil)
	chain, err := s.chain()
	if err != nil {
		return nil, nil, err
	}
	before, err := s.beforeRaw()
	if err != nil {
		return nil, nil, err
	}
	return evidence.Make(s.state, s.got, evidence.Held{
		Chain: chain, Before: before, Journal: journal,
		Kept: func(name string) ([]byte, error) { return safefile.Read(s.dir, name, MaxArrival) },
	})
}

// writeEvidence writes both archives and the manifest, and checks the full one
// from its bytes alone. They are replaced, not kept: an exception after an
// earlier hand-over makes them anew.
func (s *Sitting) writeEvidence(say func(Progress)) error {
	full, lacks, err := s.evidence()
	if err != nil {
		return notWritten("the evidence", "find out who changed the file, and record an exception", err)
	}
	public, err := evidence.Redact(full, s.cfg.Bundle)
	if err != nil {
		return err
	}
	files, err := evidence.Read(full)
	if err != nil {
		return err
	}
	for _, f := range []file{{EvidenceFile, full}, {PublicEvidenceFile, public}, {ManifestFile, files[evidence.ManifestFile]}} {
		if err := safefile.Replace(s.dir, f.name, f.data); err != nil {
			return notWritten("the evidence", "something else of that name stands there: move it away", err)
		}
		say(Progress{Kind: Passed, Text: f.name + " is written"})
	}
	for _, line := range lacks {
		say(Progress{Kind: Failed, Text: safe("the evidence lacks a file: %s; put it back from a copy", line)})
	}
	for _, c := range s.checkEvidence(full).Failures() {
		say(Progress{Kind: Failed, Text: safe("%s: %s: %s", c.Rule, c.Subject, c.Detail)})
	}
	return nil
}

// checkEvidence judges evidence as an auditor does who trusts the root that was
// continued, or a genesis itself.
func (s *Sitting) checkEvidence(raw []byte) verify.Report {
	o := evidence.Options{Verify: verify.Options{At: s.cfg.Now(), Rehearsal: s.state.Rehearsal()}, Trusted: s.state.Trusted, CAs: s.cfg.Bundle}
	if s.state.Trusted.IsZero() {
		o.Pin = verify.Pin{Version: s.state.Candidate.Body().Version, Digest: s.state.Candidate.Digest()}
	}
	report, _ := evidence.Check(raw, o)
	return report
}

// handed are the SHA-256 of the evidence that lies in the directory, for people.
func (s *Sitting) handed() []string {
	var out []string
	for _, name := range []string{EvidenceFile, PublicEvidenceFile} {
		raw, err := safefile.Read(s.dir, name, evidence.MaxArchive)
		switch {
		case errors.Is(err, fs.ErrNotExist): // handed over before there was any
		case err != nil:
			out = append(out, safe("%v", err))
		default:
			out = append(out, name, "  "+root.DigestOf(raw).String())
		}
	}
	return out
}

// Evidence is full evidence of the sitting in a directory as it stands, finished
// or not. It writes nothing, as [Look]. Lacks are the files that are recorded and
// missing, or changed.
func Evidence(cfg Config) (raw []byte, lacks []string, err error) {
	s, err := look(cfg)
	if err != nil {
		return nil, nil, err
	}
	if s.state.Elsewhere() {
		return nil, nil, errors.New("sitting: a keyholder's own place hands over a contribution, and no evidence")
	}
	dir, err := os.OpenRoot(cfg.Dir)
	if err != nil {
		return nil, nil, fmt.Errorf("sitting: %w", err)
	}
	defer dir.Close()
	s.dir = safefile.In(dir)
	return s.evidence()
}

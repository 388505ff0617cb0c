package main

import (
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/keymgr"
	"github.com/rootmoot/rootmoot/root"
)

// A summary is what a run has done.
type summary struct {
	path, out string
	report    keymgr.Report
	permit    keymgr.Permit
	authority *keymgr.Authority
	walked    verbs.Walked
}

// A signedJSON is the summary for machines (docs/keymgr.md).
type signedJSON struct {
	Schema      string        `json:"schema"` // rootmoot/sign-packages/v1
	File        string        `json:"file"`
	Records     int           `json:"records"`
	Bytes       int64         `json:"bytes"` // of the text that was read
	Signed      int           `json:"signed"`
	Replaced    int           `json:"replaced"`
	Kept        int           `json:"kept"`
	Stale       int           `json:"stale"`
	Pruned      bool          `json:"pruned"`
	Written     []string      `json:"written"` // paths; empty if there was nothing to do
	Swept       []string      `json:"swept"`   // names of what runs that were cut short had left
	Behind      []string      `json:"behind"`  // paths of files with the signatures of before
	Key         string        `json:"key"`
	Fingerprint string        `json:"fingerprint"`
	Ahead       bool          `json:"ahead"`     // the key manager does not list the key yet
	Threshold   int           `json:"threshold"` // of the package signers
	Root        versionDigest `json:"root"`
	KeyManager  versionDigest `json:"key_manager"`
}

type versionDigest struct {
	Version int64  `json:"version"`
	Digest  string `json:"digest"`
}

func (s *signingPackages) print(cmd *cobra.Command, done summary) error {
	for _, note := range done.notes() {
		fmt.Fprintln(cmd.ErrOrStderr(), "note: "+visible.Line(note))
	}
	if s.json {
		return printJSON(cmd.OutOrStdout(), done.json())
	}
	_, err := io.WriteString(cmd.OutOrStdout(), done.text())
	return err
}

// notes are what is to be seen to besides.
func (s summary) notes() (out []string) {
	if s.permit.Ahead() {
		out = append(out, "the key manager does not list this key: until it does, its signatures count nothing")
	}
	if n := s.authority.Threshold(); n > 1 {
		out = append(out, fmt.Sprintf("packages must be signed by %d keys; this is one of them", n))
	}
	for _, name := range s.report.Behind {
		text := "has the signatures of before: make it anew"
		if name == "current_repodata.json" {
			text = "is signed for itself: make it anew, and sign it too"
		}
		out = append(out, s.beside(name)+" "+text)
	}
	if err := s.report.Unlocked; err != nil {
		out = append(out, fmt.Sprintf("%s could not be locked (%v): others who wrote it meanwhile would have been noticed, not kept from it", s.path, err))
	}
	return out
}

// beside is the path of a file that lies with the one that was signed.
func (s summary) beside(name string) string { return filepath.Join(filepath.Dir(s.path), name) }

// written are the paths of what was written.
func (s summary) written() []string {
	out := []string{}
	for _, name := range s.report.Written {
		if s.out != "" {
			out = append(out, s.out)
		} else {
			out = append(out, s.beside(name))
		}
	}
	return out
}

func (s summary) text() string {
	r := s.report
	listed := "listed by the key manager"
	if s.permit.Ahead() {
		listed = "not listed yet"
	}
	out := fmt.Sprintf("key        %x, %s\n", s.permit.Key().Raw(), listed)
	out += fmt.Sprintf("under      root version %d, key manager version %d\n", s.walked.Newest().Version(), s.authority.KeyManager().Version)
	out += fmt.Sprintf("records    %d, in %d bytes\n", r.Records(), r.Bytes)
	out += fmt.Sprintf("signed     %d\nreplaced   %d\nkept       %d\n", r.Signed, r.Replaced, r.Kept)
	switch {
	case r.Pruned:
		out += fmt.Sprintf("stale      %d files without a record: their signatures were left out\n", r.Stale)
	case r.Stale > 0:
		out += fmt.Sprintf("stale      %d files without a record keep their signatures; --prune leaves them out\n", r.Stale)
	}
	for _, name := range r.Swept {
		out += "swept      " + visible.Line(name) + ", left by a run that was cut short\n"
	}
	for _, path := range s.written() {
		out += "wrote      " + visible.Line(path) + "\n"
	}
	if len(r.Written) == 0 {
		out += "unchanged  " + visible.Line(s.path) + ": there was nothing to do\n"
	}
	return out
}

func (s summary) json() signedJSON {
	r, key, m := s.report, s.permit.Key(), s.authority.KeyManager()
	out := signedJSON{
		Schema: "rootmoot/sign-packages/v1", File: s.path, Records: r.Records(), Bytes: r.Bytes,
		Signed: r.Signed, Replaced: r.Replaced, Kept: r.Kept, Stale: r.Stale, Pruned: r.Pruned,
		Written: s.written(), Swept: append([]string{}, r.Swept...), Behind: []string{},
		Key: hex.EncodeToString(key.Raw()), Fingerprint: key.Fingerprint().String(), Ahead: s.permit.Ahead(), Threshold: s.authority.Threshold(),
		Root: bodyDigest(&s.walked.Newest().Root().Body), KeyManager: bodyDigest(&m.Body),
	}
	for _, name := range r.Behind {
		out.Behind = append(out.Behind, s.beside(name))
	}
	return out
}

func bodyDigest(b *root.Body) versionDigest { return versionDigest{b.Version, b.Digest.String()} }

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/publish"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// publishing are the flags of publish.
type publishing struct {
	trust, at       string
	json, rehearsal bool
}

// publishRoot is the verb that appends a signed root to a chain.
func publishRoot(now func() time.Time) *cobra.Command {
	p := &publishing{}
	cmd := &cobra.Command{
		Use:   "publish [--trust FILE|VERSION:DIGEST] ROOT|SITTING DIR",
		Short: "Append a signed root to a chain, after verifying it again",
		Long: `Put a signed root into the folder that clients read, as N.root.json and, for
TUF, as root.json; or a key manager document of conda, as key_mgr.json. What is
published is a file, or what a sitting handed over, by the sitting's directory.

The root is verified once more, from a root that you trust through the roots in
the folder, and must not have expired. N.root.json never changes: the same bytes
again are success, other bytes are refused. root.json is replaced whole, after
it, and only forward. Killed anywhere, the same command completes it.

A key manager document is judged under the newest root in the folder, and
replaces an older one only.`,
		Example: `  # the first root of a new chain
  rootmoot publish 1.root.json public

  # its successor, from a sitting that is over, verified from the first
  rootmoot publish --trust 1.root.json next public`,
		Args: verbs.Arguments("ROOT|SITTING", "DIR"),
		RunE: func(cmd *cobra.Command, args []string) error { return p.run(cmd, args[0], args[1], now()) },
	}
	f := cmd.Flags()
	f.StringVar(&p.trust, "trust", "", "root `FILE` that you trust, or a pin VERSION:DIGEST; only a first root needs none")
	f.StringVar(&p.at, "at", "", "judge freshness at this `TIME` (RFC 3339) instead of now")
	f.BoolVar(&p.json, "json", false, "print what was done as JSON; of a refused root the report")
	f.BoolVar(&p.rehearsal, "rehearsal", false, "publish what a rehearsal made, and nothing else")
	return cmd
}

func (p *publishing) run(cmd *cobra.Command, path, folder string, now time.Time) error {
	at, notes, err := verbs.At(p.at, now)
	if err != nil {
		return err
	}
	o := verify.Options{At: at, Rehearsal: p.rehearsal}
	path, raw, err := handed(path)
	if err != nil {
		return err
	}
	dir, err := safefile.OpenDir(folder)
	if err != nil {
		return &verbs.Error{Code: verbs.Unread, Err: err, Hint: "name the folder that clients read; for a new chain make an empty one first"}
	}
	defer dir.Close()
	var t verify.Trusted // none: a first root
	if p.trust != "" {
		if t, err = verbs.Trust(cmd.Context(), p.trust, verbs.FolderOf(dir), o); err != nil {
			return err
		}
	}
	judge := publish.Root
	if root.IsKeyManager(raw) {
		judge = publish.KeyManager
	}
	out, err := judge(cmd.Context(), dir, raw, t, o)
	if out.Body == nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	out.Report.Subject, out.Report.Notes = path, append(notes, out.Report.Notes...)
	if err != nil {
		return errors.Join(p.refused(cmd.OutOrStdout(), out), err)
	}
	return p.done(cmd.OutOrStdout(), folder, out)
}

// handed reads what is to be published: a file, or the signed root that a
// sitting handed over.
func handed(path string) (string, []byte, error) {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		raw, err := safefile.ReadPath(path, verify.MaxRoot)
		return path, raw, err
	}
	dir, err := safefile.OpenDir(path)
	if err != nil {
		return path, nil, err
	}
	defer dir.Close()
	name, raw, err := sitting.ReadSigned(dir)
	switch {
	case err == nil:
		return filepath.Join(path, name), raw, nil
	case errors.Is(err, sitting.ErrNotOver):
		return path, nil, &verbs.Error{Code: verbs.Incomplete, Err: fmt.Errorf("%s: %w", path, err), Hint: "go on with rootmoot open"}
	case unreadable(err):
		return path, nil, fmt.Errorf("%s: %w", path, err)
	}
	return path, nil, &verbs.Error{Code: verbs.No, Err: fmt.Errorf("%s: %w", path, err), Hint: "what the sitting handed over was changed: take it from there once more"}
}

// unreadable: a file of a sitting could not be read, so that there is nothing
// to judge. One that is too large has been judged.
func unreadable(err error) bool {
	var large *safefile.TooLargeError
	return !errors.As(err, &large) && verbs.ExitCode(err) == verbs.Unread
}

// refused prints the report, if it is what refuses.
func (p *publishing) refused(w io.Writer, out publish.Outcome) error {
	switch {
	case out.Report.Verdict() != verify.Refused:
		return nil
	case p.json:
		_, err := w.Write(append(out.Report.AppendJSON(nil), '\n'))
		return err
	}
	_, err := io.WriteString(w, verbs.Text(out.Report, nil))
	return err
}

func (p *publishing) done(w io.Writer, folder string, out publish.Outcome) error {
	if p.json {
		return printJSON(w, struct {
			Schema  string   `json:"schema"`
			Version int64    `json:"version"`
			Digest  string   `json:"digest"`
			Notes   []string `json:"notes"`
			Swept   []string `json:"swept"`
			Written []string `json:"written"`
		}{"rootmoot/publish/v1", out.Body.Version, out.Body.Digest.String(), append([]string{}, out.Report.Notes...), append([]string{}, out.Swept...), append([]string{}, out.Written...)})
	}
	text := ""
	for _, note := range out.Report.Notes {
		text += "note      " + visible.Line(note) + "\n"
	}
	for _, name := range out.Swept {
		text += "swept     " + visible.Line(filepath.Join(folder, name)) + ", left by a write that was cut short\n"
	}
	text += fmt.Sprintf("verified  version %d, digest %v\n", out.Body.Version, out.Body.Digest)
	for _, name := range out.Written {
		text += "wrote     " + visible.Line(filepath.Join(folder, name)) + "\n"
	}
	if !slices.Contains(out.Written, out.Name) {
		text += "kept      " + visible.Line(filepath.Join(folder, out.Name)) + ", which had these bytes already\n"
	}
	_, err := io.WriteString(w, text)
	return err
}

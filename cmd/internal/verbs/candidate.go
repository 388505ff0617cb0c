package verbs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/spf13/cobra"
)

// Candidate is the verb that asks whether clients would take a file as the
// next root.
func Candidate(prefix string, now func() time.Time) *cobra.Command {
	j := &judging{}
	cmd := &cobra.Command{
		Use:   "candidate --trust FILE CANDIDATE",
		Short: "Would clients accept this file as the next root?",
		Long: `Judge one file as the successor of a root that you trust: its version exactly
one more, signed by the quorum of the trusted root and by its own, not expired.

A key manager document of conda is judged as what the trusted root delegates to.
With --state a file is also held to what was seen before; nothing is remembered
of it, since nobody serves it yet.`,
		Example: `  ` + prefix + ` candidate --trust testdata/sigstore/14.root.json \
    --at 2026-11-01T00:00:00Z testdata/sigstore/15.root.json

  # a key manager, under the root that names its keys
  ` + prefix + ` candidate --trust testdata/conda-test-chain/3.root.json \
    --at 2024-01-01T00:00:00Z testdata/conda-test-chain/key_mgr.json`,
		Args: Arguments("CANDIDATE"),
		RunE: j.runE(now, (*judging).candidate),
	}
	j.register(cmd, "root `FILE` that you trust")
	return cmd
}

func (j *judging) candidate(cmd *cobra.Command, path string, now time.Time) error {
	o, notes, err := j.options(now)
	if err != nil {
		return err
	}
	if _, is, _ := pinned(j.trust); is || j.trust == "" {
		return &Error{Code: Usage, Err: errors.New("--trust: name the file of the root that you trust")}
	}
	seen, said, err := j.remember(&o, nil)
	if err != nil {
		return err
	}
	if seen != nil {
		defer seen.Close()
	}
	t, first, err := trustFile(j.trust, o)
	if err != nil {
		return err
	}
	first.Notes = append(notes, said...)
	if t.IsZero() {
		return errors.Join(j.print(cmd, first), Untrusted(j.trust, first, o))
	}
	if err := j.wants(t); err != nil {
		return err
	}
	rep, err := judgeCandidate(cmd.Context(), t, path, o)
	if err != nil {
		return err
	}
	rep.Notes = append(append(first.Notes, "trusted: "+t.Pin().String()), rep.Notes...)
	if bad := rep.Failures(); unmarked(bad, o) {
		rep.Notes = append(rep.Notes, rehearsalHint)
	}
	rep.Checks = append(first.Checks, rep.Checks...)
	if err := j.print(cmd, rep); err != nil {
		return err
	}
	if seen != nil {
		if err := seen.faulty(rep); err != nil {
			return err
		}
	}
	return answer(rep)
}

// largestRead is how much of a candidate is read, so that the report can say
// how large it is; verify takes far less.
const largestRead = 16 << 20

func judgeCandidate(ctx context.Context, t verify.Trusted, path string, o verify.Options) (verify.Report, error) {
	raw, err := safefile.ReadPath(path, largestRead)
	if err != nil {
		return verify.Report{}, unread("candidate", err, No)
	}
	if len(raw) <= verify.MaxRoot && root.IsKeyManager(raw) {
		m, _, rep, err := verify.Delegated(ctx, t, verify.Files{verify.KeyManagerFile: raw}, o)
		if m != nil {
			rep.Notes = append(rep.Notes, fmt.Sprintf("a key manager, version %d, that holds until %s under the trusted root", m.Version, root.FormatTime(m.Expires.Time)))
		}
		rep.Root = nil // the verdict is not about a root
		return named(path, rep), err
	}
	_, rep := verify.Candidate(t, raw, o)
	r, err := root.Parse(raw)
	if err != nil { // which the report says
		return named(path, rep), nil
	}
	checks, err := verify.Recall(ctx, o.Seen, t, r, raw)
	rep.Add(checks...)
	return named(path, rep), err
}

// named calls the file in a report what its user calls it. Of what was
// remembered the name stays.
func named(path string, rep verify.Report) verify.Report {
	rep.Subject = path
	for i, c := range rep.Checks {
		if c.Rule != "STATE-CHAIN" {
			rep.Checks[i].Subject = path
		}
	}
	return rep
}

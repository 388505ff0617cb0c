package verbs

import (
	"errors"
	"time"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/spf13/cobra"
)

// Candidate is the verb that asks whether clients would take a file as the
// next root.
func Candidate(prefix string, now func() time.Time) *cobra.Command {
	j := &judging{}
	cmd := &cobra.Command{
		Use:   "candidate --trust FILE FILE",
		Short: "Would clients accept this file as the next root?",
		Long: `Judge one file as the successor of a root that you trust: its version exactly
one more, signed by the quorum of the trusted root and by its own, not expired.`,
		Example: `  ` + prefix + ` candidate --trust testdata/sigstore/14.root.json \
    --at 2026-11-01T00:00:00Z testdata/sigstore/15.root.json`,
		Args: Arguments("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error { return j.candidate(cmd, args[0], now()) },
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
	t, first, err := trustFile(j.trust, o)
	if err != nil {
		return err
	}
	first.Notes = notes
	if t.IsZero() {
		return errors.Join(j.print(cmd, first, nil), Untrusted(j.trust, first, o))
	}
	if err := j.wants(t); err != nil {
		return err
	}
	rep, err := judgeCandidate(t, path, o)
	if err != nil {
		return err
	}
	rep.Notes = append(notes, "trusted: "+t.Pin().String())
	if bad := rep.Failures(); unmarked(bad, o) {
		rep.Notes = append(rep.Notes, rehearsalHint)
	}
	rep.Checks = append(first.Checks, rep.Checks...)
	if err := j.print(cmd, rep, nil); err != nil {
		return err
	}
	return answer(rep)
}

// largestRead is how much of a candidate is read, so that the report can say
// how large it is; verify takes far less.
const largestRead = 16 << 20

func judgeCandidate(t verify.Trusted, path string, o verify.Options) (verify.Report, error) {
	raw, err := safefile.ReadPath(path, largestRead)
	if err != nil {
		return verify.Report{}, unread("candidate", err, No)
	}
	_, rep := verify.Candidate(t, raw, o)
	rep.Subject = path
	return rep, nil
}

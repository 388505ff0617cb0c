package verbs

import (
	"errors"
	"fmt"
	"time"

	"github.com/rootmoot/rootmoot/verify"
	"github.com/spf13/cobra"
)

// Chain is the verb that goes from a trusted root to the newest one. The
// prefix is what stands before it in an example: "rootmoot verify".
func Chain(prefix string, now func() time.Time) *cobra.Command {
	j := &judging{}
	cmd := &cobra.Command{
		Use:   "chain --trust FILE|VERSION:DIGEST DIR",
		Short: "Verify a chain of roots, from a trusted one to the newest",
		Long: `Follow the files N.root.json of a folder from a root that you trust to the
newest one. Each must be signed by the quorum of the root before it and by its
own, and the newest must not have expired.

What you trust is a root file, or a pin: the version and digest of a root,
which is then read from the folder. It never comes from whoever gave you the
folder.`,
		Example: `  # from the first root, as of a date
  ` + prefix + ` chain --trust testdata/sigstore/1.root.json --at 2026-11-01T00:00:00Z testdata/sigstore

  # from a pin; the report as JSON
  ` + prefix + ` chain --json --trust 1:eca99c3f26949ca734fc4c03ef2a128736158b2f76868773b0334974cc1f3470 --at 2026-11-01T00:00:00Z testdata/sigstore`,
		Args: arguments("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error { return j.chain(cmd, args[0], now()) },
	}
	j.register(cmd, "root `FILE` that you trust, or a pin VERSION:DIGEST")
	return cmd
}

func (j *judging) chain(cmd *cobra.Command, path string, now time.Time) error {
	o, notes, err := j.options(now)
	if err != nil {
		return err
	}
	dir, err := OpenFolder(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	t, first, err := findTrusted(cmd.Context(), j.trust, dir, o)
	if err != nil {
		return err
	}
	first.Notes = notes
	if t.IsZero() {
		return errors.Join(j.print(cmd, first, nil), Untrusted(j.trust, first))
	}
	if err := j.wants(t); err != nil {
		return err
	}
	table := newTable(t)
	newest, rep, walked := verify.Chain(cmd.Context(), t, dir, o, table.step)
	rep.Subject = path
	rep.Notes = append(notes, "trusted: "+t.Pin().String())
	rep.Checks = append(first.Checks, rep.Checks...)
	if err := j.print(cmd, rep, table.lines(newest)); err != nil {
		return err
	}
	if walked != nil {
		return &Error{Code: Unread, Err: fmt.Errorf("%s: %w", path, walked)}
	}
	return answer(rep)
}

// answer is the exit code of a report that has been printed.
func answer(rep verify.Report) error {
	switch rep.Verdict() {
	case verify.Accepted:
		return nil
	case verify.Refused:
		return &Error{Code: No}
	}
	return &Error{Code: Unread}
}

// arguments demands exactly these.
func arguments(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != len(names) {
			return &Error{Code: Usage, Err: fmt.Errorf("%s: want %v, have %d arguments", cmd.CommandPath(), names, len(args)), Hint: cmd.CommandPath() + " --help"}
		}
		return nil
	}
}

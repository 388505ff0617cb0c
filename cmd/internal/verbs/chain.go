package verbs

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rootmoot/rootmoot/root/chain"
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
  ` + prefix + ` chain --trust testdata/sigstore/1.root.json \
    --at 2026-11-01T00:00:00Z testdata/sigstore

  # from a pin; the report as JSON
  ` + prefix + ` chain --json --at 2026-11-01T00:00:00Z \
    --trust 1:eca99c3f26949ca734fc4c03ef2a128736158b2f76868773b0334974cc1f3470 \
    testdata/sigstore`,
		Args: Arguments("DIR"),
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
		return errors.Join(j.print(cmd, first, nil), Untrusted(j.trust, first, o))
	}
	if err := j.wants(t); err != nil {
		return err
	}
	table := newTable(t)
	newest, rep, walked := verify.Chain(cmd.Context(), t, dir, o, table.step)
	rep.Subject = path
	rep.Notes = append(notes, "trusted: "+t.Pin().String())
	rep.Checks = append(first.Checks, rep.Checks...)
	if walked == nil {
		versions, err := dir.Dir().Versions()
		if err != nil {
			return &Error{Code: Unread, Err: fmt.Errorf("%s: %w", path, err)}
		}
		rep.Add(whole(versions, t.Version(), newest.Version())...)
	}
	if err := j.print(cmd, rep, table.lines(newest)); err != nil {
		return err
	}
	if walked != nil {
		return &Error{Code: Unread, Err: fmt.Errorf("%s: %w", path, walked)}
	}
	return answer(rep)
}

// whole looks at what a walk cannot see, because it asks for one name after the
// other and ends where one is missing: that the folder has no root to ask for,
// as a wrong or an empty folder has none, and that more of them lie behind the
// end. versions are those in the folder, ascending; the walk went from the
// version from to the version to.
//
// A client stops at a hole as well, and does not know (TUF 1.0.34, 5.3.2). Who
// has the folder can know, and a root that was taken out must not pass.
func whole(versions []int64, from, to int64) []verify.Check {
	if len(versions) == 0 || versions[len(versions)-1] < from {
		return []verify.Check{{
			Rule: "CHAIN-NAME", Result: verify.Warn, Subject: chain.Name(from),
			Detail: fmt.Sprintf("no N.root.json here at or above version %d: only the trusted root was judged", from),
		}}
	}
	at, _ := slices.BinarySearch(versions, to+1)
	if at == len(versions) || versions[at] == to+1 { // the end, or the root that was refused
		return nil
	}
	return []verify.Check{{
		Rule: "CHAIN-NEXT", Result: verify.Fail, Subject: chain.Name(to + 1),
		Detail: fmt.Sprintf("missing, though %s is there: clients cannot go past it, and what lies behind it was not judged", chain.Name(versions[at])),
	}}
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

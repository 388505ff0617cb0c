package verbs

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/spf13/cobra"
)

// Chain is the verb that goes from a trusted root to the newest one. The
// prefix is what stands before it in an example: "rootmoot verify".
func Chain(prefix string, now func() time.Time) *cobra.Command {
	j := &judging{}
	cmd := &cobra.Command{
		Use:   "chain --trust FILE|VERSION:DIGEST DIR|URL",
		Short: "Verify a chain of roots, from a trusted one to the newest",
		Long: `Follow the files N.root.json of a folder or a web server from a root that you
trust to the newest one. Each must be signed by the quorum of the root before it
and by its own, and the newest must not have expired. Of conda, key_mgr.json is
judged under the newest root, if it is there.

What you trust is a root file, or a pin: the version and digest of a root,
which is then read from the folder. It never comes from whoever gave you the
folder.

With --state what was accepted is remembered, so that an older chain, or another
root of a version that was seen, is refused the next time.`,
		Example: `  # from the first root, as of a date
  ` + prefix + ` chain --trust testdata/sigstore/1.root.json \
    --at 2026-11-01T00:00:00Z testdata/sigstore

  # from a pin; the report as JSON
  ` + prefix + ` chain --json --at 2026-11-01T00:00:00Z \
    --trust 1:eca99c3f26949ca734fc4c03ef2a128736158b2f76868773b0334974cc1f3470 \
    testdata/sigstore`,
		Args: Arguments("DIR|URL"),
		RunE: j.runE(now, (*judging).chain),
	}
	j.register(cmd, "root `FILE` that you trust, or a pin VERSION:DIGEST")
	cmd.Flags().BoolVar(&j.steps, "steps", false, "report each root on its own too, as it is judged")
	cmd.Flags().BoolVar(&j.plainHTTP, "plain-http", false, "take an address that is not https from any host, not only from this machine")
	return cmd
}

func (j *judging) chain(cmd *cobra.Command, arg string, now time.Time) error {
	o, notes, err := j.options(now)
	if err != nil {
		return err
	}
	from, err := openPlace(arg, j.plainHTTP)
	if err != nil {
		return err
	}
	defer from.Close()
	seen, said, err := j.remember(&o)
	if err != nil {
		return err
	}
	var source verify.Source = from
	if seen != nil {
		defer seen.Close()
		source = either{from, seen} // for the pinned root
	}
	t, first, err := findTrusted(cmd.Context(), j.trust, source, o)
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
	first.Subject = arg
	first.Notes = append(first.Notes, "trusted: "+t.Pin().String())
	w := &walking{judging: j, cmd: cmd, from: from, seen: seen, o: o, trusted: t, first: first}
	return w.run()
}

// walking is one walk through a chain that is printed as it goes.
type walking struct {
	*judging
	cmd     *cobra.Command
	from    place
	seen    *state // nil: nothing is remembered
	o       verify.Options
	trusted verify.Trusted
	first   verify.Report // of the trusted root, and the head of the whole
	table   *table        // nil: JSON is wanted
}

func (w *walking) run() error {
	if err := w.begin(); err != nil {
		return err
	}
	newest, rep, walked := verify.Chain(w.cmd.Context(), w.trusted, w.from, w.o, w.step)
	folder, isFolder := w.from.(Folder)
	if walked == nil && isFolder {
		versions, err := folder.Dir.Versions()
		if err != nil {
			return &Error{Code: Unread, Err: fmt.Errorf("%s: %w", w.first.Subject, err)}
		}
		rep.Add(whole(versions, w.trusted.Version(), newest.Version())...)
	}
	var manager *root.KeyManager
	if walked == nil && newest.Root().Format == root.Conda {
		manager, walked = w.manager(newest, &rep)
	}
	if walked == nil && w.seen != nil && rep.Verdict() == verify.Accepted {
		walked = w.seen.keep(w.trusted)
	}
	if err := w.end(newest, manager, rep); err != nil {
		return err
	}
	return w.answer(rep, walked)
}

// answer is how the walk ends, once it has been printed.
func (w *walking) answer(rep verify.Report, walked error) error {
	var coded *Error
	switch {
	case errors.As(walked, &coded):
		return walked
	case walked != nil:
		return &Error{Code: Unread, Err: fmt.Errorf("%s: %w", w.first.Subject, walked)}
	case w.seen != nil:
		if err := w.seen.faulty(rep); err != nil {
			return err
		}
	}
	return answer(rep)
}

// step remembers a root that is new and accepted, and then shows it: what is
// shown as accepted has been remembered.
func (w *walking) step(s verify.Step) error {
	if w.seen != nil && !s.Remembered && !s.Trusted.IsZero() {
		if err := errors.Join(w.seen.keep(w.trusted), w.seen.keep(s.Trusted)); err != nil {
			return err
		}
	}
	return w.show(s)
}

// manager judges conda's key manager under the newest root. It is remembered
// only if all else was accepted too.
func (w *walking) manager(newest verify.Trusted, rep *verify.Report) (*root.KeyManager, error) {
	m, raw, judged, err := verify.Delegated(w.cmd.Context(), newest, w.from, w.o)
	rep.Add(judged.Checks...)
	if err != nil {
		rep.Open, rep.Error = true, err.Error()
		return nil, err
	}
	if m == nil || w.seen == nil || rep.Verdict() != verify.Accepted {
		return m, nil
	}
	return m, w.seen.keepManager(raw, m)
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

package verbs

import (
	"context"
	"errors"
	"time"

	"github.com/rootmoot/rootmoot/root"
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
root of a version that was seen, is refused the next time.

docs/verification.md explains each rule. Exit codes: 0 accepted; 1 refused; 2
wrong usage, or what you trust is faulty; 3 a file or server could not be read.`,
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
	j.register(cmd, "root that you trust, a file or a pin: `FILE|VERSION:DIGEST`")
	cmd.Flags().BoolVar(&j.steps, "steps", false, "report each root on its own too, as it is judged")
	cmd.Flags().BoolVar(&j.plainHTTP, "plain-http", false, "take an address that is not https from any host, not only from this machine")
	return cmd
}

func (j *judging) chain(cmd *cobra.Command, arg string, now time.Time) error {
	w, err := j.depart(cmd, arg, now)
	if err != nil {
		return err
	}
	defer w.close()
	return w.run()
}

// depart finds the root that the user trusts: where a walk begins, which is to be
// closed. The error has its exit code.
func (j *judging) depart(cmd *cobra.Command, arg string, now time.Time) (*walking, error) {
	o, notes, err := j.options(now)
	if err != nil {
		return nil, err
	}
	from, err := openPlace(arg, j.plainHTTP)
	if err != nil {
		return nil, err
	}
	w := &walking{judging: j, cmd: cmd, from: from, o: o}
	if err := w.find(notes); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// find opens what was remembered, and finds the trusted root.
func (w *walking) find(notes []string) (err error) {
	var said []string
	if w.seen, said, err = w.remember(&w.o, w.from); err != nil {
		return err
	}
	var source verify.Source = w.from
	if w.seen != nil {
		source = either{w.seen, w.from} // for the pinned root, which proves itself
	}
	w.trusted, w.first, err = findTrusted(w.cmd.Context(), w.trust, source, w.o)
	if err != nil {
		return err
	}
	w.first.Notes = append(notes, said...)
	if w.trusted.IsZero() {
		return errors.Join(w.print(w.cmd, w.first), Untrusted(w.trust, w.first, w.o))
	}
	w.first.Subject = w.from.String()
	w.first.Notes = append(w.first.Notes, "trusted: "+w.trusted.Pin().String())
	return w.wants(w.trusted)
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

func (w *walking) close() {
	if w.seen != nil {
		_ = w.seen.Close() // what was kept has been synced
	}
	_ = w.from.Close() // read only
}

func (w *walking) run() error {
	if err := w.begin(); err != nil {
		return err
	}
	newest, manager, rep, err := w.follow()
	if err := w.end(newest, manager, rep); err != nil {
		return err
	}
	return w.answer(rep, err)
}

// follow goes to the newest root and the key manager under it, nil where there is
// none that was accepted, and remembers what was accepted.
func (w *walking) follow() (verify.Trusted, *root.KeyManager, verify.Report, error) {
	newest, rep, err := verify.Chain(w.cmd.Context(), w.trusted, w.from, w.o, w.step)
	var manager *root.KeyManager
	if err == nil && newest.Root().Format == root.Conda {
		manager, err = w.manager(newest, &rep)
	}
	if err == nil && w.seen != nil && rep.Verdict() == verify.Accepted {
		err = w.seen.keep(w.trusted)
	}
	if err != nil {
		rep.Open, rep.Error = true, err.Error()
	}
	return newest, manager, rep, err
}

// answer is how the walk ends, once it has been printed. What was refused stays
// refused, whatever could not be read besides.
func (w *walking) answer(rep verify.Report, failed error) error {
	if w.seen != nil {
		if err := errors.Join(w.seen.faulty(rep), w.seen.damaged(failed)); err != nil {
			return err
		}
	}
	var coded *Error
	switch {
	case failed == nil:
		return answer(rep)
	case rep.Verdict() == verify.Refused:
		return &Error{Code: No, Err: w.from.about(failed)}
	case errors.As(failed, &coded):
		return failed
	case errors.Is(failed, context.Canceled):
		return failed
	}
	return &Error{Code: Unread, Err: w.from.about(failed)}
}

// step remembers a root that is new and accepted, after the one that leads to
// it, and then shows it: what is shown as accepted has been remembered.
func (w *walking) step(s verify.Step) error {
	if err := w.seen.follow(w.trusted, s); err != nil {
		return err
	}
	return w.show(s)
}

// manager judges conda's key manager under the newest root. It is remembered
// only if all else was accepted too.
func (w *walking) manager(newest verify.Trusted, rep *verify.Report) (*root.KeyManager, error) {
	m, raw, judged, err := verify.Delegated(w.cmd.Context(), newest, w.from, w.o)
	rep.Add(judged.Checks...)
	if err != nil || m == nil || w.seen == nil || rep.Verdict() != verify.Accepted {
		return m, err
	}
	return m, w.seen.keepManager(raw, m)
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

package verbs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// A Ground are the flags of a verb that acts under conda's chain of trust: which
// root is trusted, and where the newest root and the key manager lie.
type Ground struct {
	trust, metadata, state, at string
	rehearsal                  bool
	set                        *pflag.FlagSet
}

// Register adds the flags.
func (g *Ground) Register(f *pflag.FlagSet) {
	g.set = f
	f.StringVar(&g.trust, "trust", "", "root that you trust, a file or a pin: `FILE|VERSION:DIGEST`")
	f.StringVar(&g.metadata, "metadata", "", "`DIR` of the chain: N.root.json and key_mgr.json")
	f.StringVar(&g.state, "state", "", "`DIR` that remembers what was accepted, so that a roll-back shows")
	f.StringVar(&g.at, "at", "", "judge freshness at this `TIME` (RFC 3339) instead of now")
	f.BoolVar(&g.rehearsal, "rehearsal", false, "take what a rehearsal made, and nothing else")
}

// A Walked is what a walk from the trusted root has come to, all of it accepted.
type Walked struct {
	Roots   []verify.Trusted // from the trusted one to the newest
	Manager []byte           // the key manager's file
	Options verify.Options   // with which they were judged
	Notes   []string         // what is to be said about it
}

// Newest is the last root.
func (w Walked) Newest() verify.Trusted { return w.Roots[len(w.Roots)-1] }

// Walk goes from the trusted root to the newest and to the key manager under it, as
// verify chain does, and remembers them in the state. The error has its exit code:
// that they are refused is no.
func (g *Ground) Walk(ctx context.Context, now time.Time) (Walked, error) {
	j := &judging{trust: g.trust, at: g.at, state: g.state, format: root.Conda.String(), rehearsal: g.rehearsal}
	o, notes, err := j.options(now)
	if err != nil {
		return Walked{}, err
	}
	if g.set.Changed("state") && g.state == "" {
		return Walked{}, &Error{Code: Usage, Err: errors.New("--state: names no folder")}
	}
	if g.metadata == "" {
		return Walked{}, &Error{Code: Usage, Err: errors.New("--metadata: name the folder of the chain, with key_mgr.json")}
	}
	dir, err := OpenFolder(g.metadata)
	if err != nil {
		return Walked{}, err
	}
	defer dir.Close()
	seen, said, err := j.remember(&o, dir)
	if err != nil {
		return Walked{}, err
	}
	var source verify.Source = dir
	if seen != nil {
		defer seen.Close()
		source = either{seen, dir}
	}
	t, err := Trust(ctx, g.trust, source, o)
	if err != nil {
		return Walked{}, err
	}
	if err := j.wants(t); err != nil {
		return Walked{}, err
	}
	w := walk{from: dir, seen: seen, Walked: Walked{Roots: []verify.Trusted{t}, Options: o, Notes: append(notes, said...)}}
	err = w.run(ctx)
	return w.Walked, err
}

// A walk is one on its way.
type walk struct {
	Walked
	from Folder
	seen *state // nil: nothing is remembered
}

func (w *walk) run(ctx context.Context) error {
	start := w.Newest()
	newest, rep, err := verify.Chain(ctx, start, w.from, w.Options, func(s verify.Step) error {
		if !s.Trusted.IsZero() && s.Trusted.Version() > w.Newest().Version() {
			w.Roots = append(w.Roots, s.Trusted)
		}
		return w.seen.follow(start, s)
	})
	if err := w.accepted(rep, err); err != nil {
		return err
	}
	m, raw, rep, err := verify.Delegated(ctx, newest, w.from, w.Options)
	if err := w.accepted(rep, err); err != nil {
		return err
	}
	if m == nil {
		return &Error{Code: Usage, Err: fmt.Errorf("%v: there is no %s: nothing says who signs packages", w.from, verify.KeyManagerFile)}
	}
	w.Manager = raw
	if w.seen == nil {
		return nil
	}
	return errors.Join(w.seen.keep(start), w.seen.keepManager(raw, m))
}

// accepted is the error of a report that is not accepted, or of what could not be
// read.
func (w *walk) accepted(rep verify.Report, err error) error {
	if w.seen != nil {
		if err := errors.Join(w.seen.faulty(rep), w.seen.damaged(err)); err != nil {
			return err
		}
	}
	var coded *Error
	switch {
	case rep.Verdict() == verify.Refused:
		bad := rep.Failures()[0]
		return &Error{
			Code: No, Err: fmt.Errorf("%v: %s: %s: %s", w.from, bad.Subject, bad.Rule, bad.Detail),
			Hint: "rootmoot verify chain tells more; docs/verification.md explains the rule",
		}
	case errors.As(err, &coded), errors.Is(err, context.Canceled):
		return err
	case err != nil:
		return &Error{Code: Unread, Err: w.from.about(err)}
	case rep.Verdict() != verify.Accepted:
		return &Error{Code: Unread, Err: fmt.Errorf("%v: %s", w.from, rep.Error)}
	}
	return nil
}

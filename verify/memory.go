package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/root"
)

// A Memory is what a consumer has accepted before: each root under its file's
// name, and of conda the newest key manager as "key_mgr.json", as received.
//
// It is for what the files of a chain cannot show: that somebody serves an
// older chain than before, or another root under a version that was seen.
// Nothing in it is believed. Its roots are verified again from the trusted one;
// its key manager is compared with, and never taken in place of another.
type Memory interface {
	Source
	// Newest is the highest version of a root that was accepted; 0 if there is
	// none.
	Newest(ctx context.Context) (int64, error)
}

// Recall holds one root to what was seen before, as [Chain] does with each: it
// is not another than the one of its version, and not older than the newest. A
// nil memory is reported as not asked. The error is the memory's or the
// context's.
func Recall(ctx context.Context, m Memory, r *root.Root, raw []byte) ([]Check, error) {
	if m == nil {
		return []Check{unremembered(fileName(r.Version))}, nil
	}
	checks, err := recall(ctx, m, r, raw)
	if err != nil {
		return nil, err
	}
	newest, err := m.Newest(ctx)
	if err != nil {
		return nil, fmt.Errorf("what was remembered: %w", err)
	}
	c := Check{Rule: ruleRollback, Result: Pass, Subject: fileName(r.Version), Pointer: "/signed/version", Detail: "is not older than what was seen before"}
	if newest > r.Version {
		c.Result = Fail
		c.Detail = fmt.Sprintf("version %d is older than version %d, which was seen before", r.Version, newest)
	}
	return append(checks, c), nil
}

// recall compares a root with what is remembered under its version: another
// digest is an equivocation and fails; other bytes around the same signed part
// are a notice. Where nothing is remembered there are no checks.
func recall(ctx context.Context, m Memory, r *root.Root, raw []byte) ([]Check, error) {
	name := fileName(r.Version)
	was, err := m.Read(ctx, name, MaxRoot)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, nil
	case errors.Is(err, ErrTooLarge):
		return []Check{forgotten(name, "is larger than a root can be")}, nil
	case err != nil:
		return nil, fmt.Errorf("what was remembered: %s: %w", name, err)
	}
	seen, err := root.Parse(was)
	if err != nil {
		return []Check{forgotten(name, err.Error())}, nil
	}
	return same(name, was, seen.Digest, raw, r.Digest), nil
}

// same holds what is shown now to what was seen under the same name.
func same(name string, was []byte, seen root.Digest, now []byte, digest root.Digest) []Check {
	c := Check{Rule: ruleEquivocation, Result: Pass, Subject: name, Pointer: "/signed", Detail: "has the digest that it had when it was seen"}
	if digest != seen {
		c.Result = Fail
		c.Detail = fmt.Sprintf("two documents of one version are an equivocation: seen before with digest %v, now with digest %v; keep both files, and ask where each comes from",
			seen, digest)
		return []Check{c}
	}
	b := Check{Rule: ruleBytes, Result: Pass, Subject: name, Detail: "has the bytes that it had when it was seen"}
	if !bytes.Equal(was, now) {
		b.Result = Warn
		b.Detail = "is the document that was seen, with other signatures or in another layout; the first stays remembered"
	}
	return []Check{c, b}
}

// forgotten says that what was remembered is no good.
func forgotten(name, why string) Check {
	return Check{
		Rule: ruleMemory, Result: Fail, Subject: "remembered " + name,
		Detail: why + "; nothing is judged by it: somebody changed what was remembered, or it is of another chain",
	}
}

// unremembered is the check of a run that has no memory.
func unremembered(subject string) Check {
	return Check{
		Rule: ruleRollback, Result: Skip, Subject: subject,
		Detail: "nothing is remembered of earlier runs (--state DIR), so that a roll-back to something older could not be seen",
	}
}

// remembered goes up through the roots that were accepted before, each verified
// again, and holds the source to every one of them.
func (w *walk) remembered() error {
	m := w.o.Seen
	if m == nil {
		w.add(unremembered("chain"))
		return nil
	}
	checks, err := recall(w.ctx, m, w.at.root, w.at.raw)
	if err != nil {
		return err
	}
	w.add(checks...)
	for n := 0; n < MaxRotations && !w.refused; n++ {
		name := fileName(w.at.Version() + 1)
		raw, err := m.Read(w.ctx, name, MaxRoot)
		switch {
		case errors.Is(err, ErrNotFound):
			w.add(Check{
				Rule: ruleMemory, Result: Pass, Subject: "remembered roots",
				Detail: fmt.Sprintf("%d were accepted before and are verified again; they lead to version %d", n, w.at.Version()),
			})
			return nil
		case errors.Is(err, ErrTooLarge):
			w.add(forgotten(name, "is larger than a root can be"))
			return nil
		case err != nil:
			return fmt.Errorf("what was remembered: %s: %w", name, err)
		}
		if err := w.again(name, raw); err != nil {
			return err
		}
	}
	return nil
}

// again takes one root that was accepted before.
func (w *walk) again(name string, raw []byte) error {
	st := Step{Name: name, Remembered: true}
	st.Trusted, st.Root, st.Report = step(w.at, raw, w.o)
	if st.Trusted.IsZero() {
		why := st.Report.Failures()[0]
		w.add(forgotten(name, why.Rule+": "+why.Detail))
		return nil
	}
	w.at = st.Trusted
	checks, err := w.shown(name)
	if err != nil {
		return err
	}
	st.Report.Add(checks...)
	return w.give(st)
}

// shown compares what the source has under the newest version so far with what
// was accepted as that.
func (w *walk) shown(name string) ([]Check, error) {
	raw, err := w.read(w.at.Version())
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, nil
	case errors.Is(err, ErrTooLarge):
		return []Check{tooLarge(name)}, nil
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	w.has = w.at.Version()
	if bytes.Equal(raw, w.at.raw) {
		return same(name, raw, w.at.Digest(), raw, w.at.Digest()), nil
	}
	r, checks := readRoot(name, raw, w.o)
	if r == nil {
		return checks, nil
	}
	return same(name, w.at.raw, w.at.Digest(), raw, r.Digest), nil
}

// forward: the source goes as far as was seen. One that does not is behind, or
// shows old files on purpose; what was seen stays trusted.
func (w *walk) forward() error {
	if w.o.Seen == nil || w.refused {
		return nil
	}
	seen, err := w.o.Seen.Newest(w.ctx)
	if err != nil {
		return fmt.Errorf("what was remembered: %w", err)
	}
	seen = max(seen, w.at.Version())
	c := Check{Rule: ruleRollback, Result: Pass, Subject: "chain", Detail: fmt.Sprintf("goes as far as was seen before, to version %d at least", seen)}
	if w.has < seen {
		c.Result = Fail
		c.Detail = fmt.Sprintf("ends with version %d, and version %d was seen before: it is behind, or somebody shows old files; what was seen stays trusted", w.has, seen)
		if w.has == 0 {
			c.Detail = fmt.Sprintf("shows no root that was seen before, up to version %d: it is behind, or of another chain; what was seen stays trusted", seen)
		}
	}
	w.add(c)
	return nil
}

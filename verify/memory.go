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

// Recall holds a successor of t to what was seen before, as [Chain] does with
// each: it is not another than the one of its version and not older than the
// newest, and neither is t another. A nil memory is reported as not asked. The
// error is the memory's or the context's.
func Recall(ctx context.Context, m Memory, t Trusted, r *root.Root, raw []byte) ([]Check, error) {
	if m == nil {
		return []Check{unremembered(fileName(r.Version))}, nil
	}
	checks, err := standsOn(ctx, m, t)
	if err != nil {
		return nil, err
	}
	more, err := recall(ctx, m, r, raw)
	if err != nil {
		return nil, err
	}
	newest, err := m.Newest(ctx)
	if err != nil {
		return nil, fmt.Errorf("what was remembered: %w", err)
	}
	return append(append(checks, more...), notOlder(fileName(r.Version), r.Version, newest)), nil
}

// notOlder: a root is not older than the newest that was seen.
func notOlder(subject string, version, newest int64) Check {
	c := Check{Rule: ruleRollback, Result: Pass, Subject: subject, Pointer: "/signed/version", Detail: "is not older than what was seen before"}
	if newest > version {
		c.Result = Fail
		c.Detail = fmt.Sprintf("version %d is older than version %d, which was seen before", version, newest)
	}
	return c
}

// standsOn: what is remembered under the trusted root's version is that root.
// If it is not, one of the two things that are stood on is of another chain.
func standsOn(ctx context.Context, m Memory, t Trusted) ([]Check, error) {
	checks, err := recall(ctx, m, t.root, t.raw)
	for i, c := range checks {
		if c.Rule == ruleEquivocation && c.Result == Fail {
			checks[i] = forgotten(c.Subject, "is another root than the trusted one of that version, whose digest is "+t.Digest().String())
		}
	}
	return checks, err
}

// recall compares a root with what is remembered under its version: another
// digest is an equivocation and fails; other bytes around the same signed part
// are a notice. Where nothing is remembered there are no checks.
func recall(ctx context.Context, m Memory, r *root.Root, raw []byte) ([]Check, error) {
	name := fileName(r.Version)
	seen, was, check, err := recollect(ctx, m, r.Version)
	switch {
	case err != nil:
		return nil, err
	case check.Rule != "":
		return []Check{check}, nil
	case seen == nil:
		return nil, nil
	}
	return same(name, was, seen.Digest, raw, r.Digest), nil
}

// recollect is what is remembered under a version: nil if nothing is, and a
// check that fails if it is no root of that version.
func recollect(ctx context.Context, m Memory, version int64) (*root.Root, []byte, Check, error) {
	name := fileName(version)
	raw, err := m.Read(ctx, name, MaxRoot)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, nil, Check{}, nil
	case errors.Is(err, ErrTooLarge):
		return nil, nil, forgotten(name, "is larger than a root can be"), nil
	case err != nil:
		return nil, nil, Check{}, fmt.Errorf("what was remembered: %w", err)
	}
	r, err := root.Parse(raw)
	if err != nil {
		return nil, nil, forgotten(name, err.Error()), nil
	}
	if r.Version != version {
		return nil, nil, forgotten(name, fmt.Sprintf("holds version %d", r.Version)), nil
	}
	return r, raw, Check{}, nil
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
		Detail: "nothing is remembered of earlier runs, so that a roll-back to something older could not be seen",
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
	checks, err := standsOn(w.ctx, m, w.at)
	if err == nil {
		w.newest, err = m.Newest(w.ctx)
	}
	if err != nil {
		return fmt.Errorf("what was remembered: %w", err)
	}
	w.add(checks...)
	if w.newest == 0 {
		w.add(Check{Rule: ruleRollback, Result: Skip, Subject: "chain", Detail: "nothing was seen before, so that a roll-back to something older could not be seen"})
		return nil
	}
	if err := w.ofThisChain(); err != nil || w.refused {
		return err
	}
	// What the source shows may be refused on the way: what was seen stays
	// trusted, to its end.
	for version := w.at.Version(); !w.forgot; version++ {
		name := fileName(version + 1)
		raw, err := m.Read(w.ctx, name, MaxRoot)
		switch {
		case errors.Is(err, ErrNotFound):
			w.add(Check{
				Rule: ruleMemory, Result: Pass, Subject: "remembered roots",
				Detail: fmt.Sprintf("%d were accepted before and are verified again; they lead to version %d", w.steps, w.at.Version()),
			})
			return nil
		case errors.Is(err, ErrTooLarge):
			w.add(forgotten(name, "is larger than a root can be"))
			return nil
		case err != nil:
			return fmt.Errorf("what was remembered: %w", err)
		}
		if !w.another(name) {
			return nil
		}
		if err := w.again(name, raw); err != nil {
			return err
		}
	}
	return nil
}

// again takes one root that was accepted before, and holds to it what the source
// has under its version.
func (w *walk) again(name string, raw []byte) error {
	before := w.at
	st := Step{Name: name, Remembered: true}
	st.Trusted, st.Root, st.Report = step(before, raw, w.o)
	if st.Trusted.IsZero() {
		why := st.Report.Failures()[0]
		w.forgot = true
		w.add(forgotten(name, why.Rule+": "+why.Detail))
		return nil
	}
	w.at = st.Trusted
	now, err := w.read(w.at.Version())
	switch {
	case errors.Is(err, ErrNotFound):
		st.Absent = true
	case errors.Is(err, ErrTooLarge):
		st.Trusted, st.Root = Trusted{}, nil
		st.Report.Add(tooLarge(name))
	case err != nil:
		return err
	default:
		w.has = w.at.Version()
		if bytes.Equal(now, raw) {
			st.Report.Add(same(name, raw, st.Root.Digest, now, st.Root.Digest)...)
		} else {
			w.other(&st, before, now)
		}
	}
	return w.give(st)
}

// other judges what the source has in place of the bytes that were seen: as a
// root after the one before, and against what was seen. What was seen stays
// trusted whatever comes of it.
func (w *walk) other(st *Step, before Trusted, now []byte) {
	seen := st.Trusted
	next, r, rep := step(before, now, w.o)
	st.Root, st.Report = r, rep
	if r != nil {
		checks := same(st.Name, seen.raw, seen.Digest(), now, r.Digest)
		if checks[0].Result == Fail && !next.IsZero() {
			checks[0].Detail += "; a quorum has signed both: tell the keyholders"
		} else if checks[0].Result == Fail {
			checks[0].Detail += "; the one that is there now does not hold by itself either"
		}
		st.Report.Add(checks...)
	}
	if st.Report.Verdict() == Refused {
		st.Trusted = Trusted{}
	}
}

// forward: the source goes as far as was seen. One that does not is behind, or
// shows old files on purpose; what was seen stays trusted.
func (w *walk) forward() error {
	if w.newest == 0 || w.refused {
		return nil
	}
	if w.newest > w.at.Version() || w.newest < w.start {
		w.add(Check{
			Rule: ruleMemory, Result: Warn, Subject: "remembered " + fileName(w.newest),
			Detail: "does not lie on the way that was verified, so that nothing vouches for it",
		})
	}
	c := Check{Rule: ruleRollback, Result: Pass, Subject: "chain", Detail: fmt.Sprintf("goes as far as was seen before, to version %d", w.newest)}
	if w.has < w.newest {
		c.Result = Fail
		c.Detail = fmt.Sprintf("ends with version %d, and version %d was seen before: it is behind, or somebody shows old files; what was seen stays trusted", w.has, w.newest)
		if w.has == 0 {
			c.Detail = fmt.Sprintf("shows no root that was seen before, up to version %d: it is behind, or of another chain; what was seen stays trusted", w.newest)
		}
	}
	w.add(c)
	return nil
}

// ofThisChain looks at the newest remembered root before anything is added to
// what is remembered: it is a root at least, of that version and this format.
func (w *walk) ofThisChain() error {
	r, _, check, err := recollect(w.ctx, w.o.Seen, w.newest)
	if err != nil {
		return err
	}
	if r != nil && r.Format != w.at.root.Format {
		check = forgotten(fileName(w.newest), "is of another format than the trusted root")
	}
	if check.Rule != "" {
		w.forgot = true
		w.add(check)
	}
	return nil
}

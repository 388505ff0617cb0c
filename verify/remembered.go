package verify

import (
	"bytes"
	"errors"
	"fmt"
)

// The legs of a walk that have to do with what was accepted before.

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

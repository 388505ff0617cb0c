package verify

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/rootmoot/rootmoot/root"
)

// The legs of a walk through a source.

// pinned compares what the source has under the trusted version.
func (w *walk) pinned() error {
	name := fileName(w.at.Version())
	raw, err := w.read(w.at.Version())
	switch {
	case errors.Is(err, ErrNotFound):
		w.add(Check{Rule: rulePin, Result: Skip, Subject: name, Detail: "the chain has no file of the trusted version to compare"})
		return nil
	case errors.Is(err, ErrTooLarge):
		w.add(tooLarge(name))
		return nil
	case err != nil:
		return err
	}
	w.has = w.at.Version()
	r, checks := readRoot(name, raw, w.o)
	if r == nil {
		w.add(checks...)
		return nil
	}
	w.add(matches(name, "trusted root", r, w.at.Pin()))
	if own := r.RootRole().Tally(r.Envelope); !w.refused && !bytes.Equal(raw, w.at.raw) && !own.Met() {
		w.add(Check{
			Rule: rulePin, Result: Warn, Subject: name, Pointer: "/signatures",
			Detail: fmt.Sprintf("has the trusted root's signed part, and only %d of the %d signatures that it needs: who begins with this file cannot", own.Good, own.Threshold),
		})
	}
	return nil
}

// climb takes root after root until there is none, or one is refused.
func (w *walk) climb() error {
	for w.at.Version() < math.MaxInt64 && !w.refused {
		name := fileName(w.at.Version() + 1)
		raw, err := w.read(w.at.Version() + 1)
		if errors.Is(err, ErrNotFound) {
			if w.has > 0 {
				w.report.Notes = append(w.report.Notes, fmt.Sprintf("version %d is the newest here (%v)", w.has, err))
			}
			return nil
		}
		if err != nil && !errors.Is(err, ErrTooLarge) {
			return err
		}
		if !w.another(name) {
			return nil
		}
		if err := w.take(name, raw, err != nil); err != nil {
			return err
		}
	}
	return nil
}

// another counts one more root, if it may be followed.
func (w *walk) another(name string) bool {
	if w.steps == MaxRotations {
		w.add(Check{
			Rule: ruleLength, Result: Fail, Subject: name,
			Detail: fmt.Sprintf("%d roots followed and there are more: go on from a newer pin", w.steps),
		})
		return false
	}
	w.steps++
	return true
}

// holes looks at what a walk cannot see, because it asks for one name after the
// other and ends where one is missing: that more lie behind the end. A client
// stops there as well, and does not know (TUF 1.0.34, 5.3.2). A source that can
// tell which versions it has lets it be known: a root that was taken out must
// not pass.
func (w *walk) holes() error {
	lister, can := w.source.(Lister)
	if !can || w.refused {
		return nil
	}
	versions, err := lister.Versions()
	if err != nil {
		return err
	}
	from, _ := slices.BinarySearch(versions, w.start)
	for i := from + 1; i < len(versions); i++ {
		if versions[i] != versions[i-1]+1 {
			w.add(Check{
				Rule: ruleNext, Result: Fail, Subject: fileName(versions[i-1] + 1),
				Detail: fmt.Sprintf("missing, though %s is there: clients cannot go past it", fileName(versions[i])),
			})
			return nil
		}
	}
	return nil
}

// take judges one root of the source.
func (w *walk) take(name string, raw []byte, large bool) error {
	st := Step{Name: name}
	if large {
		st.Report = Report{Subject: name, At: w.o.At, Checks: []Check{tooLarge(name)}, Root: w.at.document()}
	} else {
		st.Trusted, st.Root, st.Report = step(w.at, raw, w.o)
	}
	if st.Root != nil {
		st.Report.Add(named(name, st.Root))
	}
	if !st.Trusted.IsZero() && w.o.Seen != nil {
		checks, err := recall(w.ctx, w.o.Seen, st.Root, raw)
		if err != nil {
			return err
		}
		st.Report.Add(checks...)
	}
	if st.Report.Verdict() != Accepted {
		st.Trusted = Trusted{}
	}
	if !st.Trusted.IsZero() {
		w.at, w.has = st.Trusted, st.Trusted.Version()
	}
	return w.give(st)
}

// named: the version in the file is the one that was asked for.
func named(name string, r *root.Root) Check {
	c := Check{Rule: ruleName, Result: Pass, Subject: name, Pointer: "/signed/version"}
	if fileName(r.Version) != name {
		c.Result = Fail
		c.Detail = fmt.Sprintf("the file %s holds version %d", name, r.Version)
	}
	return c
}

func tooLarge(name string) Check {
	return Check{Rule: ruleSize, Result: Fail, Subject: name, Detail: fmt.Sprintf("more than the %d bytes that are taken", MaxRoot)}
}

package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/rootmoot/rootmoot/root"
)

// A Step is one root of a chain, judged.
type Step struct {
	Name       string     // of its file: "3.root.json"
	Root       *root.Root // as far as it can be described; nil for what is no root
	Trusted    Trusted    // zero if it was refused
	Remembered bool       // it was accepted before, and is in Options.Seen
	Absent     bool       // it is remembered, and the source does not have it
	Report     Report     // every check, passes too; freshness is not among them
}

// Chain follows the roots of a source from the trusted one to the newest, as
// the TUF client workflow has it (1.0.34, 5.3): it asks for each next version
// by name until there is none, takes a root if [Next] does, and judges the
// freshness of the last one only. If the source has a file under the trusted
// root's own version, it must be that root.
//
// With a memory (Options.Seen) it goes first through the roots that were
// accepted before, as a client goes on from the newest that it has (5.3.2), and
// the source must show each of those that it has with the same digest, and go as
// far.
//
// Each step is given to each (which may be nil) as soon as it is judged, and
// not kept, so that a long chain costs no memory. The report sums them up: one
// check for each rule that all of them pass, one for each kind of warning with
// its first place and how many there are, and every failure.
//
// A source that shows neither the trusted root nor the next is not the place of
// this chain, or nothing is there: the verdict is undecided.
//
// The Trusted is the newest root that was accepted, also when what came after
// it was refused or when it has expired: clients keep it (5.3.8). Only an
// accepted report makes it one to go by. The error is the source's, the
// context's or that of each; the verdict is then undecided, unless something
// was refused before.
func Chain(ctx context.Context, t Trusted, s Source, o Options, each func(Step) error) (Trusted, Report, error) {
	w := &walk{ctx: ctx, source: s, o: o, each: each, at: t, start: t.Version()}
	w.report = Report{Subject: "chain", At: o.At}
	if !timed(&w.report, "chain", o) || !standing(&w.report, t, o) {
		return Trusted{}, w.report, nil
	}
	err := w.pinned()
	for _, leg := range []func() error{w.remembered, w.climb, w.forward, w.holes} {
		if err == nil && !w.refused {
			err = leg()
		}
	}
	w.report.Add(w.sum.checks()...)
	w.end(err)
	return w.at, w.report, err
}

// end judges the freshness of the newest root, if it was reached.
func (w *walk) end(err error) {
	fresh := Fresh(w.at, w.o)
	switch {
	case err != nil:
		w.report.unread(err)
	case w.refused:
		fresh.Result, fresh.Detail = Skip, "the newest root was not reached, and of the one before nothing is asked: "+fresh.Detail
		w.report.Add(fresh)
	case w.has == 0:
		w.report.unread(fmt.Errorf("neither %s nor %s is there, so that nothing but the trusted root was judged: is this the place of the chain?",
			fileName(w.at.Version()), fileName(w.at.Version()+1)))
	default:
		w.report.Add(fresh)
	}
	w.report.Root = w.at.document()
}

// walk is one run of Chain.
type walk struct {
	ctx    context.Context
	source Source
	o      Options
	each   func(Step) error
	at     Trusted
	has    int64 // the highest version that the source has shown; 0 if none
	start  int64 // the trusted root's version
	newest int64 // the highest version that was seen before; 0 if none
	steps  int   // roots followed so far
	sum    summary
	report Report

	refused bool // something failed: the walk ends
	forgot  bool // what was remembered does not hold
}

// add takes checks that stand for themselves.
func (w *walk) add(checks ...Check) {
	w.report.Add(checks...)
	for _, c := range checks {
		w.refused = w.refused || c.Result == Fail
	}
}

// give takes a step's checks, and gives the step to who asked for them.
func (w *walk) give(st Step) error {
	w.sum.add(st.Report)
	w.refused = w.refused || st.Report.Verdict() == Refused
	if w.each == nil {
		return nil
	}
	return w.each(st)
}

func (w *walk) read(version int64) ([]byte, error) {
	if err := w.ctx.Err(); err != nil {
		return nil, err
	}
	return w.source.Read(w.ctx, fileName(version), MaxRoot)
}

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

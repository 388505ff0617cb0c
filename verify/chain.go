package verify

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/rootmoot/rootmoot/root"
)

// A Step is one root of a chain, judged.
type Step struct {
	Name    string     // of its file: "3.root.json"
	Root    *root.Root // as far as it can be described; nil for what is no root
	Trusted Trusted    // zero if it was refused
	Report  Report     // every check, passes too; freshness is not among them
}

// Chain follows the roots of a source from the trusted one to the newest, as
// the TUF client workflow has it (1.0.34, 5.3): it asks for each next version
// by name until there is none, takes a root if [Next] does, and judges the
// freshness of the last one only. If the source has a file under the trusted
// root's own version, it must be that root.
//
// Each step is given to each (which may be nil) as soon as it is judged, and
// not kept, so that a long chain costs no memory. The report sums them up: one
// check for each rule that all of them pass, one for each kind of warning with
// its first place and how many there are, and every failure.
//
// The Trusted is the newest root that was accepted, also when what came after
// it was refused or when it has expired: clients keep it (5.3.8). Only an
// accepted report makes it one to go by. The error is the source's, the
// context's or that of each; the verdict is then undecided, unless something
// was refused before.
func Chain(ctx context.Context, t Trusted, s Source, o Options, each func(Step) error) (Trusted, Report, error) {
	w := &walk{ctx: ctx, source: s, o: o, each: each, at: t}
	w.report = Report{Subject: "chain", At: o.At}
	if !timed(&w.report, "chain", o) || !standing(&w.report, t, o) {
		return Trusted{}, w.report, nil
	}
	err := w.pinned()
	if err == nil && w.report.Verdict() != Refused {
		err = w.climb()
	}
	w.report.Add(w.sum.checks()...)
	w.report.Open = err != nil
	if err == nil {
		w.report.Add(Fresh(w.at, o))
	}
	w.report.Root = w.at.document()
	return w.at, w.report, err
}

// walk is one run of Chain.
type walk struct {
	ctx    context.Context
	source Source
	o      Options
	each   func(Step) error
	at     Trusted
	sum    summary
	report Report
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
		w.report.Add(Check{Rule: rulePin, Result: Skip, Subject: name, Detail: "the chain has no file of the trusted version to compare"})
		return nil
	case errors.Is(err, ErrTooLarge):
		w.report.Add(tooLarge(name))
		return nil
	case err != nil:
		return fmt.Errorf("%s: %w", name, err)
	}
	r, checks := readRoot(name, raw, w.o)
	if r == nil {
		w.report.Add(checks...)
		return nil
	}
	w.report.Add(matches(name, r, w.at.Pin()))
	return nil
}

// climb takes root after root until there is none, or one is refused.
func (w *walk) climb() error {
	for n := 0; w.at.Version() < math.MaxInt64; n++ {
		name := fileName(w.at.Version() + 1)
		raw, err := w.read(w.at.Version() + 1)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if n == MaxRotations {
			w.report.Add(Check{
				Rule: ruleLength, Result: Fail, Subject: name,
				Detail: fmt.Sprintf("%d roots followed and there are more: go on from a newer pin", n),
			})
			return nil
		}
		if err != nil && !errors.Is(err, ErrTooLarge) {
			return fmt.Errorf("%s: %w", name, err)
		}
		if more, err := w.take(name, raw, err != nil); !more || err != nil {
			return err
		}
	}
	return nil
}

// take judges one root and tells whether the walk goes on.
func (w *walk) take(name string, raw []byte, large bool) (more bool, err error) {
	st := Step{Name: name}
	if large {
		st.Report = Report{Subject: name, At: w.o.At, Checks: []Check{tooLarge(name)}, Root: w.at.document()}
	} else {
		st.Trusted, st.Root, st.Report = step(w.at, raw, w.o)
	}
	if st.Root != nil {
		st.Report.Add(named(name, st.Root))
	}
	if st.Report.Verdict() != Accepted {
		st.Trusted = Trusted{}
	}
	w.sum.add(st.Report)
	if !st.Trusted.IsZero() {
		w.at = st.Trusted
	}
	if w.each != nil {
		err = w.each(st)
	}
	return !st.Trusted.IsZero(), err
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

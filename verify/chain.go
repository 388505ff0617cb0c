package verify

import (
	"context"
	"fmt"

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

package verbs

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/channel"
)

// A judgement is one run over a channel.
type judgement struct {
	*packages
	cmd     *cobra.Command
	rep     verify.Report // of the authority, and then of all
	manager *root.KeyManager
	refused *verify.Check // of the authority, if it was refused: then nothing is taken
	given   []*ware       // packages that were named
	locked  []*lockLine   // what a lock file names
	totals  totals
	out     output
	meter   Meter
}

// totals are what a summary counts.
type totals struct {
	records  channel.Summary
	rows     []shelfRow
	packages tally // artifacts
	locked   tally
}

// A shelfRow is one file's.
type shelfRow struct {
	name    string
	records channel.Summary
}

// A tally counts what was held to records.
type tally struct {
	good, weak, refused int
	findings            channel.Findings
}

func (t *tally) add(c verify.Check) {
	t.findings.Add(c)
	switch c.Result {
	case verify.Pass:
		t.good++
	case verify.Warn:
		t.weak++
	default:
		t.refused++
	}
}

func (v *judgement) options() channel.Options {
	return channel.Options{AllowUnsigned: v.unsigned, Strict: v.strict}
}

// all judges shelf by shelf: one text is held at a time.
func (v *judgement) all(ctx context.Context, all shelves) error {
	if err := v.begin(); err != nil {
		return err
	}
	for _, s := range all {
		if err := v.shelf(ctx, s); err != nil {
			return err
		}
	}
	if err := v.rest(); err != nil {
		return err
	}
	return ctx.Err()
}

// shelf judges one repodata.json, and what is to be held to it.
func (v *judgement) shelf(ctx context.Context, s *shelf) error {
	text, err := s.text()
	var coded *Error
	if errors.As(err, &coded) {
		return err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(thrift(len(text))))
	var x *repodata.Index
	if err == nil {
		x, err = repodata.Parse(text)
	}
	v.rep.Add(channel.Readable(s.name, err))
	if err != nil {
		return nil
	}
	v.rep.Add(channel.Lists(s.name, x))
	subdir, c := channel.Locate(s.name, x, s.subdir)
	v.rep.Add(c)
	if c.Result == verify.Fail {
		return nil
	}
	if err := v.beside(s, text, x); err != nil {
		return err
	}
	j := v.judge(subdir)
	if v.lock != "" {
		err = v.lockedIn(x, j)
	} else {
		err = v.records(ctx, s, x, j)
	}
	if err != nil {
		return err
	}
	return v.wares(ctx, s, x, j)
}

// judge is for the records of a subdir.
func (v *judgement) judge(subdir string) *channel.Judge {
	if v.refused != nil {
		return channel.NoJudge(*v.refused, subdir)
	}
	return channel.NewJudge(v.manager, subdir, v.options())
}

// thrift lets some 8 MiB of garbage pile up beside a text, however large that is:
// collecting costs next to nothing, for a text has no pointers.
func thrift(text int) int {
	const most = 8 << 20
	return min(100, max(1, 100*most/(text+1)))
}

// beside judges what lies beside a text, and what stands in it beside records.
func (v *judgement) beside(s *shelf, text []byte, x *repodata.Index) error {
	o := v.options()
	v.rep.Add(channel.Others(s.name, s.others, o))
	if v.lock == "" {
		v.rep.Add(channel.Strays(s.name, x, o))
	}
	if s.zst == "" {
		return nil
	}
	same, err := s.same(text)
	if err == nil {
		v.rep.Add(channel.Same(s.subdir+"/"+s.zst, same))
	}
	return err
}

// records judges all records.
func (v *judgement) records(ctx context.Context, s *shelf, x *repodata.Index, j *channel.Judge) error {
	progress := v.meter.Progress()
	defer v.meter.Clear()
	row := shelfRow{name: s.name}
	err := j.Each(ctx, x, runtime.GOMAXPROCS(0), func(r channel.Result) error {
		row.records.Add(r)
		v.totals.records.Add(r)
		if progress != nil && r.Number%64 == 0 {
			progress(r.Number, x.Len())
		}
		return v.out.record(j.Subdir(), r)
	})
	v.totals.rows = append(v.totals.rows, row)
	v.rep.Add(row.records.Checks(s.name)...)
	return err
}

// rest says what no shelf had a record of.
func (v *judgement) rest() error {
	for _, w := range v.given {
		if !w.judged {
			w.finding = channel.Recorded(w.path, nil)
		}
		if err := v.ware(w); err != nil {
			return err
		}
	}
	for _, n := range v.locked {
		if err := v.named(n); err != nil {
			return err
		}
	}
	return nil
}

// finish prints the end, and gives the exit code. What was refused stays refused,
// whatever could not be read besides.
func (v *judgement) finish(failed error) error {
	v.rep.Add(v.totals.packages.findings.Checks()...)
	v.rep.Add(v.totals.locked.findings.Checks()...)
	if failed != nil {
		v.rep.Open, v.rep.Error = true, failed.Error()
	}
	if err := v.print(); err != nil {
		return err
	}
	switch {
	case failed == nil:
		return answer(v.rep)
	case v.rep.Verdict() == verify.Refused:
		return &Error{Code: No, Err: fmt.Errorf("and not all could be judged: %w", failed)}
	}
	return failed
}

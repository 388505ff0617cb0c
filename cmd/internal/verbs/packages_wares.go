package verbs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/channel"
)

// A ware is a package as a file, which is held to a record.
type ware struct {
	path    string // as it is shown
	dir     safefile.Dir
	file    string
	only    string // the subdir in whose folder it lies, if that is one of the channel's
	subdir  string // where its record was found
	judged  bool
	finding verify.Check
	err     error // it could not be read
}

// given are the packages that were named.
func (p *packages) given(paths []string, in shelves) ([]*ware, error) {
	var out []*ware
	for _, path := range paths {
		if _, err := os.Lstat(path); err != nil {
			return nil, &Error{Code: Unread, Err: err}
		}
		w := &ware{path: path, file: filepath.Base(path)}
		if folder, err := filepath.Abs(filepath.Dir(path)); err == nil && in.has(filepath.Base(folder)) {
			w.only = filepath.Base(folder)
		}
		out = append(out, w)
	}
	return out, nil
}

// wares holds packages to the records of one shelf: those that lie there, and
// those that were named and have a record there.
func (v *judgement) wares(ctx context.Context, s *shelf, x *repodata.Index, j *channel.Judge) error {
	var all []*ware
	if v.lyingBeside {
		for _, name := range s.wares {
			all = append(all, &ware{path: s.subdir + "/" + name, dir: s.dir, file: name})
		}
	}
	beside := len(all)
	for _, w := range v.given {
		_, has := x.Find(w.file)
		if has && (w.only == "" || w.only == j.Subdir()) && !(w.judged && w.finding.Result != verify.Fail) {
			all = append(all, w)
		}
	}
	holdAll(ctx, all, x, j, v.options())
	for i, w := range all {
		if w.err != nil {
			return &Error{Code: Unread, Err: fmt.Errorf("%s: %w", w.path, w.err)}
		}
		if i < beside {
			if err := v.ware(w); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// holdAll judges several at once: each has a file to read.
func holdAll(ctx context.Context, all []*ware, x *repodata.Index, j *channel.Judge, o channel.Options) {
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(len(all), runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(all)) && ctx.Err() == nil; i = next.Add(1) - 1 {
				all[i].hold(ctx, x, j, o)
			}
		})
	}
	group.Wait()
}

// hold judges one by the record of its file name.
func (w *ware) hold(ctx context.Context, x *repodata.Index, j *channel.Judge, o channel.Options) {
	w.judged, w.subdir = true, j.Subdir()
	number, found := x.Find(w.file)
	if !found {
		w.finding = channel.Recorded(w.file, nil)
		return
	}
	record := x.Record(number)
	r := j.Record(record)
	if w.finding = channel.Recorded(w.file, &r); w.finding.Result == verify.Fail {
		return
	}
	f, err := w.open()
	switch {
	case errors.Is(err, safefile.ErrNotRegular):
		w.finding = channel.Unread(w.file, err)
	case err != nil:
		w.err = err
	default:
		defer f.Close()
		w.finding, w.err = held(ctx, f, channel.Expect(record), o)
	}
}

func (w *ware) open() (safefile.File, error) {
	if w.dir != nil {
		return safefile.Open(w.dir, w.file, os.O_RDONLY)
	}
	dir, err := safefile.OpenDir(filepath.Dir(w.path))
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	return safefile.Open(safefile.In(dir), w.file, os.O_RDONLY)
}

func held(ctx context.Context, f safefile.File, e channel.Expected, o channel.Options) (verify.Check, error) {
	info, err := f.Stat()
	if err != nil {
		return verify.Check{}, err
	}
	return e.Check(info.Size(), stoppable{ctx, f}, o)
}

// A stoppable file can be read no further once its context has ended.
type stoppable struct {
	ctx context.Context
	safefile.File
}

func (s stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.File.Read(p)
}

// ware reports one.
func (v *judgement) ware(w *ware) error {
	w.finding.Subject = w.path
	v.totals.packages.add(w.finding)
	return v.out.item(item{kind: "artifact", subdir: w.subdir, file: w.path, finding: w.finding})
}

package keymgr

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/rootmoot/rootmoot/internal/repodata"
	"github.com/rootmoot/rootmoot/internal/safefile"
)

// A Place is a file by its folder and its name in there.
type Place struct {
	Dir  safefile.Dir
	Name string
}

// Files say which file is signed, and what is written.
type Files struct {
	In  Place
	Out *Place // a new file; nil is In itself, in its place
	// Zstd writes the same once more in zstd, beside it, with .zst at its name's
	// end. It is for plain files.
	Zstd bool
}

// A Report says what was done to a file.
type Report struct {
	Count
	Bytes   int64    // of its text, as it was read
	Written []string // the names of what was written; empty if there was nothing to do
	// Behind are the names of other forms of the file that lie beside it and, now
	// that something was written, have the signatures of before.
	Behind []string
	// Swept are the names of files that runs which were cut short have left behind,
	// and that are gone now.
	Swept []string
	// Unlocked is why the file could not be locked: who writes it meanwhile is still
	// noticed, but not kept from it. Nil if it was.
	Unlocked error
}

// ErrChanged says that somebody else has written the file meanwhile.
var ErrChanged = errors.New("somebody else has written it while it was signed: nothing was written; try again when that is over")

// File signs the records of a file.
//
// A reader, or a crash, finds the old file whole or the new one whole. The file is
// locked against other programs that lock it so (flock(2)), as another run of this
// one does. Those that build channels know no lock that all of them keep, so the
// file is compared, right before it is replaced, with what was read: if somebody
// has written it the error is [ErrChanged].
func (s *Signer) File(ctx context.Context, f Files) (Report, error) {
	j := job{Files: f, signer: s}
	defer j.discard()
	err := j.run(ctx)
	return j.report, err
}

// A MalformedError is a file that is not what its name says.
type MalformedError struct {
	Name string
	Err  error
}

// Error names the file.
func (e *MalformedError) Error() string { return e.Name + ": " + e.Err.Error() }

// Unwrap is why.
func (e *MalformedError) Unwrap() error { return e.Err }

// unread tells a file that is no good from one that cannot be read.
func unread(name string, err error) error {
	var system *fs.PathError
	if errors.As(err, &system) {
		return fmt.Errorf("%s: %w", name, err)
	}
	return &MalformedError{name, err}
}

// A job is one run over a file.
type job struct {
	Files
	signer *Signer
	report Report
	in     *watched
	text   []byte
	drafts []*draft
}

func (j *job) run(ctx context.Context) (err error) {
	form, err := repodata.FormOf(j.In.Name)
	if err != nil {
		return err
	}
	if j.Zstd && form != repodata.Plain {
		return fmt.Errorf("%s: is in zstd already", j.In.Name)
	}
	if j.in, err = watch(j.In); err != nil {
		return err
	}
	defer j.in.Close()
	j.report.Unlocked = j.in.unlocked
	if j.text, err = j.in.read(form); err != nil {
		return unread(j.In.Name, err)
	}
	j.report.Bytes = int64(len(j.text))
	x, err := repodata.Parse(j.text)
	if err != nil {
		return fmt.Errorf("%s: %w", j.In.Name, err)
	}
	j.report.Count, err = j.signer.Sign(ctx, x, j.begin)
	if err != nil {
		return fmt.Errorf("%s: %w", j.In.Name, err)
	}
	if err := j.unchanged(); err != nil {
		return err
	}
	return j.end()
}

// begin begins what is to be written.
func (j *job) begin() (io.Writer, error) {
	out := j.In
	if j.Out != nil {
		out = *j.Out
	}
	var err error
	if j.report.Swept, err = safefile.SweepIdle(out.Dir); err != nil {
		return nil, err
	}
	if err := j.draft(out); err != nil {
		return nil, err
	}
	if j.Zstd {
		if err := j.draft(zstdOf(out)); err != nil {
			return nil, err
		}
		return io.MultiWriter(j.drafts[0], j.drafts[1]), nil
	}
	return j.drafts[0], nil
}

func zstdOf(p Place) Place { return Place{p.Dir, p.Name + ".zst"} }

// unchanged writes what has to be written though no signature changes.
func (j *job) unchanged() error {
	switch {
	case len(j.drafts) > 0:
		return nil
	case j.Out != nil:
		w, err := j.begin()
		if err != nil {
			return err
		}
		_, err = w.Write(j.text)
		return err
	case j.Zstd:
		same, err := holds(zstdOf(j.In), j.text)
		if err != nil || same {
			return err
		}
		if err := j.draft(zstdOf(j.In)); err != nil {
			return err
		}
		_, err = j.drafts[0].Write(j.text)
		return err
	}
	return nil
}

// end gives the files their names, if the one that was read is still what it was.
func (j *job) end() error {
	for _, d := range j.drafts {
		if err := d.finish(); err != nil {
			return err
		}
	}
	if err := j.in.still(); err != nil {
		return fmt.Errorf("%s: %w", j.In.Name, err)
	}
	for _, d := range j.drafts {
		if err := d.place(j.Out != nil); err != nil {
			return err
		}
		j.report.Written = append(j.report.Written, d.name)
	}
	if j.Out == nil && len(j.report.Written) > 0 {
		j.report.Behind = behind(j.In, j.report.Written)
	}
	return nil
}

func (j *job) discard() {
	for _, d := range j.drafts {
		d.Discard()
	}
}

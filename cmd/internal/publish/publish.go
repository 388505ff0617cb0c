// Package publish puts a signed root where clients look for it.
//
// Publishing is the moment after which a mistake is everybody's: a client that
// has fetched a bad root, or cannot get past one, is out of reach. So the root
// is verified again as a client would, from a root that the publisher trusts
// (never one from the folder, whose keeper is among those being checked),
// through the roots that lie in the folder, to the new one; and only then
// appended, under the rules of package chain. Doing it again does nothing, and
// completes what was cut short. One publisher at a time works on a folder.
package publish

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

// An Outcome is what became of a document.
type Outcome struct {
	Body    *root.Body    // as far as it can be described
	Name    string        // of its file in the folder
	Report  verify.Report // of the verification before
	Swept   []string      // names of temporary files that were left by a killed run, and are gone
	Written []string      // names of the files written; none if all was there already
}

// Root publishes the root raw in dir. t is the root to verify from; only a
// first root needs none (the zero value), and must meet its own quorum.
//
// A root that the report refuses is a [*verbs.Error] without a text, for the
// report says it; so is every other refusal, with one. Then nothing was
// written.
func Root(ctx context.Context, dir *os.Root, raw []byte, t verify.Trusted, o verify.Options) (Outcome, error) {
	r, err := root.Parse(raw)
	if err != nil {
		return Outcome{}, refuse(err)
	}
	out := Outcome{Body: &r.Body, Name: chain.Name(r.Version)}
	folder := verbs.FolderOf(dir)
	if r.Version == 1 {
		out.Report = first(raw, t, o)
	} else {
		out.Report, err = successor(ctx, folder, r, raw, t, o)
	}
	if err != nil {
		return out, err
	}
	if err := out.ready(ctx, dir); err != nil {
		return out, err
	}
	out.Written, err = folder.Dir.Append(raw, r)
	return out, coded(err)
}

// ready is the last thing before something is written: the document was accepted,
// and what a killed run left is gone.
func (out *Outcome) ready(ctx context.Context, dir *os.Root) (err error) {
	if out.Report.Verdict() != verify.Accepted {
		return &verbs.Error{Code: verbs.No}
	}
	if out.Swept, err = safefile.Sweep(safefile.In(dir)); err != nil {
		return err
	}
	return ctx.Err()
}

// TrustHint says what a missing --trust wants.
const TrustHint = "name a root that you trust, as a file or as VERSION:DIGEST; not one from the folder"

// first judges a first root: by the pin, where there is one, else by its own
// quorum, as there is nothing before it.
func first(raw []byte, t verify.Trusted, o verify.Options) verify.Report {
	judge := verify.TrustFile
	if !t.IsZero() {
		judge = func(raw []byte, o verify.Options) (verify.Trusted, verify.Report) {
			return verify.TrustPin(t.Pin(), raw, o)
		}
	}
	judged, rep := judge(raw, o)
	if !judged.IsZero() {
		rep.Add(verify.Fresh(judged, o))
	}
	return rep
}

// successor walks as a client would: from t, through the folder, to raw.
func successor(ctx context.Context, folder verbs.Folder, r *root.Root, raw []byte, t verify.Trusted, o verify.Options) (verify.Report, error) {
	switch {
	case t.IsZero():
		return verify.Report{}, &verbs.Error{
			Code: verbs.Usage, Err: fmt.Errorf("version %d follows an earlier root: --trust is missing", r.Version), Hint: TrustHint,
		}
	case t.Version() >= r.Version:
		return verify.Report{}, &verbs.Error{
			Code: verbs.Usage, Err: fmt.Errorf("the trusted root is version %d: nothing leads from it to version %d", t.Version(), r.Version),
			Hint: "trust an earlier root",
		}
	}
	s := source{folder, r.Version, raw}
	if err := walkable(ctx, s, t); err != nil {
		return verify.Report{}, err
	}
	_, rep, err := verify.Chain(ctx, t, s, o, nil)
	rep.Notes = nil // that nothing lies above the new root goes without saying
	return rep, err
}

// walkable: no version is missing on the way from t to the new root. Otherwise
// the walk would end early, and judge an old root as if it were the newest.
func walkable(ctx context.Context, s source, t verify.Trusted) error {
	if _, _, err := s.folder.Dir.Newest(); err != nil {
		return coded(err)
	}
	for _, n := range []int64{s.version - 1, t.Version() + 1} {
		_, err := s.Read(ctx, chain.Name(n), verify.MaxRoot)
		if errors.Is(err, verify.ErrNotFound) {
			return refuse(fmt.Errorf("%s: not in the folder: publish it before version %d", chain.Name(n), s.version))
		}
		if err != nil && !errors.Is(err, verify.ErrTooLarge) { // which the walk says better
			return err
		}
	}
	return nil
}

// A source is the folder as it will be: the roots below the new one, and the
// new one. What lies above it is no concern of its verification.
type source struct {
	folder  verbs.Folder
	version int64
	raw     []byte
}

// Read is that of [verify.Source].
func (s source) Read(ctx context.Context, name string, max int64) ([]byte, error) {
	n, ok := chain.Version(name)
	switch {
	case !ok || n > s.version:
		return nil, fmt.Errorf("%s: %w", name, verify.ErrNotFound)
	case n == s.version && int64(len(s.raw)) > max:
		return nil, fmt.Errorf("%s: %w", name, verify.ErrTooLarge)
	case n == s.version:
		return s.raw, nil
	}
	return s.folder.Read(ctx, name, max)
}

func refuse(err error) error { return &verbs.Error{Code: verbs.No, Err: err} }

// coded makes refusals of the chain the answer no; what else can fail there is
// about files, and has its code already.
func coded(err error) error {
	var exists *safefile.ExistsError
	var hole *chain.HoleError
	var order *chain.OrderError
	var current *chain.CurrentError
	var parse *root.ParseError
	var manager *chain.ManagerError
	if errors.As(err, &manager) || errors.As(err, &exists) || errors.As(err, &hole) || errors.As(err, &order) || errors.As(err, &current) || errors.As(err, &parse) {
		return refuse(err)
	}
	return err
}

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

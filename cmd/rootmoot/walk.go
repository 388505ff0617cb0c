package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

// climb goes from a root through the folder up to a version, by verified steps;
// from a root of that version or above it goes nowhere. Whether a root has
// expired does not matter: an expired root still names who may sign the next
// (TUF 1.0.34, 5.3).
func climb(ctx context.Context, dir verify.Source, t verify.Trusted, version int64, o verify.Options) (verify.Trusted, error) {
	for t.Version() < version {
		name := chain.Name(t.Version() + 1)
		raw, err := dir.Read(ctx, name, verify.MaxRoot)
		if errors.Is(err, verify.ErrTooLarge) {
			return t, &verbs.Error{Code: verbs.Usage, Err: err}
		}
		if err != nil {
			return t, err
		}
		next, report := verify.Next(t, raw, o)
		if next.IsZero() {
			return t, &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s: %s", name, verbs.Why(report))}
		}
		t = next
	}
	return t, nil
}

// first is the digest of the chain's first root, from which verified steps lead
// to t. It is zero where the folder has no 1.root.json: then nobody here can
// tell of which chain t is. A first root that leads elsewhere is an error.
func first(ctx context.Context, dir verify.Source, t verify.Trusted, o verify.Options) (root.Digest, error) {
	if t.Version() == 1 {
		return t.Digest(), nil
	}
	raw, err := dir.Read(ctx, chain.Name(1), verify.MaxRoot)
	switch {
	case errors.Is(err, verify.ErrNotFound):
		return root.Digest{}, nil
	case errors.Is(err, verify.ErrTooLarge):
		return root.Digest{}, &verbs.Error{Code: verbs.Usage, Err: err}
	case err != nil:
		return root.Digest{}, err
	}
	begin, report := verify.TrustFile(raw, o)
	if begin.IsZero() {
		return root.Digest{}, &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("first root of the chain: %s: %s", chain.Name(1), verbs.Why(report))}
	}
	end, err := climb(ctx, dir, begin, t.Version(), o)
	if err != nil {
		return root.Digest{}, err
	}
	if end.Digest() != t.Digest() {
		return root.Digest{}, &verbs.Error{
			Code: verbs.Usage, Err: fmt.Errorf("version %d of the chain has the digest %v, the trusted root %v", t.Version(), end.Digest(), t.Digest()),
			Hint: "--chain names the folder of the chain that the trusted root is of",
		}
	}
	return begin.Digest(), nil
}

// firstIn is first, of the chain in the folder of that path; zero too for no
// path, unless t is the first root itself.
func firstIn(ctx context.Context, path string, t verify.Trusted, now time.Time) (root.Digest, error) {
	if path == "" && t.Version() > 1 {
		return root.Digest{}, nil
	}
	if t.Version() == 1 {
		return t.Digest(), nil
	}
	dir, err := verbs.OpenFolder(path)
	if err != nil {
		return root.Digest{}, flagError("chain", err)
	}
	defer dir.Close()
	d, err := first(ctx, dir, t, verify.Options{At: now, Rehearsal: t.Root().Rehearsal})
	if err != nil {
		return d, flagError("chain "+filepath.Clean(path), err)
	}
	return d, nil
}

package verify

import (
	"context"
	"errors"
	"fmt"

	"github.com/rootmoot/rootmoot/root"
)

// KeyManagerFile is the name of conda's key manager document, beside the roots.
const KeyManagerFile = "key_mgr.json"

// Delegated judges what a root of conda delegates to: the key manager that a
// source has, as [KeyManager] does, under t, which is to be the newest root. It
// holds it to what was seen: one that is older, another of the same version, or
// none where there was one, is refused, because falling back to an older one
// would undo a revocation.
//
// It returns the document and its bytes, for who remembers it; both are nil if
// it was refused, or if there is none and never was, which is reported as not
// asked. The error is the source's, the memory's or the context's, and leaves
// the verdict undecided.
func Delegated(ctx context.Context, t Trusted, s Source, o Options) (*root.KeyManager, []byte, Report, error) {
	rep := Report{Subject: KeyManagerFile, At: o.At}
	if !timed(&rep, KeyManagerFile, o) || !standing(&rep, t, o) {
		return nil, nil, rep, nil
	}
	rep.Root = t.document()
	if err := newestAuthority(ctx, &rep, t, o); err != nil || rep.Verdict() == Refused {
		return nil, nil, rep, err
	}
	seen, was, err := rememberedManager(ctx, &rep, o)
	if err != nil {
		rep.unread(err)
	}
	if err != nil || rep.Verdict() == Refused {
		return nil, nil, rep, err
	}
	raw, err := s.Read(ctx, KeyManagerFile, MaxRoot)
	switch {
	case errors.Is(err, ErrNotFound):
		rep.Add(absent(seen))
		return nil, nil, rep, nil
	case errors.Is(err, ErrTooLarge):
		rep.Add(tooLarge(KeyManagerFile))
		return nil, nil, rep, nil
	case err != nil:
		rep.unread(err)
		return nil, nil, rep, err
	}
	if o.Seen == nil {
		rep.Add(unremembered(KeyManagerFile))
	}
	m, judged := KeyManager(t, raw, o)
	rep.Add(judged.Checks...)
	if m != nil {
		rep.Add(succeeds(seen, was, m, raw)...)
	}
	if rep.Verdict() != Accepted {
		return nil, nil, rep, nil
	}
	return m, raw, rep, nil
}

// newestAuthority: t is the newest root that was seen, and none other. An older
// one may still delegate to keys that were revoked since.
func newestAuthority(ctx context.Context, rep *Report, t Trusted, o Options) error {
	if o.Seen == nil {
		return nil
	}
	checks, err := standsOn(ctx, o.Seen, t)
	var newest int64
	if err == nil {
		newest, err = o.Seen.Newest(ctx)
	}
	if err != nil {
		err = fmt.Errorf("what was remembered: %w", err)
		rep.unread(err)
		return err
	}
	rep.Add(checks...)
	rep.Add(notOlder("trusted root", t.Version(), newest))
	return nil
}

// rememberedManager is the key manager that was accepted before, nil if none
// was. It is compared with only, so that nobody has to vouch for it any more.
func rememberedManager(ctx context.Context, rep *Report, o Options) (*root.KeyManager, []byte, error) {
	if o.Seen == nil {
		return nil, nil, nil
	}
	raw, err := o.Seen.Read(ctx, KeyManagerFile, MaxRoot)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, nil, nil
	case errors.Is(err, ErrTooLarge):
		rep.Add(forgotten(KeyManagerFile, "is larger than a key manager can be"))
		return nil, nil, nil
	case err != nil:
		return nil, nil, fmt.Errorf("what was remembered: %w", err)
	}
	m, err := root.ParseKeyManager(raw)
	if err != nil {
		rep.Add(forgotten(KeyManagerFile, err.Error()))
		return nil, nil, nil
	}
	return m, raw, nil
}

// absent: there is no key manager. Where one was seen it is withheld.
func absent(seen *root.KeyManager) Check {
	if seen == nil {
		return Check{Rule: ruleDelegated, Result: Skip, Subject: KeyManagerFile, Detail: "there is none here, so that nothing below the root was judged"}
	}
	return Check{
		Rule: ruleWithheld, Result: Fail, Subject: KeyManagerFile,
		Detail: fmt.Sprintf("is not there, and one of %s was seen: it may be withheld to keep a revoked one in use; do not fall back to an older copy", dated(seen)),
	}
}

// succeeds: a key manager is the one that was seen, or newer.
func succeeds(seen *root.KeyManager, was []byte, m *root.KeyManager, raw []byte) []Check {
	if seen == nil {
		return nil
	}
	order := root.CompareAge(&seen.Body, &m.Body)
	if order == 0 {
		return same(KeyManagerFile, was, seen.Digest, raw, m.Digest)
	}
	c := Check{Rule: ruleRollback, Result: Pass, Subject: KeyManagerFile, Pointer: "/signed", Detail: fmt.Sprintf("of %s follows the one seen, of %s", dated(m), dated(seen))}
	if order > 0 {
		c.Result = Fail
		c.Detail = fmt.Sprintf("of %s is older than the one seen, of %s: it may name keys that were revoked since", dated(m), dated(seen))
	}
	return []Check{c}
}

// dated says which key manager: by version, or by its time if it has none.
func dated(m *root.KeyManager) string {
	if m.Version > 0 {
		return fmt.Sprintf("version %d", m.Version)
	}
	return "time " + root.FormatTime(m.Timestamp.Time)
}

package verbs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

// pinned reads a pin, if that is what the flag holds: VERSION:DIGEST begins
// with digits and a colon. A file of such a name is given as ./NAME.
func pinned(trust string) (verify.Pin, bool, error) {
	version, _, colon := strings.Cut(trust, ":")
	if !colon || version == "" || strings.Trim(version, "0123456789") != "" {
		return verify.Pin{}, false, nil
	}
	p, err := verify.ParsePin(trust)
	if err != nil {
		return verify.Pin{}, true, &Error{Code: Usage, Err: fmt.Errorf("--trust: %w", err)}
	}
	return p, true, nil
}

// Trust is the root that the user trusts: a file, or a pin VERSION:DIGEST whose
// root is then read from dir, where it proves itself by its digest. A root that
// does not hold is an error: nothing can be judged from it.
func Trust(ctx context.Context, trust string, dir verify.Source, o verify.Options) (verify.Trusted, error) {
	t, rep, err := findTrusted(ctx, trust, dir, o)
	if err == nil && t.IsZero() {
		err = Untrusted(trust, rep, o)
	}
	return t, err
}

// findTrusted is Trust, with the report that says why a root does not hold.
func findTrusted(ctx context.Context, trust string, dir verify.Source, o verify.Options) (verify.Trusted, verify.Report, error) {
	if trust == "" {
		return verify.Trusted{}, verify.Report{}, &Error{Code: Usage, Err: errors.New("--trust: name the root that you trust, or its VERSION:DIGEST")}
	}
	p, is, err := pinned(trust)
	if err != nil {
		return verify.Trusted{}, verify.Report{}, err
	}
	if !is {
		return trustFile(trust, o)
	}
	raw, err := dir.Read(ctx, chain.Name(p.Version), verify.MaxRoot)
	if err != nil {
		code := Unread
		if errors.Is(err, verify.ErrTooLarge) {
			code = Usage
		}
		return verify.Trusted{}, verify.Report{}, &Error{Code: code, Err: fmt.Errorf("pinned root: %w", err), Hint: "the pinned root must be there, or give it with --trust FILE"}
	}
	t, rep := verify.TrustPin(p, raw, o)
	return t, rep, nil
}

// trustFile reads a root that the user trusts as it is.
func trustFile(path string, o verify.Options) (verify.Trusted, verify.Report, error) {
	raw, err := safefile.ReadPath(path, verify.MaxRoot)
	if err != nil {
		return verify.Trusted{}, verify.Report{}, hinted(unread("trusted root", err, Usage), "a trusted root is a file, or a pin VERSION:DIGEST; it is never fetched")
	}
	t, rep := verify.TrustFile(raw, o)
	return t, rep, nil
}

// hinted adds what to do.
func hinted(err error, hint string) error {
	var coded *Error
	if errors.As(err, &coded) {
		coded.Hint = hint
	}
	return err
}

// unread is an error about a file: one that is too large has been judged, and
// any other failed before there was anything to judge.
func unread(what string, err error, judged int) error {
	var large *safefile.TooLargeError
	code := Unread
	if errors.As(err, &large) {
		code = judged
	}
	return &Error{Code: code, Err: fmt.Errorf("%s %w", what, err)}
}

// Why is the first thing that a report refuses, with its rule.
func Why(rep verify.Report) string {
	if bad := rep.Failures(); len(bad) > 0 {
		return bad[0].Rule + ": " + bad[0].Detail
	}
	return "refused"
}

const rehearsalHint = "add --rehearsal if this is one"

// unmarked: what is refused has the mark of a rehearsal, and none was asked for.
func unmarked(bad []verify.Check, o verify.Options) bool {
	return !o.Rehearsal && slices.ContainsFunc(bad, func(c verify.Check) bool { return c.Rule == "REHEARSAL-MARK" })
}

// Untrusted is the error for a trusted root whose report refuses it.
func Untrusted(trust string, rep verify.Report, o verify.Options) error {
	hint := "nothing was judged: start from a root or a pin that you have from a source you trust"
	if o.Strict {
		hint = "nothing was judged: the trusted root itself is held to --strict; begin from a newer one, or without it"
	}
	if unmarked(rep.Failures(), o) {
		hint = "nothing was judged: " + rehearsalHint
	}
	return &Error{Code: Usage, Err: fmt.Errorf("trusted root %s: %s", trust, Why(rep)), Hint: hint}
}

package verbs

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/internal/safefile"
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

// trustFile reads a root that the user trusts as it is.
func trustFile(path string, o verify.Options) (verify.Trusted, verify.Report, error) {
	raw, err := safefile.ReadPath(path, verify.MaxRoot)
	if err != nil {
		return verify.Trusted{}, verify.Report{}, unread("trusted root", err, Usage)
	}
	t, rep := verify.TrustFile(raw, o)
	return t, rep, nil
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

// untrusted is the error for a trusted root whose report refuses it.
func untrusted(trust string, rep verify.Report) error {
	why := "refused"
	if bad := rep.Failures(); len(bad) > 0 {
		why = bad[0].Rule + ": " + bad[0].Detail
	}
	return &Error{
		Code: Usage, Err: fmt.Errorf("trusted root %s: %s", trust, why),
		Hint: "nothing was judged: start from a root or a pin that you have from a source you trust",
	}
}

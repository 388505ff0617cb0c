package publish

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

// Trust is the root that the publisher trusts: a file, or a pin VERSION:DIGEST,
// whose root is then read from dir, where it proves itself by its digest. An
// empty trust is none.
func Trust(ctx context.Context, dir *os.Root, trust string, o verify.Options) (verify.Trusted, error) {
	if trust == "" {
		return verify.Trusted{}, nil
	}
	var t verify.Trusted
	var rep verify.Report
	// A file whose name looks like a pin can be given as ./NAME.
	if version, _, colon := strings.Cut(trust, ":"); colon && version != "" && strings.Trim(version, "0123456789") == "" {
		p, err := verify.ParsePin(trust)
		if err != nil {
			return t, &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("--trust: %w", err)}
		}
		raw, err := chain.Open(dir).Read(ctx, chain.Name(p.Version), verify.MaxRoot)
		if err != nil {
			return t, &verbs.Error{Code: verbs.Unread, Err: fmt.Errorf("pinned root: %w", err), Hint: "the folder must hold the pinned root, or give it with --trust FILE"}
		}
		t, rep = verify.TrustPin(p, raw, o)
	} else {
		raw, err := safefile.ReadPath(trust, verify.MaxRoot)
		if err != nil {
			return t, fmt.Errorf("trusted root: %w", err)
		}
		t, rep = verify.TrustFile(raw, o)
	}
	if t.IsZero() {
		why := "refused"
		if bad := rep.Failures(); len(bad) > 0 {
			why = bad[0].Rule + ": " + bad[0].Detail
		}
		return t, &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("trusted root %s: %s", trust, why), Hint: "nothing was written: start from a root or a pin that you have from a source you trust"}
	}
	return t, nil
}

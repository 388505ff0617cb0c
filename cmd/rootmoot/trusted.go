package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

// trusted goes from what this place trusts to the root that the plan continues.
func (o opening) trusted(ctx context.Context, p *plan.Plan) (verify.Trusted, error) {
	if o.chain == "" {
		o.chain = "."
	}
	dir, err := os.OpenRoot(o.chain)
	if err != nil {
		return verify.Trusted{}, &verbs.Error{Code: verbs.Unread, Err: err, Hint: "--chain names the folder of the chain"}
	}
	defer dir.Close()
	opts := verify.Options{At: time.Now(), Rehearsal: p.Mode == plan.Rehearsal}
	t, err := verbs.Trust(ctx, o.trust, chain.Open(dir), opts)
	if err != nil {
		return t, err
	}
	if t, err = reach(ctx, chain.Open(dir), t, p.Continues.Version, opts); err != nil {
		return t, err
	}
	if t.Digest() != p.Continues.Digest.Root() {
		return t, &verbs.Error{
			Code: verbs.Usage,
			Err:  fmt.Errorf("the plan continues version %d with digest %v, the chain's has %v", p.Continues.Version, p.Continues.Digest.Root(), t.Digest()),
			Hint: "stop: somebody has another root, or the plan is not the reviewed one",
		}
	}
	return t, nil
}

// reach walks the chain from a trusted root up to the version that a plan
// continues, which must be the newest: two successors of one root are a fork.
// Whether it has expired does not matter: an expired root still names who may
// sign the next (TUF 1.0.34, 5.3).
func reach(ctx context.Context, dir chain.Dir, t verify.Trusted, want int64, o verify.Options) (verify.Trusted, error) {
	for t.Version() < want {
		raw, err := dir.Read(ctx, chain.Name(t.Version()+1), verify.MaxRoot)
		if err != nil {
			return t, err
		}
		next, report := verify.Next(t, raw, o)
		if f := report.Failures(); next.IsZero() && len(f) > 0 {
			return t, &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s: %s: %s", chain.Name(t.Version()+1), f[0].Rule, f[0].Detail)}
		}
		t = next
	}
	newest, _, err := dir.Newest()
	if err != nil {
		return t, err
	}
	if t.Version() != want || newest > want {
		return t, &verbs.Error{
			Code: verbs.Usage,
			Err:  fmt.Errorf("the plan continues version %d, the trusted root is version %d and the chain goes up to %d", want, t.Version(), newest),
			Hint: "a plan continues the newest root",
		}
	}
	return t, nil
}

package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

// trusted goes from what this place trusts to the root that the plan continues.
// That the chain could not be compared is told on say.
func (o opening) trusted(ctx context.Context, p *plan.Plan, now time.Time, say io.Writer) (verify.Trusted, error) {
	if o.chain == "" {
		o.chain = "."
	}
	dir, err := verbs.OpenFolder(o.chain)
	if err != nil {
		return verify.Trusted{}, flagError("chain", err)
	}
	defer dir.Close()
	opts := verify.Options{At: now, Rehearsal: p.Mode == plan.Rehearsal}
	t, err := verbs.Trust(ctx, o.trust, dir, opts)
	if err != nil {
		return t, err
	}
	if err := newest(dir.Dir, t, p.Continues.Version); err != nil {
		return t, err
	}
	return continued(ctx, p, dir, t, opts, say)
}

// continued goes from a trusted root, by verified steps, to the one that the
// plan continues, and holds both the chain and the plan to each other.
func continued(ctx context.Context, p *plan.Plan, dir verify.Source, t verify.Trusted, opts verify.Options, say io.Writer) (verify.Trusted, error) {
	t, err := climb(ctx, dir, t, p.Continues.Version, opts)
	if err != nil {
		return t, err
	}
	if t.Digest() != p.Continues.Digest.Root() {
		return t, &verbs.Error{
			Code: verbs.Usage,
			Err:  fmt.Errorf("the plan continues version %d with digest %v, the chain's has %v", p.Continues.Version, p.Continues.Digest.Root(), t.Digest()),
			Hint: "stop: somebody has another root, or the plan is not the reviewed one",
		}
	}
	begin, err := first(ctx, dir, t, opts)
	if err != nil {
		return t, err
	}
	return t, sameChain(p, begin, say)
}

// newest: the version that a plan continues is the newest of the chain, and not
// below what is trusted: two successors of one root are a fork.
func newest(dir chain.Dir, t verify.Trusted, want int64) error {
	above, _, err := dir.Newest()
	if err != nil {
		return err
	}
	if t.Version() > want || above > want {
		return &verbs.Error{
			Code: verbs.Usage,
			Err:  fmt.Errorf("the plan continues version %d, the trusted root is version %d and the chain goes up to %d", want, t.Version(), above),
			Hint: "a plan continues the newest root",
		}
	}
	return nil
}

// sameChain: the plan names the chain by its first root. Every statement signs
// that digest, so it is not left to the plan alone. A folder that begins above
// version 1 cannot tell (begin is zero): that is said, and for the people to
// compare.
func sameChain(p *plan.Plan, begin root.Digest, say io.Writer) error {
	named := p.Continues.First().Root()
	switch begin {
	case named:
		return nil
	case root.Digest{}:
		_, err := fmt.Fprintf(say, "note: not checked: the chain has no %s, so compare its digest in the plan with what you know: continues.chain %v\n", chain.Name(1), named)
		return err
	}
	return &verbs.Error{
		Code: verbs.Usage,
		Err:  fmt.Errorf("the plan's continues.chain is %v, the first root of the chain has %v", named, begin),
		Hint: "stop: every statement would name another chain; the plan is not the reviewed one, or it is wrong",
	}
}

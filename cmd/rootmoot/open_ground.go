package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/machine"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
)

// config is what a sitting stands on.
func (o opening) config(cmd *cobra.Command, path string, p *plan.Plan, now func() time.Time) (sitting.Config, error) {
	cfg := baseConfig(o.place, now)
	cfg.Plan, cfg.Dir = p.Raw(), o.dir
	if cfg.Dir == "" {
		cfg.Dir = strings.TrimSuffix(path, filepath.Ext(path))
	}
	if cfg.Dir == path {
		return cfg, &verbs.Error{Code: verbs.Usage, Err: errors.New("--sitting: the plan's name has no ending to leave out: name the sitting's directory")}
	}
	var err error
	if cfg.Attempt, err = o.attempt(p); err != nil {
		return cfg, err
	}
	if p.Continues == nil || o.trust == "" { // without a pin a sitting can only be resumed
		return cfg, nil
	}
	if cfg.Trusted, err = o.trusted(cmd.Context(), p, now(), cmd.ErrOrStderr()); err != nil {
		return cfg, err
	}
	if cfg.Chain, err = o.before(cmd.Context(), cfg.Trusted.Version()); err != nil || o.manager == nil {
		return cfg, err
	}
	_, cfg.Before, err = o.manager.ground(cmd.Context(), p, cfg.Trusted, o.chain)
	return cfg, err
}

// leftovers are what the sittings leave behind whose place this one takes. What
// is complete cannot be replaced.
func (o opening) leftovers(say io.Writer, now func() time.Time) ([]ceremony.Abandoned, error) {
	var out []ceremony.Abandoned
	for _, dir := range o.after {
		cfg, err := ledConfig(dir, o.drivers, now)
		if err != nil {
			return nil, err
		}
		a, signed, err := sitting.Leftover(cfg)
		if errors.Is(err, ceremony.ErrComplete) {
			return nil, &verbs.Error{Code: verbs.No, Err: fmt.Errorf("--after %s: %w", dir, err), Hint: "go on with that sitting and publish what it makes; what should be different belongs into the version after it"}
		}
		if err != nil {
			return nil, flagError("after "+dir, err)
		}
		if !signed {
			fmt.Fprintf(say, "note: nobody has signed anything in %s\n", dir)
			continue
		}
		for _, line := range a.Lines() {
			fmt.Fprintf(say, "note: %s: %s\n", dir, visible.Line(line))
		}
		out = append(out, a)
	}
	return out, nil
}

// attempt is the one that another place has begun, if it is to be joined. It
// must be by the same plan: two drafts that circulate come out here.
func (o opening) attempt(p *plan.Plan) (root.Digest, error) {
	if o.join == "" {
		return root.Digest{}, nil
	}
	raw, err := readBounded(o.join, sitting.MaxArrival)
	if err != nil {
		return root.Digest{}, err
	}
	begun, err := ceremony.OpeningOf(raw)
	if err != nil {
		return root.Digest{}, &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("--join %s: %w", o.join, err)}
	}
	if have := p.Digest(); begun.Plan != have {
		return root.Digest{}, &verbs.Error{
			Code: verbs.Usage, Err: fmt.Errorf("--join %s: it is by the plan %v, and this one is %v", o.join, begun.Plan, have),
			Hint: "two drafts are about: find out which one counts, and open that at every place",
		}
	}
	return begun.Attempt, nil
}

// before are the roots of the chain below a version, as far down as the folder
// has them: for keyholders elsewhere, who start from pins of their own.
func (o opening) before(ctx context.Context, version int64) ([][]byte, error) {
	dir, err := verbs.OpenFolder(cmp.Or(o.chain, "."))
	if err != nil {
		return nil, flagError("chain", err)
	}
	defer dir.Close()
	return ceremony.ChainBelow(version, func(n int64) ([]byte, error) { return dir.Read(ctx, chain.Name(n), verify.MaxRoot) })
}

// baseConfig is what every sitting of this program has.
func baseConfig(place string, now func() time.Time) sitting.Config {
	return sitting.Config{
		Now: now, Rand: rand.Reader, Place: place, Tool: verbs.Version(),
		Machine: func() machine.Facts { return machine.Gather(now) },
	}
}

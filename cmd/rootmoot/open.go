package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/machine"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// opening holds what differs from machine to machine: never in the plan.
type opening struct {
	dir, trust, chain, tokens, place string
	display
}

func openVerb(now func() time.Time) *cobra.Command {
	var o opening
	cmd := &cobra.Command{
		Use:   "open PLAN",
		Short: "Begin a sitting, or resume it where it was",
		Long: `Lead through the sitting of a plan: who is here, the room, the trusted root,
tokens, freezing the plan, the candidate, signatures, a check from scratch, the
seal. Leave at any time, or pull the power: the same command goes on at the
same step.

In a terminal it is a guide that fills the screen, at least 80 columns and 24
lines; with --plain, and where there is no terminal, it is lines. NO_COLOR is
obeyed.

A plan that continues a root wants to know which root you trust, and the folder
of the chain, the first time that it is opened.`,
		Example: `  # a genesis, with the tokens of a rehearsal's folder
  rootmoot open r/1-genesis.yaml --tokens r/tokens

  # a successor, from a root that you hold
  rootmoot open next.yaml --trust 3.root.json --chain metadata

  # with a screen reader, or on a serial line
  rootmoot open r/1-genesis.yaml --tokens r/tokens --plain`,
		Args: verbs.Arguments("PLAN"),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, args[0], now) },
	}
	f := cmd.Flags()
	f.StringVar(&o.dir, "sitting", "", "the sitting's `DIR`; beside the plan if not given: PLAN without its ending")
	f.StringVar(&o.trust, "trust", "", "root `FILE` that you trust, or a pin VERSION:DIGEST")
	f.StringVar(&o.chain, "chain", "", "`DIR` of the chain, up to the root that the plan continues; the current directory if not given")
	f.StringVar(&o.tokens, "tokens", "", "`DIR` of rehearsal tokens; rehearsals only")
	f.StringVar(&o.place, "place", "here", "`NAME` of this place, for the record")
	o.flags(f)
	return cmd
}

func (o opening) run(cmd *cobra.Command, path string, now func() time.Time) error {
	p, err := loadPlan(path)
	if err != nil {
		return err
	}
	cfg, err := o.config(cmd, path, p, now)
	if err != nil {
		return err
	}
	console, err := openConsole(cmd, p.Mode == plan.Rehearsal)
	if err != nil {
		return err
	}
	defer console.Close()
	s, err := openSitting(cfg)
	if err != nil {
		return err
	}
	defer s.Close()
	return o.lead(cmd.Context(), s, console, company{})
}

// openSitting is [sitting.Open], with the exit code of a sitting that somebody
// else has open.
func openSitting(cfg sitting.Config) (*sitting.Sitting, error) {
	s, err := sitting.Open(cfg)
	if errors.Is(err, journal.ErrLocked) {
		err = &verbs.Error{Code: verbs.Unread, Err: err, Hint: "close the other rootmoot that has this sitting open, then call again"}
	}
	return s, err
}

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
	if cfg.Tokens, cfg.Bundle, err = o.devices(cmd.Context(), p); err != nil {
		return cfg, err
	}
	if p.Continues == nil || o.trust == "" { // without a pin a sitting can only be resumed
		return cfg, nil
	}
	cfg.Trusted, err = o.trusted(cmd.Context(), p, now(), cmd.ErrOrStderr())
	return cfg, err
}

// baseConfig is what every sitting of this program has.
func baseConfig(place string, now func() time.Time) sitting.Config {
	return sitting.Config{
		Now: now, Rand: rand.Reader, Place: place, Tool: verbs.Version(),
		Machine: func() machine.Facts { return machine.Gather(now) },
	}
}

// devices are the tokens that a plan of that mode may use, and whose
// attestations are taken.
func (o opening) devices(ctx context.Context, p *plan.Plan) (func(context.Context) ([]token.Token, error), attest.Bundle, error) {
	if p.Mode != plan.Rehearsal && o.tokens != "" {
		return nil, attest.Bundle{}, &verbs.Error{Code: verbs.Usage, Err: errors.New("--tokens: rehearsal tokens never sign in production")}
	}
	if p.Mode != plan.Rehearsal {
		return nil, attest.Bundle{}, &verbs.Error{
			Code: verbs.Usage, Err: errors.New("mode production: this version drives rehearsal tokens only, and they never sign in production"),
			Hint: "rehearse it: mode: rehearsal, and rehearsal tokens",
		}
	}
	if o.tokens == "" {
		return nil, attest.Bundle{}, &verbs.Error{
			Code: verbs.Usage, Err: errors.New("--tokens: a rehearsal needs the folder of its tokens"),
			Hint: "rootmoot rehearse DIR makes DIR/tokens",
		}
	}
	tokens := rehearse.Tokens(o.tokens)
	if _, err := tokens(ctx); err != nil { // now, rather than when the first token is asked for
		return nil, attest.Bundle{}, &verbs.Error{Code: verbs.Unread, Err: fmt.Errorf("--tokens %s: %w", o.tokens, err), Hint: "rootmoot rehearse DIR makes DIR/tokens"}
	}
	b, err := attest.RehearsalBundle()
	return tokens, b, err
}

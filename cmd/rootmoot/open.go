package main

import (
	"errors"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rootmoot/rootmoot/ceremony/journal"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
)

// opening holds what differs from machine to machine: never in the plan.
type opening struct {
	dir, trust, chain, place, join, ledger string
	after                                  []string
	manager                                *followed // for key manager documents; nil for roots
	drivers
	display
	with company
}

func openVerb(now func() time.Time) *cobra.Command { return openWith(now, company{}) }

// openWith is open in a rehearsal, with company.
func openWith(now func() time.Time, with company) *cobra.Command {
	o := opening{with: with}
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
of the chain, the first time that it is opened.

Smart cards are found by their readers, HSMs through the PKCS#11 modules that
--pkcs11-module names, or the file rootmoot.local.yaml beside the plan (pkcs11:
a list of paths). PINs are read from the terminal only.

A sitting keeps to the attestation CAs that it was begun with. If they came from
a file, give it each time; in production that is an exception.`,
		Example: `  # a genesis, with the tokens of a rehearsal's folder
  rootmoot open r/1-genesis.yaml --tokens r/tokens

  # a successor, from a root that you hold
  rootmoot open next.yaml --trust 3.root.json --chain metadata

  # in production, with smart cards and an HSM
  rootmoot open plan.yaml --pkcs11-module /usr/lib/softhsm/libsofthsm2.so

  # with a screen reader, or on a serial line
  rootmoot open r/1-genesis.yaml --tokens r/tokens --plain`,
		Args: verbs.Arguments("PLAN"),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, args[0], now) },
	}
	o.flags(cmd.Flags())
	return cmd
}

func (o *opening) flags(f *pflag.FlagSet) {
	f.StringVar(&o.dir, "sitting", "", "the sitting's `DIR`; beside the plan if not given: PLAN without its ending")
	f.StringVar(&o.trust, "trust", "", "root `FILE` that you trust, or a pin VERSION:DIGEST")
	f.StringVar(&o.chain, "chain", "", "`DIR` of the chain, up to the root that the plan continues; the current directory if not given")
	f.StringVar(&o.join, "join", "", "join the attempt that another place has begun: its journal, or a request, as `FILE`")
	f.StringArrayVar(&o.after, "after", nil, "take the place of an earlier sitting for the same version: its `DIR`; may be given again")
	f.StringVar(&o.ledger, "ledger", "", ledgerHelp)
	f.StringVar(&o.place, "place", "here", "`NAME` of this place, for the record")
	o.drivers.flags(f)
	o.display.flags(f)
}

func (o opening) run(cmd *cobra.Command, path string, now func() time.Time) error {
	p, err := loadPlan(path)
	if err != nil {
		return err
	}
	if err := o.makes(p); err != nil {
		return err
	}
	cfg, err := o.config(cmd, path, p, now)
	if err != nil {
		return err
	}
	r, err := o.openFor(p, path, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer r.Close()
	if err := r.check(cmd.Context(), cmd.ErrOrStderr()); err != nil {
		return err
	}
	cfg.Tokens, cfg.Bundle = r.list, r.bundle
	if cfg.Ledger, err = openLedger(o.ledger, o.rehearsal, cmd.ErrOrStderr()); err != nil {
		return err
	}
	if cfg.After, err = o.leftovers(cmd.ErrOrStderr(), now); err != nil {
		return err
	}
	console, err := o.with.openConsole(cmd, p.Mode == plan.Rehearsal)
	if err != nil {
		return err
	}
	defer console.Close()
	s, err := openSitting(cfg)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := o.lead(cmd.Context(), s, console, o.with); err != nil || o.manager == nil {
		return err
	}
	return o.manager.made(s, cfg.Dir)
}

// makes sends a plan to the verb that carries it out.
func (o opening) makes(p *plan.Plan) error {
	manager := p.Document == plan.KeyManagerDocument
	switch {
	case manager && o.manager == nil:
		return &verbs.Error{Code: verbs.Usage, Err: errors.New("the plan is for a key manager document"), Hint: "rootmoot keymgr sign PLAN carries it out"}
	case !manager && o.manager != nil:
		return &verbs.Error{Code: verbs.Usage, Err: errors.New("the plan is for a root"), Hint: "rootmoot open PLAN carries it out"}
	}
	return nil
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

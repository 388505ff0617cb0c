package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/paper"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
)

// scripting are the flags of plan script.
type scripting struct {
	trust, chain string
	json         bool
}

// planScript is the verb that prints the form for the day.
func planScript(now func() time.Time) *cobra.Command {
	s := &scripting{}
	cmd := &cobra.Command{
		Use:   "script [--trust ROOT [--chain DIR]] PLAN",
		Short: "Print the script of the day, as a form to fill in",
		Long: `Write one HTML file to print: who takes part, what has to be there, then the
steps of the sitting in their order, with boxes to tick, words to read out, and
blanks for times, initials and bag numbers; a sheet for each keyholder; and
sheets for exceptions, breaks, statements and handwriting. It needs no other
file and runs nothing. A4 or Letter, whichever the printer has.

It is made from the plan alone, so the same plan makes the same bytes. Given the
root that the plan continues, what changes stands there line by line, with the
digest of what will be signed. A draft has blanks where words are not known yet.

A plan that lint refuses has no script: the exit code is 1. Nor has one for a
key manager document, whose keyholders work from the screen.`,
		Example: `  rootmoot plan script ceremony.example.yaml > script.html

  # with what changes, against the root that it continues
  rootmoot plan script next.yaml --trust 1.root.json --chain . > script.html`,
		Args: verbs.Arguments("PLAN"),
		RunE: func(cmd *cobra.Command, args []string) error { return s.run(cmd, args[0], now()) },
	}
	f := cmd.Flags()
	f.StringVar(&s.trust, "trust", "", "`ROOT` file that the plan continues, and that you trust")
	f.StringVar(&s.chain, "chain", "", "`DIR` of the chain, to find its first root; wants --trust")
	f.BoolVar(&s.json, "json", false, "print what stands in it as JSON, not as HTML")
	return cmd
}

func (s *scripting) run(cmd *cobra.Command, path string, now time.Time) error {
	if s.chain != "" && s.trust == "" {
		return errChainAlone()
	}
	p, err := loadPlan(path)
	if err != nil {
		return err
	}
	o, err := s.options(cmd.Context(), now)
	if err != nil {
		return err
	}
	d, err := paper.Script(p, o)
	if errors.Is(err, paper.ErrRefused) {
		return &verbs.Error{Code: verbs.No, Err: fmt.Errorf("%s: %w", path, err), Hint: "rootmoot plan lint " + path + " says why, and what to do"}
	}
	if errors.Is(err, paper.ErrNoScript) {
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s: %w", path, err), Hint: "rootmoot plan show " + path + " prints what it asks for"}
	}
	if err != nil {
		return err
	}
	if s.json {
		return printJSON(cmd.OutOrStdout(), d)
	}
	return d.HTML(cmd.OutOrStdout())
}

// options reads the root that the plan continues, and finds the first one of
// its chain.
func (s *scripting) options(ctx context.Context, now time.Time) (paper.Options, error) {
	var o paper.Options
	if s.trust == "" {
		return o, nil
	}
	t, err := trustedRoot(s.trust, now)
	if err != nil {
		return o, err
	}
	o.Trusted = t.Root()
	o.First, err = firstIn(ctx, s.chain, t, now)
	return o, err
}

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
)

// tokenMenu are the verbs about one token, in the order of its life.
func tokenMenu(now func() time.Time) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "token",
		Short: "Look at a token, make it ready for a keyholder, retire it",
		Long: `A token is the device that holds a private key: a PIV smart card such as a
YubiKey, an HSM, or in a rehearsal its stand-in. What it needs on a machine
stands in docs/tokens.md.`,
	}
	return verbs.Menu(cmd, tokenList(), tokenInspect(now), tokenProvision(now), tokenAttest(now), tokenRetire(now))
}

// A choice says which token a command is about: that with a serial number, or
// that which a plan names for a participant.
type choice struct {
	drivers
	plan, slot string
}

func (c *choice) flags(f *pflag.FlagSet) {
	c.drivers.flags(f)
	f.StringVar(&c.plan, "plan", "", "`PLAN` that names the token, by its participant's NAME, and what it must be")
	f.StringVar(&c.slot, "slot", "", "`ID` of the key, where an HSM has several")
}

// wantedBy is what a plan says of a participant's token.
func wantedBy(p *plan.Plan, name string) (sitting.Wanted, error) {
	w, named := sitting.WantedBy(p, name)
	if !named {
		return w, &verbs.Error{
			Code: verbs.Usage, Err: fmt.Errorf("the plan names no token for %q", name),
			Hint: "participants." + name + ".token names one",
		}
	}
	return w, nil
}

// open reads the plan if there is one, and opens the drivers.
func (c *choice) open(cmd *cobra.Command, arg string) (sitting.Wanted, *rack, error) {
	if c.plan == "" {
		r, err := c.drivers.open()
		return sitting.Wanted{Serial: arg, Slot: c.slot}, r, err
	}
	p, err := loadPlan(c.plan)
	if err != nil {
		return sitting.Wanted{}, nil, err
	}
	w, err := wantedBy(p, arg)
	if err != nil {
		return w, nil, err
	}
	r, err := c.openFor(p, c.plan, cmd.ErrOrStderr())
	return w, r, err
}

// look inspects all tokens that are there.
func (r *rack) look(ctx context.Context) ([]sitting.Seen, error) {
	tokens, err := sitting.List(ctx, r.list)
	if err != nil {
		return nil, ofToken(err)
	}
	all := sitting.See(ctx, tokens)
	if ctx.Err() != nil {
		sitting.CloseSeen(all)
		return nil, ctx.Err()
	}
	return all, nil
}

// A severalError is that somebody has to say which of these tokens is meant.
type severalError struct {
	*sitting.Refusal
	all []sitting.Seen
}

// find is the one token that is wanted, as a sitting would find it; the others
// are closed.
func (r *rack) find(ctx context.Context, w sitting.Wanted) (sitting.Seen, error) {
	all, err := r.look(ctx)
	if err != nil {
		return sitting.Seen{}, err
	}
	s, err := w.Find(all, sitting.Failing{Name: w.Name(), Look: "try again"})
	var refusal *sitting.Refusal
	if errors.As(err, &refusal) {
		return s, notFound(w, refusal, all)
	}
	return s, err
}

// notFound gives the refusal of a search its exit code: that nobody said which
// token is meant is wrong usage, and that it is not there no answer.
func notFound(w sitting.Wanted, r *sitting.Refusal, all []sitting.Seen) error {
	e := &verbs.Error{Code: verbs.Unread, Err: r, Hint: r.Hint}
	switch r.Kind {
	case sitting.TokenRemoved:
		e.Hint = "insert it; docs/tokens.md says what a machine needs for tokens"
	case sitting.SeveralTokens:
		e.Code, e.Err = verbs.Usage, &severalError{r, all}
	case sitting.TwinTokens:
		e.Code, e.Hint = verbs.No, "take out the one that is not theirs, and find out where it comes from"
	case sitting.NotDone:
		if e.Code = verbs.Usage; w.Plan == nil {
			e.Hint = "name one of its keys with --slot"
		}
	}
	return e
}

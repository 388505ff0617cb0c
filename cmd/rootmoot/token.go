package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/token"
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

// A wanted is what is known of a token before it is looked for.
type wanted struct {
	kind   plan.TokenKind // "" is any
	serial string         // "" is the only one that is there
	slot   string         // "" is the only one

	plan *plan.Plan // nil if none was given
	name string     // of the participant
}

// who names it for people.
func (w wanted) who() string {
	if w.name == "" {
		return "token " + w.serial
	}
	return fmt.Sprintf("the token of %s, serial number %s,", w.name, w.serial)
}

// wantedBy is what a plan says of a participant's token.
func wantedBy(p *plan.Plan, name string) (wanted, error) {
	t := p.Participants[name].Token
	if t == nil {
		return wanted{}, &verbs.Error{
			Code: verbs.Usage, Err: fmt.Errorf("the plan names no token for %q", name),
			Hint: "participants." + name + ".token names one",
		}
	}
	return wanted{kind: t.Kind, serial: string(t.Serial), slot: string(t.SlotInForce()), plan: p, name: name}, nil
}

// open reads the plan if there is one, and opens the drivers.
func (c *choice) open(cmd *cobra.Command, arg string) (wanted, *rack, error) {
	if c.plan == "" {
		r, err := c.drivers.open()
		return wanted{serial: arg, slot: c.slot}, r, err
	}
	p, err := loadPlan(c.plan)
	if err != nil {
		return wanted{}, nil, err
	}
	w, err := wantedBy(p, arg)
	if err != nil {
		return w, nil, err
	}
	r, err := c.openFor(p, c.plan, cmd.ErrOrStderr())
	return w, r, err
}

// A seen token has been inspected.
type seen struct {
	token.Token
	info token.Info
	err  error // why it says nothing
}

// look inspects all tokens that are there.
func (r *rack) look(ctx context.Context) ([]seen, error) {
	tokens, err := r.list(ctx)
	if err != nil {
		return nil, ofToken(err)
	}
	var out []seen
	for _, t := range tokens {
		info, err := t.Inspect(ctx)
		out = append(out, seen{t, info, err})
	}
	if ctx.Err() != nil {
		closeSeen(out)
		return nil, ctx.Err()
	}
	return out, nil
}

func closeSeen(all []seen) {
	for _, s := range all {
		s.Close() //nolint:errcheck // it was only looked at
	}
}

// A severalError is that somebody has to say which of these tokens is meant.
type severalError struct{ all []seen }

func (e *severalError) Error() string {
	return "several tokens are there: name the serial number of one"
}

// find is the one token that is wanted; the others are closed.
func (r *rack) find(ctx context.Context, w wanted) (seen, error) {
	all, err := r.look(ctx)
	if err != nil {
		return seen{}, err
	}
	at, err := w.among(all)
	for i, s := range all {
		if i != at || err != nil {
			s.Close() //nolint:errcheck // it was only looked at
		}
	}
	if err != nil {
		return seen{}, err
	}
	return all[at], nil
}

// among is which of the tokens is the wanted one, and the only one that is.
func (w wanted) among(all []seen) (int, error) {
	var hits []int
	for i, s := range all {
		if s.err == nil && w.fits(s.info) {
			hits = append(hits, i)
		}
	}
	switch {
	case len(hits) == 1:
		return hits[0], nil
	case len(hits) == 0:
		return 0, w.absent(all)
	case w.serial == "":
		return 0, &verbs.Error{Code: verbs.Usage, Err: &severalError{all}}
	}
	a, b := all[hits[0]].info, all[hits[1]].info
	if a.Slot != b.Slot {
		return 0, &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("token %s has several keys, %s and %s among them: name one with --slot", w.serial, a.Slot, b.Slot)}
	}
	return 0, &verbs.Error{
		Code: verbs.No, Err: fmt.Errorf("two tokens say that they are %s: in %s and in %s", w.serial, a.Reader, b.Reader),
		Hint: "take out the one that is not theirs, and find out where it comes from",
	}
}

func (w wanted) fits(i token.Info) bool {
	return (w.serial == "" || i.Serial == w.serial) &&
		(w.slot == "" || i.Slot == w.slot) &&
		(w.kind == "" || string(i.Kind) == string(w.kind))
}

// absent says what is there instead.
func (w wanted) absent(all []seen) error {
	if len(all) == 0 {
		return &verbs.Error{Code: verbs.Unread, Err: errors.New("no token is there: insert it"), Hint: "docs/tokens.md says what a machine needs for tokens"}
	}
	var others []string
	for _, s := range all {
		switch {
		case s.err != nil:
			others = append(others, "one that does not answer: "+s.err.Error())
		case w.kind != "" && string(s.info.Kind) != string(w.kind):
			others = append(others, fmt.Sprintf("%s of kind %s", s.info.Serial, s.info.Kind))
		default:
			others = append(others, s.info.Serial+" slot "+s.info.Slot)
		}
	}
	if w.serial == "" { // nothing answers
		return ofToken(all[0].err)
	}
	return &verbs.Error{Code: verbs.Unread, Err: fmt.Errorf("%s is not there; there are: %s", w.who(), strings.Join(others, ", "))}
}

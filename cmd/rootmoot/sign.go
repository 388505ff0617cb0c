package main

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/internal/words"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// answering holds what differs from machine to machine at a keyholder's place.
type answering struct {
	dir, trust, place, ledger string
	signature                 string         // file that gpg made; "" asks for it
	only                      plan.TokenKind // that is answered with; "" is any
	qr                        bool
	codes                     codeOptions
	drivers
	display
	with company
}

func signVerb(now func() time.Time) *cobra.Command { return signWith(now, company{}) }

// signWith is sign in a rehearsal, with company.
func signWith(now func() time.Time, with company) *cobra.Command {
	a := answering{with: with}
	cmd := &cobra.Command{
		Use:   "sign REQUEST",
		Short: "Answer a request: sign, enrol or refuse, at a place of your own",
		Long: `Lead a keyholder through what a request asks of them, on their own machine: who
is here, the room, the root that they trust, the plan's digest, the candidate,
their token. The chain is verified from a pin that you hold, never from the
request; the candidate is built here and compared with the request's.

What comes out is PARTICIPANT.contribution.json, to be sent back: a signature, a
refusal with its reason, or an enrolment. Leave at any time; the same command
goes on at the same step.

The pin is the version and the digest of a root that you already trust, or the
root's file. If --trust is left out, you are asked for it.`,
		Example: `  # with a root that you hold
  rootmoot sign boston.request.json --trust 1.root.json

  # with nothing to carry it on: at the end, or later again, as QR codes
  rootmoot sign boston.request.json --qr

  # in a rehearsal
  rootmoot sign boston.request.json --trust 1.root.json --tokens r/tokens`,
		Args: verbs.Arguments("REQUEST"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.run(cmd, args[0], now) },
	}
	a.placeFlags(cmd.Flags())
	a.keyFileFlag(cmd.Flags())
	return cmd
}

// placeFlags say what differs from machine to machine.
func (a *answering) placeFlags(f *pflag.FlagSet) {
	f.StringVar(&a.dir, "sitting", "", "the `DIR` of this place; if not given, PARTICIPANT in the current directory")
	f.StringVar(&a.trust, "trust", "", "root `FILE` that you trust, or a pin VERSION:DIGEST")
	f.StringVar(&a.ledger, "ledger", "", ledgerHelp)
	f.StringVar(&a.place, "place", "", "`NAME` of this place, for the record; the participant's if not given")
	f.BoolVar(&a.qr, "qr", false, "at the end show the contribution as a running sequence of QR codes")
	a.codes.flags(f)
	a.drivers.flags(f)
	a.display.flags(f)
}

// againHint is what to do about a request that is not what it should be.
const againHint = "ask for the file again, and compare its SHA-256"

func (a answering) run(cmd *cobra.Command, path string, now func() time.Time) error {
	raw, err := readBounded(path, ceremony.MaxRequest)
	if err != nil {
		return err
	}
	r, err := ceremony.ParseRequest(raw)
	if err != nil {
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s: %w", path, err), Hint: againHint}
	}
	p, err := r.LoadPlan()
	if err != nil {
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s: %w", path, err), Hint: againHint}
	}
	if err := a.answers(r, p); err != nil {
		return err
	}
	rack, err := a.openFor(p, path, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	defer rack.Close()
	if err := rack.check(cmd.Context(), cmd.ErrOrStderr()); err != nil {
		return err
	}
	console, err := a.with.openConsole(cmd, p.Mode == plan.Rehearsal)
	if err != nil {
		return err
	}
	defer console.Close()
	cfg, err := a.config(cmd, path, raw, r, p, console, now)
	if err != nil {
		return err
	}
	cfg.Tokens, cfg.Bundle, cfg.Signature = rack.list, rack.bundle, a.signature
	if cfg.Ledger, err = openLedger(a.ledger, a.rehearsal, cmd.ErrOrStderr()); err != nil {
		return err
	}
	s, err := openSitting(cfg)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := a.remember(s.ID()); err != nil {
		return err
	}
	err = a.lead(cmd.Context(), s, console, a.with)
	toSign(console, cfg.Dir, s)
	if err != nil {
		return err
	}
	return a.told(cmd.Context(), console, cfg.Dir, s)
}

// told says where the answer lies, and by which words it is compared; or shows it.
func (a answering) told(ctx context.Context, c console, dir string, s *sitting.Sitting) error {
	name, raw, ready := s.Contribution()
	if !ready {
		return nil
	}
	if a.qr {
		a.codes.ascii = a.ascii
		return showCodes(ctx, c, raw, name, a.codes)
	}
	w := written{File: filepath.Join(dir, name), Digest: root.DigestOf(raw), Bytes: len(raw)}
	w.print(c, "goes back to where the sitting is led")
	return nil
}

// config is what this place stands on. The root that the plan continues is
// reached from the keyholder's own pin.
func (a answering) config(cmd *cobra.Command, path string, raw []byte, r ceremony.Request, p *plan.Plan, c console, now func() time.Time) (sitting.Config, error) {
	cfg := baseConfig(a.place, now)
	if cfg.Place == "" {
		cfg.Place = r.Participant
	}
	// Never beside the request: what lies there may have come with it.
	cfg.Request, cfg.Dir = raw, cmp.Or(a.dir, r.Participant)
	ours, err := a.begunHere(cfg.Dir)
	if err != nil || p.Continues == nil || a.trust == "" && ours {
		return cfg, err
	}
	fmt.Fprintf(c, "The request asks %s for %s, and continues version %d.\n", r.Participant, kindOf(r.Asks), p.Continues.Version)
	trust, err := a.pin(cmd.Context(), c)
	if err != nil {
		return cfg, err
	}
	opts := verify.Options{At: now(), Rehearsal: p.Mode == plan.Rehearsal}
	chain, err := r.Source()
	if err != nil {
		return cfg, &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s: %w", path, err), Hint: againHint}
	}
	t, err := verbs.Trust(cmd.Context(), trust, chain, opts)
	if err != nil {
		return cfg, err
	}
	cfg.Trusted, err = continued(cmd.Context(), p, chain, t, opts, cmd.ErrOrStderr())
	return cfg, err
}

// pin is what the keyholder trusts: the flag, or what they type from their own
// papers. It never comes from the request.
func (a answering) pin(ctx context.Context, c console) (string, error) {
	if a.trust != "" {
		return a.trust, nil
	}
	for {
		pin, wrong, err := askPin(ctx, c)
		if err != nil {
			return "", err
		}
		if wrong == nil {
			_, wrong = verify.ParsePin(pin)
		}
		if wrong == nil {
			return pin, nil
		}
		fmt.Fprintf(c, "  That is no pin: %s.\n  Compare it with the paper, and type it again.\n", visible.Line(wrong.Error()))
	}
}

// askPin asks for a pin in two parts, or takes it in one. That words were wrong is
// no failure: they are asked for again.
func askPin(ctx context.Context, c console) (pin string, wrong, err error) {
	if pin, err = c.ReadLine(ctx, "Version of a root that you trust, from your own papers: "); err != nil {
		return "", nil, err
	}
	if pin = strings.TrimSpace(pin); strings.Contains(pin, ":") {
		return pin, nil, nil
	}
	typed, err := c.ReadLine(ctx, "Its digest, 64 hex digits, 32 words or 24 words: ")
	if err != nil {
		return "", nil, err
	}
	digest, wrong := typedDigest(typed)
	return pin + ":" + digest, wrong, nil
}

// typedDigest is a digest in hex, from what was typed: hex, or words of either list.
func typedDigest(typed string) (string, error) {
	var d [32]byte
	var err error
	switch len(strings.Fields(typed)) {
	case words.CountPGP:
		d, err = words.DecodePGP(typed)
	case words.CountBIP39:
		d, err = words.DecodeBIP39(typed)
	default:
		return strings.ToLower(strings.Join(strings.Fields(typed), "")), nil
	}
	return root.Digest(d).String(), err
}

package main

import (
	"crypto/rand"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/provision"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/token"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// provisioning are the flags of token provision.
type provisioning struct {
	choice
	display
	options         provision.Options
	firmware, trust string
	record          string
}

// tokenProvision is the verb that makes a token ready for its keyholder.
func tokenProvision(now func() time.Time) *cobra.Command {
	o := provisioning{}
	cmd := &cobra.Command{
		Use:   "provision (SERIAL | --plan PLAN NAME)",
		Short: "Make a token ready for its keyholder: PIN, key, proof",
		Long: `Lead through making a token ready: it is looked at, emptied and proven empty,
gets tries, PIN, PUK and a management key of its own, makes a key in slot 9c
that never leaves it, attests that, keeps the attestation as certificate, and is
read back. Nothing is written before the serial number was typed as it is
printed on the token, and nothing is destroyed before a phrase with it was
typed.

Pull the token at any moment, or leave: the same command says how far it came,
and goes on there. A token that is ready is only read back.

With --plan, what the token must be comes from the plan, else from the flags. It
is a guide that fills the screen, or with --plain lines. Secrets are read from
the terminal only.`,
		Example: `  # a keyholder's token, as the plan wants it
  rootmoot token provision --plan plan.yaml boston --record boston.json

  # a token for no plan yet
  rootmoot token provision 21334982 --algorithm ed25519

  # in a rehearsal, as lines
  rootmoot token provision 90000002 --tokens out/rehearsal/tokens --plain`,
		Args: verbs.Arguments("SERIAL|NAME"),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, args[0], now) },
	}
	f := cmd.Flags()
	o.choice.flags(f)
	o.register(f)
	o.display.flags(f)
	return cmd
}

func (o *provisioning) register(f *pflag.FlagSet) {
	f.StringVar(&o.options.Algorithm, "algorithm", "", "`NAME` of the key's algorithm: ecdsa-p256 (if not given), ecdsa-p384 or ed25519")
	f.StringVar(&o.options.PINPolicy, "pin", "", "`WHEN` the key wants its PIN: always (if not given) or once")
	f.StringVar(&o.options.TouchPolicy, "touch", "", "`WHEN` the key wants a touch: always (if not given), cached or never")
	f.StringVar(&o.firmware, "firmware", "", "lowest `VERSION` of the firmware; 5.7.0 if not given")
	f.StringVar((*string)(&o.options.Management), "management", "", "`WHERE` the management key is: protected by the PIN (if not given), or sealed")
	f.IntVar(&o.options.Tries.PIN, "pin-tries", 0, "how many `TRIES` the PIN gets; 5 if not given")
	f.IntVar(&o.options.Tries.PUK, "puk-tries", 0, "how many `TRIES` the PUK gets; 5 if not given")
	f.StringVar(&o.trust, "trust", "", "`FILE` of the root that the plan continues: a token whose key stands in it is in use")
	f.StringVar(&o.record, "record", "", "new `FILE` for the record, as JSON (docs/token.schema.json)")
}

func (o provisioning) run(cmd *cobra.Command, arg string, now func() time.Time) error {
	if err := unwritten("--record", o.record); err != nil {
		return err
	}
	w, r, err := o.open(cmd, arg)
	if err != nil {
		return err
	}
	defer r.Close()
	cfg, err := o.config(w, r, now)
	if err != nil {
		return err
	}
	console, err := openConsole(cmd, r.rehearsal)
	if err != nil {
		return err
	}
	defer console.Close()
	tellSwap(cmd.ErrOrStderr(), now)
	s, err := r.find(cmd.Context(), w)
	if err != nil {
		return err
	}
	defer s.Close()
	var ok bool
	if cfg.Token, ok = s.Token.(token.Provisionable); !ok {
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("token %s: an HSM is made ready with its maker's tools", s.Info.Serial)}
	}
	p, err := provision.New(cmd.Context(), cfg)
	if err != nil {
		return err
	}
	defer p.Close()
	if err := o.lead(cmd.Context(), p, console, company{}); err != nil {
		return err
	}
	return o.keep(cmd.OutOrStdout(), p)
}

// config is what the token is to become.
func (o provisioning) config(w sitting.Wanted, r *rack, now func() time.Time) (provision.Config, error) {
	cfg := provision.Config{
		Plan: w.Plan, Participant: w.Participant, Options: o.options, Rehearsal: r.rehearsal,
		Bundle: r.bundle, Now: now, Rand: rand.Reader, Place: "here", Tool: verbs.Version(),
	}
	if w.Plan == nil {
		cfg.Options.Serial = w.Serial
	}
	if err := o.check(); err != nil {
		return cfg, err
	}
	if o.firmware != "" {
		v, err := attest.ParseVersion(o.firmware)
		if err != nil {
			return cfg, &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("--firmware: %w", err)}
		}
		cfg.Options.MinFirmware = v
	}
	if o.trust != "" {
		t, err := trustedRoot(o.trust, now())
		if err != nil {
			return cfg, err
		}
		cfg.Trusted = t.Root()
	}
	return cfg, nil
}

// check wants each flag to be one of the words that its help names.
func (o provisioning) check() error {
	for _, f := range []struct {
		flag, value string
		words       []string
	}{
		{"algorithm", o.options.Algorithm, []string{root.P256.String(), root.P384.String(), root.Ed25519.String()}},
		{"pin", o.options.PINPolicy, []string{string(plan.PINAlways), string(plan.PINOnce)}},
		{"touch", o.options.TouchPolicy, []string{string(plan.TouchAlways), string(plan.TouchCached), string(plan.TouchNever)}},
		{"management", string(o.options.Management), []string{string(plan.ManagementProtected), string(plan.ManagementSealed)}},
	} {
		if f.value != "" && !slices.Contains(f.words, f.value) {
			return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("--%s %q: want %s", f.flag, f.value, strings.Join(f.words, " or "))}
		}
	}
	return nil
}

// keep writes the record of a token that is ready, and says where it is: the
// guide leaves nothing on the screen.
func (o provisioning) keep(w io.Writer, p *provision.Provisioning) error {
	record, done := p.Record()
	if !done {
		return nil
	}
	kept := "no record was asked for"
	if o.record != "" {
		text, err := verbs.JSON(record)
		if err != nil {
			return err
		}
		if err := createFile("--record", o.record, text); err != nil {
			return err
		}
		kept = "the record is in " + o.record
	}
	_, err := fmt.Fprintf(w, "token %s is ready; %s\nfingerprint of its key: %s\n", visible.Line(record.Serial), visible.Line(kept), record.Fingerprint)
	return err
}

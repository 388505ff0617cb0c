package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/cmd/internal/publish"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root/chain"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// defaultRehearsal is where a rehearsal lies if nobody says otherwise.
const defaultRehearsal = "out/rehearsal"

// readingPace is how fast the people played answer when somebody watches.
const readingPace = 700 * time.Millisecond

type rehearsing struct {
	format, real, scenario string
	play, dies             bool
	taken                  *atomic.Bool // somebody has taken over
	pace                   time.Duration
	now                    func() time.Time
	display
}

func rehearseVerb(now func() time.Time) *cobra.Command {
	r := rehearsing{now: now, taken: new(atomic.Bool)}
	cmd := &cobra.Command{
		Use:   "rehearse [DIR] [--scenario NAME]",
		Short: "A whole ceremony with rehearsal tokens: the demo",
		Long: `Make a folder with rehearsal tokens and plans, and lead through two sittings:
a genesis root, three of five, and its successor, in which one keyholder leaves
and one joins. For conda there is a third one, in which the key manager says who
may sign packages. The engine, the journal and the verifier are the real ones;
what they make is marked as a rehearsal, and nothing else accepts it.

DIR is out/rehearsal-FORMAT if it is left out. With --play a driver plays the
people, and any key takes over from it. PINs lie in DIR/tokens. Leave at any
time; the same command goes on at the same step.

With --scenario it is one of fifteen scenarios instead, most of them bad days:
a token is lost, somebody is silent, the plan changes too late. It begins where
the first root is published, and goes on stage by stage; docs/runbooks.md says
what to do on such a day.

In a terminal it is the guide, as open has it; with --plain, and where there is
no terminal, it is lines.`,
		Example: `  # watch it, press a key to take over
  rootmoot rehearse out/demo --play

  # play it yourself, as conda content trust
  rootmoot rehearse out/mine --format conda

  # the same, as lines
  rootmoot rehearse out/lines --plain

  # the scenarios, and one of them played
  rootmoot rehearse --scenario list
  rootmoot rehearse out/lost --scenario lost-token --play`,
		Args: verbs.Arguments("[DIR]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.called(cmd, args)
		},
	}
	f := cmd.Flags()
	f.StringVar(&r.format, "format", "tuf", "`FORMAT` of the root: tuf or conda")
	f.BoolVar(&r.play, "play", false, "a driver plays the people; any key takes over")
	f.DurationVar(&r.pace, "pace", 0, "`TIME` between the driver's answers (0: reading speed at a terminal, none else)")
	r.flags(f)
	f.StringVar(&r.scenario, "scenario", "", scenarioHelp)
	f.BoolVar(&r.dies, "dies", false, "be the program that is killed in this stage")
	f.MarkHidden("dies") //nolint:errcheck // it is there
	f.StringVar(&r.real, "real", "", "`DIR` with real roots to verify at the end: the project's testdata")
	return cmd
}

// called does what the flags say.
func (r rehearsing) called(cmd *cobra.Command, args []string) error {
	if r.scenario == listScenarios {
		return scenarios(cmd.OutOrStdout())
	}
	if r.format != string(plan.TUF) && r.format != string(plan.Conda) {
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("--format: %q is neither tuf nor conda", r.format)}
	}
	if r.pace == 0 {
		r.pace = tempo(cmd.OutOrStdout())
	}
	dir := defaultRehearsal + "-" + r.format
	if r.scenario != "" {
		dir += "-" + r.scenario
	}
	if len(args) == 1 {
		dir = args[0]
	}
	if r.scenario != "" {
		return r.perform(cmd, dir)
	}
	return r.run(cmd, dir)
}

// stage is a rehearsal's folder.
func (r rehearsing) stage(dir string) *rehearse.Rehearsal {
	return &rehearse.Rehearsal{Dir: dir, Format: plan.Format(r.format), Now: r.now, Rand: rand.Reader}
}

func (r rehearsing) run(cmd *cobra.Command, dir string) error {
	stage := r.stage(dir)
	if p, holds, err := stage.Progress(); err != nil || holds {
		return errors.Join(err, otherFolder("%s holds the scenario %s", dir, p.Scenario))
	}
	if err := stage.Prepare(cmd.Context()); err != nil {
		return err
	}
	c, err := openConsole(cmd, true)
	if err != nil {
		return err
	}
	defer c.Close()
	var trusted verify.Trusted
	for i, name := range rehearse.Sittings() {
		if trusted, err = r.sitting(cmd.Context(), stage, name, int64(i+1), trusted, c); err != nil {
			return err
		}
	}
	if stage.Format == plan.Conda {
		if err := r.keyManager(cmd.Context(), stage, trusted, c); err != nil {
			return err
		}
	}
	return r.show(cmd, stage, c)
}

// keyManager leads through the sitting of conda's key manager, unless its document
// is published already, and publishes it.
func (r rehearsing) keyManager(ctx context.Context, stage *rehearse.Rehearsal, trusted verify.Trusted, c console) error {
	_, raw, err := readManager(filepath.Join(stage.Chain(), verify.KeyManagerFile))
	absent := errors.Is(err, fs.ErrNotExist)
	if absent {
		if err := r.lead(ctx, stage, rehearse.KeyManager, trusted, c); err != nil {
			return err
		}
		_, raw, err = readManager(filepath.Join(stage.SittingDir(rehearse.KeyManager), verify.KeyManagerFile))
	}
	if err != nil {
		return err
	}
	dir, err := safefile.OpenDir(stage.Chain())
	if err != nil {
		return err
	}
	defer dir.Close()
	// Also one that is there: publishing it may have been cut short.
	if _, err := publish.KeyManager(ctx, dir, raw, trusted, verify.Options{At: r.now(), Rehearsal: true}); err != nil {
		return err
	}
	if absent {
		fmt.Fprintf(c, "\n%s is published in %s\n", verify.KeyManagerFile, stage.Chain())
	}
	return nil
}

// sitting leads through one sitting, unless its root is published already, and
// publishes what comes out.
func (r rehearsing) sitting(ctx context.Context, stage *rehearse.Rehearsal, name string, version int64, trusted verify.Trusted, c console) (verify.Trusted, error) {
	o := verify.Options{At: r.now(), Rehearsal: true}
	file := chain.Name(version)
	raw, err := readBounded(filepath.Join(stage.Chain(), file), verify.MaxRoot)
	absent := errors.Is(err, fs.ErrNotExist)
	if absent {
		if err := r.lead(ctx, stage, name, trusted, c); err != nil {
			return trusted, err
		}
		raw, err = readBounded(filepath.Join(stage.SittingDir(name), file), verify.MaxRoot)
	}
	if err != nil {
		return trusted, err
	}
	next, err := accept(trusted, raw, o)
	if err != nil {
		return trusted, err
	}
	// Also one that is there: publishing it may have been cut short.
	if err := publishTo(ctx, stage.Chain(), raw, trusted, o); err != nil {
		return trusted, err
	}
	if absent {
		fmt.Fprintf(c, "\n%s is published in %s\n", file, stage.Chain())
	}
	return next, nil
}

func publishTo(ctx context.Context, folder string, raw []byte, trusted verify.Trusted, o verify.Options) error {
	dir, err := safefile.OpenDir(folder)
	if err != nil {
		return err
	}
	defer dir.Close()
	_, err = publish.Root(ctx, dir, raw, trusted, o)
	return err
}

// accept is the next trusted root of the rehearsal's own chain.
func accept(trusted verify.Trusted, raw []byte, o verify.Options) (verify.Trusted, error) {
	next, report := verify.TrustFile(raw, o)
	if !trusted.IsZero() {
		next, report = verify.Next(trusted, raw, o)
	}
	if report.Verdict() != verify.Accepted {
		return trusted, &verbs.Error{Code: verbs.No, Err: fmt.Errorf("the rehearsal's chain does not hold: %s", verbs.Why(report))}
	}
	return next, nil
}

func (r rehearsing) lead(ctx context.Context, stage *rehearse.Rehearsal, name string, trusted verify.Trusted, c console) error {
	cfg, err := stage.Config(ctx, name, trusted)
	if err != nil {
		return err
	}
	base := baseConfig(cfg.Place, r.now)
	cfg.Machine, cfg.Tool = base.Machine, base.Tool
	if cfg.Bundle, err = attest.RehearsalBundle(); err != nil {
		return err
	}
	s, err := openSitting(cfg)
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Fprintf(c, "\nREHEARSAL, sitting %s in %s\n", name, stage.SittingDir(name))
	with := company{pins: stage.Cast(name).PINs}
	if r.play && !r.taken.Load() {
		fmt.Fprintln(c, "A driver plays the people. Press any key to take over.")
		with.actor, with.pace = people.New(stage.Cast(name)), r.pace
		with.taken = func() { r.taken.Store(true) } // for the sittings after this one too
	}
	fmt.Fprintln(c, pins(stage, name))
	return r.display.lead(ctx, s, c, with)
}

// tempo is reading speed at a terminal, and none where nobody watches.
func tempo(out io.Writer) time.Duration {
	if isTerminal(out) {
		return readingPace
	}
	return 0
}

// pins tells the PINs of a rehearsal's tokens, which are worth nothing.
func pins(stage *rehearse.Rehearsal, name string) string {
	out := "PINs of the rehearsal tokens:"
	for i, p := range stage.PINs(name) {
		if i%3 == 0 {
			out += "\n "
		}
		out += fmt.Sprintf(" %-18s", p)
	}
	return out
}

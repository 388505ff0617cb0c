package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/rehearse/people"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
)

// clock is that of a stage: so much later than the first, and perhaps slow.
func (p *performance) clock(n int, s rehearse.Stage) func() time.Time {
	off := p.scenario.Passed(n) - s.Slow
	return func() time.Time { return p.now().Add(off) }
}

// stageOf plays the stage of that number.
func (p *performance) stageOf(ctx context.Context, n int) error {
	s := p.scenario.Stages[n]
	p.void = false
	p.tellStage(n, s)
	args, err := p.args(n, s)
	if err != nil {
		return err
	}
	p.folder.Now = p.clock(n, rehearse.Stage{}) // what happens goes by the right time
	if s.Dies != "" && p.progress.Begun && !p.dies {
		err = p.found(s, args)
	} else {
		err = p.goThrough(ctx, n, s, args)
	}
	if err != nil {
		return err
	}
	if s.Proves != "" && !p.void {
		fmt.Fprint(p.out, "\n", fold(s.Proves, "[pass] ", "       "))
		p.progress.Proven = append(p.progress.Proven, s.Proves)
	}
	return nil
}

// goThrough has happen what happens in a stage, and its command called.
func (p *performance) goThrough(ctx context.Context, n int, s rehearse.Stage, args []string) error {
	for _, e := range s.Event {
		said, err := e.Happen(ctx, p.folder)
		if err != nil {
			return &verbs.Error{Code: verbs.Unread, Err: err}
		}
		fmt.Fprint(p.out, fold(said, "* ", "  "))
	}
	if s.Run != "" {
		if len(s.Event) > 0 || s.Title == "" {
			fmt.Fprintln(p.out)
		}
		fmt.Fprint(p.out, typed(args))
	}
	p.tellTask(s)
	if s.Title != "" || s.Sits() {
		if !p.played() {
			fmt.Fprintln(p.out)
		}
		more, err := p.pause(ctx, s.Tells)
		if err != nil || !more {
			return errors.Join(err, &verbs.Error{Code: verbs.Incomplete})
		}
	}
	if s.Run == "" {
		return nil
	}
	return p.command(ctx, n, s, args)
}

// args are the words of a stage's command, with the pins in it. The verifier has
// a clock of its own, and is told the scenario's.
func (p *performance) args(n int, s rehearse.Stage) ([]string, error) {
	args := strings.Fields(s.Run)
	for i, a := range args {
		folder, isPin := strings.CutPrefix(a, "@")
		if !isPin {
			continue
		}
		var err error
		if args[i], err = p.folder.Pin(folder); err != nil {
			return nil, err
		}
	}
	if len(args) > 0 && args[0] == verifier && p.scenario.Passed(n) > 0 {
		args = append(args, "--at", p.clock(n, s)().UTC().Format(time.RFC3339))
	}
	return args, nil
}

// verifier is the program that gets the files and the pin alone.
const verifier = "rootmoot-verify"

// command runs it, and holds what comes of it against what the stage wants.
func (p *performance) command(ctx context.Context, n int, s rehearse.Stage, args []string) error {
	if s.Dies != "" {
		return p.cut(ctx, n, s, args)
	}
	if s.Sits() {
		return p.sits(ctx, n, s, args)
	}
	return p.asks(ctx, n, s, args)
}

// asks runs a command that leads nobody anywhere.
func (p *performance) asks(ctx context.Context, n int, s rehearse.Stage, args []string) error {
	var said bytes.Buffer
	code, err := p.call(ctx, n, s, args, &said)
	fmt.Fprint(p.out, folded(said.String()))
	if err != nil {
		return err
	}
	if code == verbs.Interrupted {
		return &verbs.Error{Code: code}
	}
	fmt.Fprintf(p.out, "(exit code %d)\n", code)
	if code != s.Code {
		return p.otherwise("the exit code is %d, and the scenario wants %d", code, s.Code)
	}
	have := strings.Join(strings.Fields(said.String()), " ")
	for _, want := range s.Says {
		if !strings.Contains(have, want) {
			return p.otherwise("it does not say %q", want)
		}
	}
	return nil
}

// otherwise is a stage that did not come out as the scenario has it.
func (p *performance) otherwise(format string, args ...any) error {
	return &verbs.Error{
		Code: verbs.No, Err: fmt.Errorf("scenario "+p.scenario.Name+", stage %d: "+format, append([]any{p.progress.Stages + 1}, args...)...),
		Hint: "who plays by hand may have gone another way: begin again in another folder",
	}
}

// call runs a command of this program, or of the verifier.
func (p *performance) call(ctx context.Context, n int, s rehearse.Stage, args []string, out io.Writer) (int, error) {
	if args[0] == verifier {
		return callVerifier(ctx, out, args[1:])
	}
	return verbs.Main(ctx, p.menu(n, s, company{}), args[1:], strings.NewReader(""), out, out), nil
}

// menu is the program at a stage: at its time, and with its people.
func (p *performance) menu(n int, s rehearse.Stage, with company) *cobra.Command {
	now := p.clock(n, s)
	cmd := menu(now)
	for _, c := range cmd.Commands() {
		if c.Name() == "open" || c.Name() == "sign" {
			cmd.RemoveCommand(c)
		}
	}
	cmd.AddCommand(openWith(now, with), signWith(now, with))
	return cmd
}

// sits leads people through a sitting.
func (p *performance) sits(ctx context.Context, n int, s rehearse.Stage, args []string) error {
	with := company{console: &p.out, between: p.between(s), pins: p.folder.CastOf(s).PINs}
	if p.played() {
		with.actor, with.pace = people.New(p.folder.CastOf(s)), p.pace
		with.taken = func() { p.taken.Store(true) }
	}
	var said bytes.Buffer
	errs := io.MultiWriter(p.out, &said)
	code := verbs.Main(ctx, p.menu(n, s, with), p.flags(args), p.cmd.InOrStdin(), p.cmd.OutOrStdout(), errs)
	switch {
	case code == s.Code && code == verbs.Incomplete:
		return p.reached(s, args)
	case code == s.Code:
		return p.signed(s, args)
	case code == verbs.Incomplete || code == verbs.Interrupted:
		return &verbs.Error{Code: code} // and said already
	}
	return p.otherwise("the sitting ends with exit code %d, and the scenario wants %d", code, s.Code)
}

// flags are the words of a command, with how it is to be shown.
func (p *performance) flags(args []string) []string {
	out := slices.Clone(args[1:])
	for flag, on := range map[string]bool{"--plain": p.plain, "--ascii": p.ascii, "--no-animation": p.still} {
		if on {
			out = append(out, flag)
		}
	}
	return out
}

package verbs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rootmoot/rootmoot/internal/terminal"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/spf13/cobra"
)

// Main runs a program's root command and returns its exit code. It is the only
// place where errors are printed: once, as
//
//	rootmoot: error: plan.yaml:3:1: …
//	rootmoot: hint: …
func Main(ctx context.Context, cmd *cobra.Command, args []string, in io.Reader, out, errs io.Writer) int {
	cmd.SetArgs(args)
	cmd.SetIn(in)
	cmd.SetOut(out)
	cmd.SetErr(errs)
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	versioned(cmd)
	narrow(cmd)
	cmd.SetFlagErrorFunc(wrongUsage)
	helped := helpOfUnknown(cmd)
	err := cmd.ExecuteContext(ctx)
	if err == nil {
		err = *helped
	}
	if err != nil && ctx.Err() != nil {
		err = &Error{Code: Interrupted, Err: errors.New("interrupted")}
	}
	explain(errs, cmd.Name(), err)
	return ExitCode(err)
}

// explain prints an error, unless a report has said everything already.
func explain(w io.Writer, program string, err error) {
	var coded *Error
	if err == nil || errors.As(err, &coded) && coded.Err == nil {
		return
	}
	sayLine(w, program+": error: "+visible.Line(err.Error()))
	if coded != nil && coded.Hint != "" {
		sayLine(w, program+": hint: "+visible.Line(coded.Hint))
	}
}

// sayLine says it in one line, which a program can read, or to people at a
// terminal in as many as it takes, broken at spaces.
func sayLine(w io.Writer, text string) {
	if f, ok := w.(*os.File); ok && terminal.IsTerminal(f) {
		fmt.Fprint(w, wrap(text, ""))
		return
	}
	fmt.Fprintln(w, text)
}

// Menu makes a command one that only has other commands: called without any it
// prints its help to standard error and is wrong usage.
func Menu(cmd *cobra.Command, verbs ...*cobra.Command) *cobra.Command {
	cmd.AddCommand(verbs...)
	cmd.Args = cobra.ArbitraryArgs
	cmd.FParseErrWhitelist.UnknownFlags = true // those of a verb whose name was mistyped
	cmd.SuggestionsMinimumDistance = 2
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return unknown(cmd, args[0])
		}
		cmd.SetOut(cmd.ErrOrStderr())
		if err := cmd.Help(); err != nil {
			return err
		}
		return &Error{Code: Usage}
	}
	return cmd
}

// helpOfUnknown keeps the help that is asked of a command that is not there from
// being that of the menu above it. The error is set when the program has run.
func helpOfUnknown(cmd *cobra.Command) *error {
	var unheard error
	help := cmd.HelpFunc()
	cmd.SetHelpFunc(func(c *cobra.Command, args []string) {
		if asked := c.Flags().Args(); c.HasSubCommands() && len(asked) > 0 {
			unheard = unknown(c, asked[0])
			return
		}
		help(c, args)
	})
	return &unheard
}

func unknown(cmd *cobra.Command, verb string) error {
	hint := cmd.CommandPath() + " --help lists them"
	near := cmd.SuggestionsFor(verb)
	if len(near) == 0 {
		near = elsewhere(cmd.Root(), verb)
	}
	if len(near) > 0 {
		hint = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return &Error{Code: Usage, Err: fmt.Errorf("%s has no command %q", cmd.CommandPath(), verb), Hint: hint}
}

// elsewhere are the commands of that name in other menus, in full.
func elsewhere(cmd *cobra.Command, verb string) []string {
	var out []string
	for _, c := range cmd.Commands() {
		if c.Name() == verb && c.IsAvailableCommand() {
			out = append(out, c.CommandPath())
		}
		out = append(out, elsewhere(c, verb)...)
	}
	return out
}

package verbs

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// helpWidth is how wide the flags in a help text get, with what stands before
// them.
const helpWidth = width - 2

// narrow makes the help of a program, and of all its commands, fit the smallest
// terminal that is served. It is written here because a template of cobra's would
// link text/template, which calls methods by name, so that no method of anything
// could be left out: two megabytes of the auditor's tool.
func narrow(cmd *cobra.Command) { cmd.SetUsageFunc(usage) }

// usage is what cobra's own says, in its order; no command here has groups,
// aliases or flags that are passed down.
func usage(c *cobra.Command) error {
	w := c.OutOrStderr()
	fmt.Fprint(w, "Usage:")
	if c.Runnable() {
		fmt.Fprintf(w, "\n  %s", c.UseLine())
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\n  %s [command]", c.CommandPath())
	}
	if c.HasExample() {
		fmt.Fprintf(w, "\n\nExamples:\n%s", c.Example)
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprint(w, "\n\nAvailable Commands:")
		for _, sub := range c.Commands() {
			if sub.IsAvailableCommand() || sub.Name() == "help" {
				fmt.Fprintf(w, "\n  %-*s %s", sub.NamePadding(), sub.Name(), sub.Short)
			}
		}
	}
	if c.HasAvailableLocalFlags() {
		fmt.Fprintf(w, "\n\nFlags:\n%s", strings.TrimRight(c.LocalFlags().FlagUsagesWrapped(helpWidth), " \n"))
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\n\nUse \"%s [command] --help\" for more information about a command.", c.CommandPath())
	}
	_, err := fmt.Fprintln(w)
	return err
}

// versioned gives a program the flag that says its version, in one line.
func versioned(cmd *cobra.Command) {
	asked := cmd.Flags().BoolP("version", "v", false, "version for "+cmd.Name())
	run := cmd.RunE
	cmd.RunE = func(c *cobra.Command, args []string) error {
		if *asked {
			return emit(c.OutOrStdout(), c.Name()+" "+Version()+"\n")
		}
		if run == nil {
			return c.Help()
		}
		return run(c, args)
	}
}

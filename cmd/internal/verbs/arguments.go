package verbs

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// Arguments demands exactly these. Those in brackets, "[DIR]", stand last and
// may be left out; a last one with dots, "FILE...", may stand there again.
func Arguments(names ...string) cobra.PositionalArgs {
	least := 0
	for _, name := range names {
		if !strings.HasPrefix(name, "[") {
			least++
		}
	}
	want := strings.Join(names, " ")
	again := strings.HasSuffix(want, "...")
	if want == "" {
		want = "no arguments"
	}
	return func(cmd *cobra.Command, args []string) error {
		if len(args) >= least && (again || len(args) <= len(names)) {
			return nil
		}
		return wrongUsage(cmd, fmt.Errorf("want %s, have %d arguments", want, len(args)))
	}
}

// wrongUsage names the verb, and where its usage stands.
func wrongUsage(cmd *cobra.Command, err error) error {
	return &Error{
		Code: Usage, Err: fmt.Errorf("%s: %w", cmd.CommandPath(), err),
		Hint: cmd.CommandPath() + " --help tells how it is called",
	}
}

package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
)

// version is the verb that says what this binary is, as --version does.
func version() *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Say what this binary is",
		Example: `  rootmoot version --json`,
		Args:    verbs.Arguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			program := cmd.Root()
			if !asJSON {
				_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s %s\n", program.Name(), program.Version)
				return err
			}
			return printJSON(cmd.OutOrStdout(), struct {
				Schema  string `json:"schema"`
				Program string `json:"program"`
				Version string `json:"version"`
			}{"rootmoot/version/v1", program.Name(), program.Version})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print it as JSON")
	return cmd
}

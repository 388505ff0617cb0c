package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
)

// keymgrMenu are the verbs of conda's key manager, and of those whom it lets
// sign packages.
func keymgrMenu(now func() time.Time) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keymgr",
		Short: "Conda's key manager, and signing a channel's packages",
		Long: `Conda's root delegates to a key manager (key_mgr.json), and that to keys which
sign each package's record in a channel's repodata. docs/keymgr.md has more.`,
	}
	return verbs.Menu(cmd, keymgrDraft(now), keymgrSign(now), keymgrNewKey(), keymgrSignPackages(now))
}

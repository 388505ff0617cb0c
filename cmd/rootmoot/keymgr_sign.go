package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
)

// keymgrSign is open, for key manager documents.
func keymgrSign(now func() time.Time) *cobra.Command {
	o := opening{manager: &followed{}}
	cmd := &cobra.Command{
		Use:   "sign PLAN",
		Short: "Sign a key manager document: begin its sitting, or resume it",
		Long: `Lead through the sitting of a plan whose document is key_mgr: who is here, the
room, the root that delegates, the plan's digest, the candidate and what changes
in it, signatures, a check from scratch, the seal. There is one quorum, that of
the root's key_mgr role. Leave at any time; the same command goes on at the same
step. request, sign, merge and status work as they do for a root.

The root must be the newest of the chain. What the document follows is named in
the plan, and is key_mgr.json of the chain or --before. With --state the version
must be above every one that was seen, and what was made is remembered.

A key manager that is online may sign with an encrypted key file (--key-file, a
token of kind file in the plan; rootmoot keymgr new-key makes one).`,
		Example: `  # with smart cards, from a root that you hold
  rootmoot keymgr sign key_mgr-5.yaml --trust 1.root.json --chain public \
    --state seen

  # with a key file, as lines
  rootmoot keymgr sign key_mgr-5.yaml --trust 1.root.json --chain public \
    --key-file desk.key --plain`,
		Args: verbs.Arguments("PLAN"),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, args[0], now) },
	}
	o.flags(cmd.Flags())
	o.keyFileFlag(cmd.Flags())
	o.manager.flags(cmd.Flags())
	return cmd
}

package main

import (
	"errors"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
)

// inspecting are the flags of token inspect.
type inspecting struct {
	choice
	at   string
	json bool
}

// tokenInspect is the verb that shows all that a token says.
func tokenInspect(now func() time.Time) *cobra.Command {
	o := inspecting{}
	cmd := &cobra.Command{
		Use:   "inspect [SERIAL | --plan PLAN NAME]",
		Short: "Show all that a token says of itself, and what of it is proven",
		Long: `Show what a token says of itself: reader, serial number, firmware, form factor,
the keys in its slots with algorithm, origin, PIN and touch policy, the
certificate, tries left, which secrets are still the factory's, and the
advisories that apply. Its attestation is judged by the maker's CA certificates,
or those in --attestation-ca; with --plan by the plan's policy too.

No PIN is asked for or tried. A SERIAL is needed where several tokens are there.`,
		Example: `  rootmoot token inspect 21334982

  # the token of a keyholder, against the plan's policy, in a rehearsal
  rootmoot token inspect --plan out/rehearsal/1-genesis.yaml boston \
    --tokens out/rehearsal/tokens`,
		Args: verbs.Arguments("[SERIAL|NAME]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.run(cmd, strings.Join(args, ""), now)
		},
	}
	f := cmd.Flags()
	o.flags(f)
	f.StringVar(&o.at, "at", "", "judge the attestation at this `TIME` (RFC 3339) instead of now")
	f.BoolVar(&o.json, "json", false, "print it as JSON (docs/token.schema.json)")
	return cmd
}

func (o inspecting) run(cmd *cobra.Command, arg string, now func() time.Time) error {
	err := o.judge(cmd, arg, o.at, now(), func(s sitting.Seen, p *proof, notes string) error {
		t := describeToken(s.Info)
		if o.json {
			return printJSON(cmd.OutOrStdout(), inspectJSON{"rootmoot/token-inspect/v1", t, p.json()})
		}
		text := t.text() + p.text() + notes
		if len(t.Wrong) > 0 {
			text += "wrong      " + strings.Join(t.Wrong, ", ") + "\n"
		}
		_, err := io.WriteString(cmd.OutOrStdout(), text)
		return err
	})
	return listFirst(cmd, err)
}

// What token inspect prints for machines.
type inspectJSON struct {
	Schema string `json:"schema"` // rootmoot/token-inspect/v1
	*tokenJSON
	Attestation proofJSON `json:"attestation"`
}

// listFirst lists the tokens where one of several has to be named.
func listFirst(cmd *cobra.Command, err error) error {
	var several *severalError
	if !errors.As(err, &several) {
		return err
	}
	if _, err := io.WriteString(cmd.ErrOrStderr(), listText(several.all)); err != nil {
		return err
	}
	return err
}

package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/provision"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
)

// attesting are the flags of token attest.
type attesting struct {
	choice
	at, out string
}

// tokenAttest is the verb that reads an attestation from a token.
func tokenAttest(now func() time.Time) *cobra.Command {
	o := attesting{}
	cmd := &cobra.Command{
		Use:   "attest (SERIAL | --plan PLAN NAME)",
		Short: "Have a token attest its key, and judge that",
		Long: `Have a token attest the key in the slot that signs. The certificates are printed
as PEM, leaf first, then that of the device; the verdict goes to standard error,
and is no (exit code 1) if a check fails. Whoever gets the certificates judges
them again, with rootmoot-verify token.

With --plan the token is the one that the plan names for the participant, and it
is judged by the plan's policy, as in a sitting.`,
		Example: `  rootmoot token attest 21334982 --out 21334982.pem

  # against a plan, in a rehearsal
  rootmoot token attest --plan out/rehearsal/1-genesis.yaml boston \
    --tokens out/rehearsal/tokens`,
		Args: verbs.Arguments("SERIAL|NAME"),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, args[0], now) },
	}
	f := cmd.Flags()
	o.flags(f)
	f.StringVar(&o.at, "at", "", "judge at this `TIME` (RFC 3339) instead of now")
	f.StringVar(&o.out, "out", "", "new `FILE` for the certificates, never one that exists with others; standard output if not given")
	return cmd
}

func (o attesting) run(cmd *cobra.Command, arg string, now func() time.Time) error {
	return o.judge(cmd, arg, o.at, now(), func(s sitting.Seen, p *proof, notes string) error {
		if p.attestation.Leaf == nil {
			return &verbs.Error{Code: verbs.No, Err: fmt.Errorf("token %s: %s", s.Info.Serial, nothingAttested(s.Info))}
		}
		if err := o.write(cmd, []byte(strings.Join(provision.PEM(p.attestation), ""))); err != nil {
			return err
		}
		if _, err := io.WriteString(cmd.ErrOrStderr(), p.text()+notes); err != nil {
			return err
		}
		if !p.checks.proven() {
			return &verbs.Error{Code: verbs.No}
		}
		return nil
	})
}

func (o attesting) write(cmd *cobra.Command, text []byte) error {
	if o.out == "" {
		_, err := cmd.OutOrStdout().Write(text)
		return err
	}
	return createFile("--out", o.out, text)
}

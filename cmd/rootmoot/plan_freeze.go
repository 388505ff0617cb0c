package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/words"
)

// planFreeze is the verb that checks that a plan is complete, and tells the
// digest to read back.
func planFreeze() *cobra.Command {
	var o outlet
	cmd := &cobra.Command{
		Use:   "freeze [--out FILE] DRAFT",
		Short: "Check that every key is there, and tell the digest",
		Long: `Check that every public key stands in the plan in full, write the frozen plan,
and tell its digest: in hex, in 32 words to read aloud and in 24 to type.
Freezing adds nothing: the frozen plan has the draft's own bytes. Keys come in
by plan enrol, or in the sitting, which freezes by itself.

Freezing judges nothing else: have the plan reviewed, and run plan lint.`,
		Example: `  rootmoot plan freeze --out frozen.yaml ceremony.example.yaml`,
		Args:    verbs.Arguments("DRAFT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.check(); err != nil {
				return err
			}
			p, err := loadPlan(args[0])
			if err != nil {
				return err
			}
			return freeze(cmd, args[0], p, &o)
		},
	}
	o.register(cmd)
	return cmd
}

func freeze(cmd *cobra.Command, path string, p *plan.Plan, o *outlet) error {
	if missing := p.Missing(); len(missing) > 0 {
		return &verbs.Error{
			Code: verbs.No, Err: fmt.Errorf("%s: still a draft, these keys are to be enrolled: %s", path, strings.Join(missing, ", ")),
			Hint: "the sitting enrols keyholders' keys only; a role's key is put in by rootmoot plan enrol DRAFT NAME --pem FILE",
		}
	}
	text, err := p.Freeze(nil)
	if err != nil {
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s: %w", path, err)}
	}
	say, err := o.write(cmd, text)
	if err != nil {
		return err
	}
	d := p.Digest()
	if o.json {
		return printJSON(say, struct {
			Schema string   `json:"schema"`
			Plan   string   `json:"plan"` // the file that was written
			Digest string   `json:"digest"`
			PGP    []string `json:"pgp_words"`
			BIP39  []string `json:"bip39_words"`
		}{"rootmoot/plan-freeze/v1", o.path, d.String(), words.EncodePGP(d), words.EncodeBIP39(d)})
	}
	_, err = io.WriteString(say, digestWords("frozen plan", d))
	return err
}

package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/openpgp"
	"github.com/rootmoot/rootmoot/internal/visible"
)

// importGPG is sign, for a keyholder whose key only gpg reaches.
func importGPG(now func() time.Time) *cobra.Command {
	a := answering{only: plan.OpenPGPToken}
	cmd := &cobra.Command{
		Use:   "import-gpg REQUEST [SIGNATURE]",
		Short: "Answer a request with a signature made by gpg",
		Long: `For keyholders of a conda root who stay on an OpenPGP card: the plan names their
token as one of kind openpgp, by the fingerprint of the key or subkey that
signs. It leads through the same steps as rootmoot sign, from a pin of your own.

Without SIGNATURE, once you have confirmed what is signed, the candidate's bytes
are written, and the exact command is told with which gpg signs them. With
SIGNATURE, the file that gpg made, the same place goes on: the signature is
verified and put into PARTICIPANT.contribution.json, to be sent back. It is a
signature only, without a statement, and is labelled so.`,
		Example: `  # review, confirm, write boston.bytes
  rootmoot import-gpg boston.request.json --trust 1.root.json

  # where the card is, by the command that was told
  gpg --local-user FINGERPRINT! --digest-algo SHA256 --detach-sign \
      --no-armor --output boston.sig boston.bytes

  # go on with what it made
  rootmoot import-gpg boston.request.json boston.sig`,
		Args: verbs.Arguments("REQUEST", "[SIGNATURE]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			a := a
			if len(args) > 1 {
				a.signature = args[1]
			}
			return a.run(cmd, args[0], now)
		},
	}
	a.placeFlags(cmd.Flags())
	return cmd
}

// answers checks that the request is for this verb, and what came with it, before
// anybody is led through anything.
func (a answering) answers(r ceremony.Request, p *plan.Plan) error {
	if a.only == "" {
		return nil
	}
	t := p.Participants[r.Participant].Token
	switch {
	case t == nil || t.Kind != a.only:
		return &verbs.Error{
			Code: verbs.Usage, Err: fmt.Errorf("the plan has %s sign with no token of kind %s", visible.Line(r.Participant), a.only),
			Hint: "rootmoot sign REQUEST is for every other kind of token",
		}
	case r.Asks != ceremony.SignatureMade:
		return &verbs.Error{
			Code: verbs.Usage, Err: fmt.Errorf("the request asks %s for %s, and gpg gives signatures only", visible.Line(r.Participant), kindOf(r.Asks)),
			Hint: "who joins needs a token of another kind: have the plan mended",
		}
	case a.signature == "":
		return nil
	}
	raw, err := readBounded(a.signature, openpgp.MaxSignature)
	if err != nil {
		return err
	}
	s, err := openpgp.ParseSignature(raw)
	if err == nil {
		err = s.By(string(t.Serial))
	}
	if err != nil {
		return &verbs.Error{Code: verbs.No, Err: fmt.Errorf("%s: %w", a.signature, err), Hint: wayOut(err)}
	}
	return nil
}

// toSign tells again what gpg has to sign, if that is waited for.
func toSign(w io.Writer, dir string, s *sitting.Sitting) {
	lines, waits := s.ToSign()
	if !waits {
		return
	}
	fmt.Fprintf(w, "\nSign with gpg, in %s:\n\n", visible.Line(dir))
	for _, line := range lines {
		fmt.Fprintln(w, "  "+line)
	}
	fmt.Fprintln(w, "\nand give the file that it makes as SIGNATURE to rootmoot import-gpg.")
}

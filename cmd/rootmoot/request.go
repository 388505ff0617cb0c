package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/words"
	"github.com/rootmoot/rootmoot/root"
)

type requesting struct {
	json, qr bool
	codes    codeOptions
	drivers
}

func requestVerb(now func() time.Time) *cobra.Command {
	var r requesting
	cmd := &cobra.Command{
		Use:   "request SITTING PARTICIPANT",
		Short: "Write the file for a keyholder elsewhere",
		Long: `Write one file that asks a keyholder elsewhere for their part: to enrol a key
that joins, or to sign the candidate. It holds the plan, the chain, the
candidate and the enrolments, so that their machine needs nothing else; and it
is believed nothing: they verify the chain from a pin of their own, and build
the candidate themselves.

The file is PARTICIPANT.request.json in SITTING, the sitting's directory. It is
no secret. Read its words to the keyholder, or compare its SHA-256. With --qr it
is shown as QR codes, if it is not too long for that.`,
		Example: `  rootmoot request next boston
  rootmoot request next boston --json
  rootmoot request next boston --qr`,
		Args: verbs.Arguments("SITTING", "PARTICIPANT"),
		RunE: func(cmd *cobra.Command, args []string) error { return r.run(cmd, args[0], args[1], now) },
	}
	f := cmd.Flags()
	f.BoolVar(&r.json, "json", false, "print what was written as JSON")
	f.BoolVar(&r.qr, "qr", false, "show the request as a running sequence of QR codes")
	r.codes.flags(f)
	cmd.MarkFlagsMutuallyExclusive("json", "qr")
	r.ledFlags(f)
	return cmd
}

func (r requesting) run(cmd *cobra.Command, dir, participant string, now func() time.Time) error {
	s, err := openLed(dir, r.drivers, now)
	if err != nil {
		return err
	}
	defer s.Close()
	asked, err := s.Ask(participant)
	if err != nil {
		return refused(err)
	}
	w := written{File: filepath.Join(dir, sitting.RequestName(participant)), For: participant, Asks: asked.Asks, Digest: asked.Digest(), Bytes: len(asked.Encode())}
	if r.json {
		return printJSON(cmd.OutOrStdout(), w)
	}
	if r.qr {
		return r.show(cmd, asked)
	}
	w.print(cmd.OutOrStdout(), fmt.Sprintf("asks %s for %s", participant, kindOf(asked.Asks)))
	verb, err := asked.AnsweredBy()
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "\nThey call, on their own machine:\n  %s %s --trust THEIR-PIN\n", verb, sitting.RequestName(participant))
	return nil
}

// show shows the request as codes.
func (r requesting) show(cmd *cobra.Command, asked ceremony.Request) error {
	c, _, err := consoleAt(cmd.InOrStdin(), cmd.OutOrStdout())
	if err != nil {
		return err
	}
	defer c.Close()
	r.codes.ascii = asciiOnly(os.Getenv)
	return showCodes(cmd.Context(), c, asked.Encode(), sitting.RequestName(asked.Participant), r.codes)
}

// written is a file that goes to another place.
type written struct {
	File   string                    `json:"file"`
	For    string                    `json:"participant"`
	Asks   ceremony.ContributionKind `json:"kind"`
	Digest root.Digest               `json:"sha256"`
	Bytes  int                       `json:"bytes"`
}

// print says what a file is, and the words that both places compare.
func (w written) print(out io.Writer, what string) {
	fmt.Fprintf(out, "%s %s (%d bytes)\nSHA-256 %v\n", w.File, what, w.Bytes, w.Digest)
	printWords(out, w.Digest)
}

// printWords writes the 32 words of a digest, four a line, after the number of the
// first.
func printWords(out io.Writer, d root.Digest) {
	list := words.EncodePGP(d)
	for i := 0; i < len(list); i += 4 {
		fmt.Fprintf(out, "  %2d  %s\n", i+1, strings.Join(list[i:i+4], " "))
	}
}

// kindOf is a contribution with its article.
func kindOf(k ceremony.ContributionKind) string {
	if k == ceremony.Enrolled {
		return "an enrolment"
	}
	return "a " + string(k)
}

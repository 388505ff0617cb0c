package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/visible"
)

// tokenList is the verb that shows which tokens are there.
func tokenList() *cobra.Command {
	d, asJSON := drivers{}, false
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the tokens that are there, and what is wrong with each",
		Long: `List the tokens that are there: reader, kind, serial number, firmware, the key
in the slot that signs, and in a word what is wrong. No PIN is asked for or
tried, and nothing that a token says is proven: token attest does that.`,
		Example: `  rootmoot token list

  # the tokens of a rehearsal
  rootmoot token list --tokens out/rehearsal/tokens`,
		Args: verbs.Arguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := d.open()
			if err != nil {
				return err
			}
			defer r.Close()
			all, err := r.look(cmd.Context())
			if err != nil {
				return err
			}
			defer sitting.CloseSeen(all)
			if len(all) == 0 {
				fmt.Fprintln(cmd.ErrOrStderr(), "note: "+r.whyEmpty())
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), listJSON(all))
			}
			_, err = io.WriteString(cmd.OutOrStdout(), listText(all))
			return err
		},
	}
	d.flags(cmd.Flags())
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the list as JSON (docs/token.schema.json)")
	return cmd
}

// listText is the list for people: two lines a token, and a third for what is
// wrong with it.
func listText(all []sitting.Seen) string {
	if len(all) == 0 {
		return "no token is there\n"
	}
	var b strings.Builder
	for _, s := range all {
		if s.Err != nil {
			fmt.Fprintf(&b, "?          %s\n", visible.Line(silence(s)))
			continue
		}
		t := describeToken(s.Info)
		fmt.Fprintf(&b, "%-10s %s, firmware %s, in %s\n", visible.Line(t.Serial), t.Kind, orNone(t.Firmware), visible.Line(t.Reader))
		fmt.Fprintf(&b, "           slot %s: %s\n", visible.Line(t.Slot), t.Key.short())
		if len(t.Wrong) > 0 {
			fmt.Fprintf(&b, "           wrong: %s\n", strings.Join(t.Wrong, ", "))
		}
	}
	return b.String()
}

// silence says why nothing is told: by one token, or by a driver, which says
// itself what of it does not answer.
func silence(s sitting.Seen) string {
	if _, driver := s.Token.(mute); driver {
		return s.Err.Error()
	}
	return "does not answer: " + s.Err.Error()
}

// whyEmpty says where to look for a token that is not there.
func (r *rack) whyEmpty() string {
	if r.rehearsal {
		return "the folder of --tokens holds no token; rootmoot rehearse DIR makes some in DIR/tokens"
	}
	return "insert it, and see whether pcscd knows its reader (libccid, lsusb): docs/tokens.md; HSMs are found with --pkcs11-module PATH"
}

// orNone says that there is nothing.
func orNone(s string) string {
	if s == "" {
		return "not told"
	}
	return visible.Line(s)
}

// What token list prints for machines.
type tokenListJSON struct {
	Schema string           `json:"schema"` // rootmoot/token-list/v1
	Tokens []tokenEntryJSON `json:"tokens"`
}

// A tokenEntryJSON is a token, or why it says nothing.
type tokenEntryJSON struct {
	*tokenJSON
	Error string `json:"error,omitempty"`
}

func listJSON(all []sitting.Seen) tokenListJSON {
	out := tokenListJSON{Schema: "rootmoot/token-list/v1", Tokens: []tokenEntryJSON{}}
	for _, s := range all {
		e := tokenEntryJSON{tokenJSON: describeToken(s.Info)}
		if s.Err != nil {
			e = tokenEntryJSON{Error: s.Err.Error()}
		}
		out.Tokens = append(out.Tokens, e)
	}
	return out
}

package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
)

type merging struct {
	json, qr bool
	drivers
}

func mergeVerb(now func() time.Time) *cobra.Command {
	var m merging
	cmd := &cobra.Command{
		Use:   "merge SITTING FILE...",
		Short: "Take contributions and other places' journals into a sitting",
		Long: `Take files from elsewhere into a sitting: contributions (what rootmoot sign
wrote), or whole journals of other places that lead the same attempt. Each is
verified in full first, and taken whole or not at all; what is not taken is kept
aside, with the reason. The order does not matter, nor how often a file comes.

With --qr the files are pictures of QR codes, or lines as a scanner writes them
("-" is lines from standard input), and together carry one contribution.

Compare the words of each file with those that its place reads to you.`,
		Example: `  rootmoot merge next boston.contribution.json chennai.contribution.json
  rootmoot merge next /media/stick/journal
  rootmoot merge next --qr photos/*.jpg`,
		Args: verbs.Arguments("SITTING", "FILE..."),
		RunE: func(cmd *cobra.Command, args []string) error { return m.run(cmd, args[0], args[1:], now) },
	}
	f := cmd.Flags()
	f.BoolVar(&m.json, "json", false, "print what became of each file as JSON, an object a line")
	f.BoolVar(&m.qr, "qr", false, "the files are pictures of QR codes or scanned lines, and together carry one contribution")
	m.ledFlags(f)
	return cmd
}

// outcome is what became of a file, for machines.
type outcome struct {
	File    string      `json:"file"`
	Taken   bool        `json:"taken"`
	Already bool        `json:"already,omitzero"`
	Form    string      `json:"form,omitempty"`
	Place   string      `json:"place,omitempty"`
	SHA256  root.Digest `json:"sha256,omitzero"`
	Holds   []string    `json:"holds,omitempty"`
	Why     string      `json:"why,omitempty"`
}

func (m merging) run(cmd *cobra.Command, dir string, files []string, now func() time.Time) error {
	s, err := openLed(dir, m.drivers, now)
	if err != nil {
		return err
	}
	defer s.Close()
	if m.qr {
		raw, err := readTransfer(cmd.Context(), files, cmd.InOrStdin(), cmd.ErrOrStderr())
		if err != nil {
			return err
		}
		return m.all(cmd.OutOrStdout(), s, dir, []arrival{{"QR codes", raw}})
	}
	var all []arrival
	for _, path := range files {
		raw, err := readBounded(path, sitting.MaxArrival)
		if err != nil {
			return err
		}
		all = append(all, arrival{path, raw})
	}
	return m.all(cmd.OutOrStdout(), s, dir, all)
}

// An arrival is one file that came.
type arrival struct {
	name string
	raw  []byte
}

// all takes one file after the other, and says what became of each.
func (m merging) all(out io.Writer, s *sitting.Sitting, dir string, files []arrival) error {
	bad := 0
	for _, f := range files {
		o, err := m.one(s, f)
		if err != nil {
			return err
		}
		if !o.Taken {
			bad++
		}
		if err := m.print(out, o); err != nil {
			return err
		}
	}
	if bad > 0 {
		return &verbs.Error{Code: verbs.No, Err: fmt.Errorf("%d of %d files not taken", bad, len(files)), Hint: "they are kept aside in " + dir + ", and recorded"}
	}
	return nil
}

// one takes one file. That it was not taken is no error; that it could not be
// recorded is.
func (m merging) one(s *sitting.Sitting, f arrival) (outcome, error) {
	o := outcome{File: f.name, SHA256: root.DigestOf(f.raw)}
	got, err := s.Merge(f.name, f.raw)
	var r *sitting.Refusal
	switch {
	case errors.As(err, &r) && r.Kind == sitting.NotTaken:
		o.Why = err.Error()
		return o, nil
	case err != nil:
		return o, refused(err)
	}
	o.Taken, o.Already, o.Form, o.Place, o.Holds = true, got.Already, string(got.Form), got.Place, got.Took
	return o, nil
}

func (m merging) print(out io.Writer, o outcome) error {
	if m.json {
		return printJSON(out, o)
	}
	if !o.Taken {
		fmt.Fprintf(out, "NOT TAKEN  %s\n  SHA-256 %v\n", visible.Line(o.Why), o.SHA256)
		printWords(out, o.SHA256) // whoever sent it compares them
		return nil
	}
	verb := "taken"
	if o.Already {
		verb = "taken before"
	}
	fmt.Fprintf(out, "%s  %s, a %s", verb, visible.Line(o.File), o.Form)
	if o.Place != "" {
		fmt.Fprintf(out, " from %s", o.Place)
	}
	fmt.Fprintf(out, "\n  %s\n  SHA-256 %v\n", strings.Join(o.Holds, "\n  "), o.SHA256)
	printWords(out, o.SHA256)
	return nil
}

package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/paper"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/root"
)

// reporting are the flags of report.
type reporting struct {
	verbs.Auditing
	out  string
	json bool
}

// reportVerb is the verb that prints the report after the day.
func reportVerb(now func() time.Time) *cobra.Command {
	r := &reporting{}
	cmd := &cobra.Command{
		Use:   "report --trust FILE|VERSION:DIGEST EVIDENCE",
		Short: "Print the report of a ceremony, from its evidence",
		Long: `Write one HTML file to print, sign and file: who took part, where and when, with
which tokens, what was made and what changed, the signatures of each quorum, the
exceptions and what was decided, what is proven and what is only claimed. It
needs no other file and runs nothing. A4 or Letter, whichever the printer has.

The evidence is checked first, as rootmoot verify evidence does, and the verdict
stands on top. Evidence that is refused is reported too, as that, on every page,
and the exit code is 1.`,
		Example: `  rootmoot report --rehearsal --trust testdata/evidence/1.root.json \
    testdata/evidence/amsterdam.tar --out report.html`,
		Args: verbs.Arguments("EVIDENCE"),
		RunE: func(cmd *cobra.Command, args []string) error { return r.run(cmd, args[0], now()) },
	}
	r.Flags(cmd)
	f := cmd.Flags()
	f.StringVar(&r.out, "out", "", "write it to this `FILE`, which must not be there with something else")
	f.BoolVar(&r.json, "json", false, "print what stands in it as JSON, not as HTML")
	return cmd
}

func (r *reporting) run(cmd *cobra.Command, path string, now time.Time) error {
	raw, rep, found, err := r.Check(path, now)
	if err != nil {
		return err
	}
	d := paper.Report(paper.Checked{SHA256: root.DigestOf(raw), Report: rep, Findings: found})
	var text bytes.Buffer
	if r.json {
		err = printJSON(&text, d)
	} else {
		err = d.HTML(&text)
	}
	if err != nil {
		return err
	}
	if r.out == "" {
		if _, err := cmd.OutOrStdout().Write(text.Bytes()); err != nil {
			return &verbs.Error{Code: verbs.Unread, Err: fmt.Errorf("standard output: %w", err)}
		}
		return verbs.Answer(rep)
	}
	if err := writeFile(r.out, text.Bytes()); err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s is written; the evidence is %s\n", r.out, rep.Verdict())
	return verbs.Answer(rep)
}

// writeFile writes a file that appears whole. The same bytes again are fine,
// others than those that stand there are refused.
func writeFile(path string, data []byte) error {
	dir, err := safefile.OpenDir(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	return safefile.Create(safefile.In(dir), filepath.Base(path), data, 0o644)
}

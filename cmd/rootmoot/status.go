package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
)

type showingStatus struct {
	json     bool
	evidence string
	drivers
}

func statusVerb(now func() time.Time) *cobra.Command {
	var o showingStatus
	cmd := &cobra.Command{
		Use:   "status SITTING",
		Short: "Who has still to do what in a sitting",
		Long: `Say where a sitting stands: for each participant what was asked of them and what
they answered, for each quorum how many signatures more are needed, who could
still give them and by when, and what is open. It writes nothing, and can be
called while somebody leads the sitting.

With --evidence all that the place holds is written as one file, as the sitting
does at its end: also of one that is not over, or was aborted. The evidence says
which it is.

Exit code 4 says that the sitting is not over.`,
		Example: `  rootmoot status next
  rootmoot status next --json
  rootmoot status next --evidence next.tar`,
		Args: verbs.Arguments("SITTING"),
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd, args[0], now) },
	}
	f := cmd.Flags()
	f.BoolVar(&o.json, "json", false, "print it as JSON")
	f.StringVar(&o.evidence, "evidence", "", "write the evidence of what there is to this `FILE`")
	o.ledFlags(f)
	return cmd
}

func (o showingStatus) run(cmd *cobra.Command, dir string, now func() time.Time) error {
	cfg, err := ledConfig(dir, o.drivers, now)
	if err != nil {
		return err
	}
	st, err := sitting.Look(cfg)
	if err != nil {
		return err
	}
	if o.json {
		if err := printJSON(cmd.OutOrStdout(), statusJSONOf(st)); err != nil {
			return err
		}
	} else {
		printStatus(cmd.OutOrStdout(), st, now())
	}
	if o.evidence != "" {
		if err := writeEvidence(cmd.ErrOrStderr(), cfg, o.evidence); err != nil {
			return err
		}
	}
	switch {
	case st.Aborted != nil:
		return &verbs.Error{Code: verbs.No}
	case st.Step != "":
		return &verbs.Error{Code: verbs.Incomplete}
	}
	return nil
}

// writeEvidence writes evidence of a sitting as it stands. What it lacks is said.
func writeEvidence(w io.Writer, cfg sitting.Config, path string) error {
	raw, lacks, err := sitting.Evidence(cfg)
	if err != nil {
		return err
	}
	for _, l := range lacks {
		fmt.Fprintf(w, "the evidence lacks a file: %s; put it back from a copy\n", visible.Line(l))
	}
	if err := writeFile(path, raw); err != nil {
		return err
	}
	fmt.Fprintf(w, "%s is written; SHA-256 %v\n", path, root.DigestOf(raw))
	return nil
}

func printStatus(w io.Writer, st sitting.Status, now time.Time) {
	title := visible.Line(st.Title) + ", " + st.Purpose
	if st.Rehearsal {
		title = "REHEARSAL  " + title
	}
	if st.For != "" {
		title += ", the place of " + visible.Line(st.For)
	}
	fmt.Fprintln(w, title)
	for _, row := range statusRows(st, now) {
		fmt.Fprintf(w, "  %-11s %s\n", row[0], row[1])
	}
	fmt.Fprintf(w, "\n%-16s %s\n", "participant", "stands")
	for _, s := range st.Standings {
		fmt.Fprintf(w, "%-16s %s\n", visible.Line(s.Participant), standingLine(s))
	}
	for i, l := range st.Lacks {
		if i == 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "quorum %-10s %s\n", l.Quorum, lackLine(l, st.Deadline))
	}
	for _, e := range st.Open {
		fmt.Fprintf(w, "\nopen exception %s at %s: %s\n", e.ID.String()[:8], visible.Line(string(e.Step)), visible.Line(e.Happened))
	}
	for _, line := range st.NotTaken {
		fmt.Fprintf(w, "\nnot taken: %s\n", visible.Line(line))
	}
	for _, line := range st.Remarks {
		fmt.Fprintf(w, "\nnote: %s\n", visible.Line(line))
	}
	if st.Entries > 0 {
		fmt.Fprintf(w, "\nhead of the journal, after %d entries:\n  %v\n", st.Entries, st.Head)
		printWords(w, st.Head)
	}
}

func statusRows(st sitting.Status, now time.Time) [][2]string {
	rows := [][2]string{{"place", visible.Line(st.Place)}, {"attempt", st.Attempt.String()}}
	if st.Version > 0 {
		rows = append(rows, [2]string{"candidate", fmt.Sprintf("version %d", st.Version)}, [2]string{"", st.Candidate.String()})
	}
	if !st.Deadline.IsZero() {
		rows = append(rows, [2]string{"deadline", st.Deadline.Format(time.RFC3339) + ", " + distance(now, st.Deadline)})
	}
	stands := "over"
	switch {
	case st.Aborted != nil:
		stands = visible.Line(fmt.Sprintf("aborted by %s: %s", st.Aborted.By, st.Aborted.Why))
	case st.Paused:
		stands = fmt.Sprintf("in a break, at step %s", st.Step)
	case st.Step != "":
		stands = fmt.Sprintf("at step %s", st.Step)
	}
	return append(rows, [2]string{"stands", stands})
}

// distance is how far off a time is, in days or hours.
func distance(now, then time.Time) string {
	d := then.Sub(now)
	ago := ""
	if d < 0 {
		d, ago = -d, " ago"
	} else {
		ago = " from now"
	}
	if d >= 48*time.Hour {
		return fmt.Sprintf("%d days%s", int(d.Hours()/24), ago)
	}
	return fmt.Sprintf("%d hours%s", int(d.Hours()), ago)
}

func standingLine(s ceremony.Standing) string {
	line := string(s.Part)
	switch {
	case s.Asks != "" && !s.Needed && s.Reason == "":
		line += "; not needed any more"
	case s.Part == ceremony.PartSilent:
		line = fmt.Sprintf("silent, asked for %s", kindOf(s.Asks))
	case s.Part == ceremony.PartUnasked && s.Asks != "":
		line = fmt.Sprintf("no answer yet; %s is wanted", kindOf(s.Asks))
	case s.Part == ceremony.PartUnasked:
		line = "nothing to do yet"
	}
	if s.Backing != "" && s.Backing != ceremony.ClaimedOnly {
		line += " (" + string(s.Backing) + ")"
	}
	if s.Late {
		line += ", after the deadline"
	}
	if s.Reason != "" {
		line += ": " + visible.Line(s.Reason)
	}
	return line
}

func lackLine(l ceremony.Lack, deadline time.Time) string {
	if l.Missing() == 0 {
		return fmt.Sprintf("%d of %d: met", l.Have, l.Need)
	}
	line := fmt.Sprintf("%d of %d: %d more", l.Have, l.Need, l.Missing())
	switch refused := strings.Join(l.Refused, ", "); {
	case l.OutOfReach() && len(l.Could)+len(l.Claimed)+len(l.Refused) < l.Missing():
		return line + ", OUT OF REACH:\n  there are not enough keys left that could sign"
	case l.OutOfReach():
		return line + ", OUT OF REACH\n  unless somebody changes their mind: " + refused
	case len(l.Could) < l.Missing():
		return line + ", OUT OF REACH\n  if it is true that these cannot sign: " + strings.Join(l.Claimed, ", ")
	}
	if !deadline.IsZero() {
		line += " by " + deadline.Format("2006-01-02 15:04") + " UTC"
	}
	line += ", from\n  " + strings.Join(l.Could, ", ")
	if len(l.Claimed) > 0 {
		line += "\n  and perhaps, though it is claimed that they cannot: " + strings.Join(l.Claimed, ", ")
	}
	return line
}

package verbs

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/evidence"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/spf13/cobra"
)

// An evidenced is what evidence shows, as it stands in a report beside the checks
// (docs/report.schema.json).
type evidenced struct {
	Profile   string   `json:"profile"`
	Outcome   string   `json:"outcome"`
	Attempt   string   `json:"attempt"`
	Candidate string   `json:"candidate,omitempty"`
	Version   int64    `json:"version,omitempty"`
	Proven    []string `json:"proven"`
	Claimed   []string `json:"claimed"`
}

func evidencedOf(f *evidence.Findings) evidenced {
	m := f.Manifest
	out := evidenced{
		Profile: string(m.Profile), Outcome: string(m.Outcome), Attempt: m.Attempt.String(), Version: m.Version,
		Proven: append([]string{}, f.Proven...), Claimed: append([]string{}, f.Claimed...),
	}
	if !m.Candidate.IsZero() {
		out.Candidate = m.Candidate.String()
	}
	return out
}

// print writes the report with what the evidence shows in it.
func (a *Auditing) print(cmd *cobra.Command, rep verify.Report, found *evidence.Findings) error {
	a.printed = true
	if found.Manifest.Schema == "" { // there is none: the checks say why
		return a.judging.print(cmd, rep)
	}
	if a.json {
		text, err := withMember(rep, "evidence", evidencedOf(found))
		if err != nil {
			return err
		}
		return emit(cmd.OutOrStdout(), text)
	}
	p := paletteOf(cmd.OutOrStdout())
	lines := findingLines(rep, found)
	rep.Checks = slices.DeleteFunc(slices.Clone(rep.Checks), unshown) // told together, above
	return emit(cmd.OutOrStdout(), head(rep)+lines+"\n"+p.tail(rep))
}

// unshown is a check of what public evidence cannot show.
func unshown(c verify.Check) bool { return c.Result == verify.Skip && c.Detail == evidence.NotPublic }

// findingLines are the findings for people. Where the report refuses something,
// they are what the evidence would show, and so it is said.
func findingLines(rep verify.Report, f *evidence.Findings) string {
	var b strings.Builder
	b.WriteString(line("evidence", fmt.Sprintf("%s, of a sitting that is %s", f.Manifest.Profile, f.Manifest.Outcome)))
	part := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		b.WriteString("\n" + title + "\n")
		for _, l := range lines {
			b.WriteString("  - " + strings.TrimLeft(wrap(visible.Line(l), "    "), " "))
		}
	}
	proven, claimed := "proven", "claimed"
	if rep.Verdict() == verify.Refused {
		proven, claimed = "NOT proven, for it is refused: what it would prove", "what it claims"
	}
	part(proven, f.Proven)
	part(claimed, f.Claimed)
	var rules []string
	for _, c := range rep.Checks {
		if unshown(c) {
			rules = append(rules, c.Rule)
		}
	}
	if len(rules) > 0 {
		part("not shown", []string{"public evidence cannot show what these rules ask, and full evidence does: " + strings.Join(rules, ", ")})
	}
	return b.String()
}

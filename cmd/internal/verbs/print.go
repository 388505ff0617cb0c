package verbs

import (
	"fmt"
	"io"
	"strings"

	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/spf13/cobra"
)

// width is that of the smallest terminal that is served.
const width = 80

// print writes a report to standard output, whole: as JSON, or as text.
func (j *judging) print(cmd *cobra.Command, rep verify.Report) error {
	j.printed = true
	switch {
	case j.json && j.encode != nil:
		return emit(cmd.OutOrStdout(), j.encode(rep))
	case j.json:
		return emit(cmd.OutOrStdout(), string(rep.AppendJSON(nil))+"\n")
	}
	p := paletteOf(cmd.OutOrStdout())
	return emit(cmd.OutOrStdout(), head(rep)+"\n"+p.tail(rep))
}

func emit(w io.Writer, text string) error {
	if _, err := io.WriteString(w, text); err != nil {
		return &Error{Code: Unread, Err: fmt.Errorf("standard output: %w", err)}
	}
	return nil
}

// Text is a report for people: what was judged and when, the lines of a table,
// failures, warnings, and one line with the verdict. Passes are counted only,
// quorums excepted. Whatever comes from a file is made visible.
func Text(rep verify.Report, table []string) string {
	out := head(rep)
	if len(table) > 0 {
		out += "\n" + strings.Join(table, "\n") + "\n"
	}
	return out + "\n" + palette(false).tail(rep)
}

// head says what is judged, when, and what a reader should know before.
func head(rep verify.Report) string {
	return line("subject", rep.Subject) + line("at", root.FormatTime(rep.At)) + notes(rep.Notes)
}

func notes(texts []string) string {
	out := ""
	for _, note := range texts {
		out += "note    " + strings.TrimPrefix(wrap(visible.Line(note), "         "), "        ")
	}
	return out
}

func line(name, text string) string { return fmt.Sprintf("%-8s %s\n", name, visible.Line(text)) }

// tail is what was found, where trust ended, and the verdict.
func (p palette) tail(rep verify.Report) string {
	out := p.findings(rep.Checks)
	v := rep.Verdict()
	if rep.Root != nil {
		label := "next pin"
		if v != verify.Accepted {
			label = "ended at"
		}
		out += line(label, verify.Pin{Version: rep.Root.Version, Digest: rep.Root.Digest}.String())
	}
	if rep.Error != "" {
		out += "error   " + strings.TrimPrefix(wrap(visible.Line(rep.Error), "         "), "        ")
	}
	words, counted := summary(rep), counts(rep)
	between := " "
	if len("undecided")+visible.Width(words)+1+len(counted) > width {
		between = "\n         "
	}
	return out + p.verdict(v, fmt.Sprintf("%-8s", v)) + " " + visible.Line(words) + between + counted + "\n"
}

// findings lists what passed of the quorums, then warnings, and failures last,
// where the verdict stands and people look. Of many warnings under one rule for
// one document the first is shown.
func (p palette) findings(checks []verify.Check) string {
	var b strings.Builder
	for _, c := range checks {
		if c.Result == verify.Pass && strings.HasPrefix(c.Rule, "QUORUM-") {
			b.WriteString(p.finding(c))
		}
	}
	for _, want := range []verify.Result{verify.Skip, verify.Warn, verify.Fail} {
		seen := make(map[string]int)
		for _, c := range checks {
			if c.Result == want && (want == verify.Fail || seen[c.Rule+c.Subject] == 0) {
				b.WriteString(p.finding(c))
			}
			if c.Result == want {
				seen[c.Rule+c.Subject]++
			}
		}
		b.WriteString(more(want, checks, seen))
	}
	return b.String()
}

// more says how many warnings were left out, and where they are.
func more(want verify.Result, checks []verify.Check, seen map[string]int) string {
	hidden := 0
	for _, n := range seen {
		hidden += n - 1
	}
	if want == verify.Fail || hidden == 0 {
		return ""
	}
	return fmt.Sprintf("     %d more of the same kinds: --json has them\n", hidden)
}

func (p palette) finding(c verify.Check) string {
	mark := map[verify.Result]string{verify.Fail: "FAIL", verify.Warn: "warn", verify.Skip: "skip", verify.Pass: "pass"}[c.Result]
	out := fmt.Sprintf("%s %s  %s\n", p.result(c.Result, mark), c.Rule, visible.Line(c.Subject))
	if c.Pointer != "" && c.Result != verify.Pass {
		out += wrap(visible.Line(c.Pointer), "  ")
	}
	return out + wrap(visible.Line(c.Detail), "     ")
}

// wrap breaks text at spaces. A word that does not fit gets a line of its own,
// further left.
func wrap(text, indent string) string {
	var b strings.Builder
	line := ""
	flush := func() {
		if line != "" {
			b.WriteString(line + "\n")
		}
		line = ""
	}
	for _, word := range strings.Fields(text) {
		switch {
		case line != "" && visible.Width(line)+1+visible.Width(word) <= width:
			line += " " + word
		default:
			flush()
			line = indent + word
			if visible.Width(line) > width {
				line = "  " + word
			}
		}
	}
	flush()
	return b.String()
}

// summary is the last line: the verdict in words.
func summary(rep verify.Report) string {
	switch rep.Verdict() {
	case verify.Accepted:
		if rep.Root == nil {
			return "nothing that was asked is refused"
		}
		return fmt.Sprintf("version %d holds until %s, %s", rep.Root.Version, root.FormatTime(rep.Root.Expires.Time), daysUntil(rep))
	case verify.Refused:
		return "by " + strings.Join(broken(rep), ", ")
	}
	return "not everything could be judged"
}

// daysUntil says how long a root still holds, roughly.
func daysUntil(rep verify.Report) string {
	n := int64(rep.Root.Expires.Time.Sub(rep.At).Hours() / 24)
	if n == 1 {
		return "a day"
	}
	return fmt.Sprintf("%d days", n)
}

// broken are the rules that refuse, each once.
func broken(rep verify.Report) []string {
	times := make(map[string]int)
	var rules []string
	for _, c := range rep.Failures() {
		if times[c.Rule]++; times[c.Rule] == 1 {
			rules = append(rules, c.Rule)
		}
	}
	for i, rule := range rules {
		if n := times[rule]; n > 1 {
			rules[i] = fmt.Sprintf("%s (%d times)", rule, n)
		}
	}
	return rules
}

// counts says how many checks there were, by result.
func counts(rep verify.Report) string {
	count := make(map[verify.Result]int)
	for _, c := range rep.Checks {
		count[c.Result]++
	}
	text := fmt.Sprintf("%d passed, %d warnings", count[verify.Pass], count[verify.Warn])
	if count[verify.Warn] == 1 {
		text = strings.TrimSuffix(text, "s")
	}
	if skipped := count[verify.Skip]; skipped > 0 {
		text += fmt.Sprintf(", %d skipped", skipped)
	}
	return "(" + text + ")"
}

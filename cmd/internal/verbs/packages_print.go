package verbs

import (
	"fmt"
	"io"
	"strings"

	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/channel"
)

// An output gets what is judged, as it is judged.
type output interface {
	record(subdir string, r channel.Result) error
	item(item) error
	end(v *judgement) error
}

// An item is a package or a line of a lock file that was held to a record.
type item struct {
	kind         string // "artifact" or "locked"
	subdir, file string
	line         int // of a lock file
	finding      verify.Check
}

// begin chooses who gets it.
func (v *judgement) begin() error {
	v.printed = true
	if v.json {
		v.out = newLines(v.cmd.OutOrStdout())
		return nil
	}
	out := v.cmd.OutOrStdout()
	v.out = &sheet{w: out, p: paletteOf(out)}
	return emit(out, head(v.rep)+v.authority())
}

// print prints the end; and the beginning, if nothing was judged.
func (v *judgement) print() error {
	if v.out == nil {
		if err := v.begin(); err != nil {
			return err
		}
	}
	return v.out.end(v)
}

// authority says by whose word packages are judged, and until when.
func (v *judgement) authority() string {
	if v.manager == nil {
		return ""
	}
	role, _ := v.manager.Role(root.RolePackages)
	return line("root", fmt.Sprintf("version %d, until %s", v.rep.Root.Version, root.FormatTime(v.rep.Root.Expires.Time))) +
		line("key_mgr", fmt.Sprintf("version %d, until %s: %d of %d keys sign packages",
			v.manager.Version, root.FormatTime(v.manager.Expires.Time), role.Threshold, len(role.Distinct())))
}

// most is how many failures are shown to people.
const most = 20

// A sheet is what people read: how many of each verdict, and what is refused.
type sheet struct {
	w    io.Writer
	p    palette
	some []verify.Check // the first failures
	all  int            // failures
}

func (s *sheet) record(subdir string, r channel.Result) error {
	if !r.Accepted() {
		c := r.Finding
		c.Subject = fmt.Sprintf("%s/%s  (%v)", subdir, c.Subject, r.Verdict())
		s.fail(c)
	}
	return nil
}

func (s *sheet) item(i item) error {
	if i.finding.Result == verify.Fail {
		s.fail(i.finding)
	}
	return nil
}

func (s *sheet) fail(c verify.Check) {
	if s.all++; len(s.some) < most {
		s.some = append(s.some, c)
	}
}

func (s *sheet) end(v *judgement) error {
	out := "\n"
	for _, row := range v.totals.rows {
		out += line("judged", fmt.Sprintf("%s: %s", row.name, verdictCounts(&row.records)))
	}
	for _, t := range []struct {
		name string
		tally
	}{{"packages", v.totals.packages}, {"locked", v.totals.locked}} {
		if n := t.good + t.weak + t.refused; n > 0 {
			out += line(t.name, fmt.Sprintf("%d held to their records: %d good, %d by MD5 only, %d refused", n, t.good, t.weak, t.refused))
		}
	}
	out += s.p.findings(general(v.rep.Checks))
	for _, c := range s.some {
		out += s.p.finding(c)
	}
	if more := s.all - len(s.some); more > 0 {
		out += fmt.Sprintf("     %d more are refused: --json has them\n", more)
	}
	if v.rep.Error != "" {
		out += "error   " + strings.TrimPrefix(wrap(visible.Line(v.rep.Error), "         "), "        ")
	}
	verdict := v.rep.Verdict()
	return emit(s.w, out+s.p.verdict(verdict, fmt.Sprintf("%-8s", verdict))+" "+visible.Line(v.words())+"\n")
}

// general are the checks that are not shown one by one.
func general(checks []verify.Check) []verify.Check {
	var out []verify.Check
	for _, c := range checks {
		family, _, _ := strings.Cut(c.Rule, "-")
		if single := family == "PKG" || family == "ARTIFACT" || family == "LOCK"; !single || c.Result == verify.Warn {
			out = append(out, c)
		}
	}
	return out
}

// verdictCounts says how many records there are, and of which verdicts.
func verdictCounts(s *channel.Summary) string {
	var parts []string
	for _, verdict := range channel.Verdicts() {
		if n := s.Count(verdict); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %v", n, verdict))
		}
	}
	if len(parts) == 0 {
		return "no records"
	}
	return recordsOf(s.Records()) + ": " + strings.Join(parts, ", ")
}

func recordsOf(n int) string {
	if n == 1 {
		return "1 record"
	}
	return fmt.Sprintf("%d records", n)
}

// words are those of the last line.
func (v *judgement) words() string {
	r := &v.totals.records
	switch v.rep.Verdict() {
	case verify.Accepted:
		return fmt.Sprintf("%s, until %s", recordsOf(r.Records()), root.FormatTime(v.until()))
	case verify.Refused:
		if n := r.Records() - r.Accepted(); n > 0 {
			return fmt.Sprintf("%d of %s refused; by %s", n, recordsOf(r.Records()), strings.Join(broken(v.rep), ", "))
		}
		return "by " + strings.Join(broken(v.rep), ", ")
	}
	return "not everything could be judged"
}

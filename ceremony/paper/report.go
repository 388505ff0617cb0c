package paper

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony/evidence"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// Checked is evidence of a sitting that was checked, and what came of it.
type Checked struct {
	SHA256   root.Digest // of the file
	Report   verify.Report
	Findings *evidence.Findings
}

// Report makes the report of a ceremony from its evidence, to be printed, signed
// and filed: who, where, when, which tokens, what was made and by whose
// signatures, what was not as planned, what of it is proven and what is claimed.
// The verdict stands on top; evidence that is refused is reported as that, on
// every page. It has no clock: the same check makes the same bytes.
func Report(c Checked) *Document {
	r := &report{Checked: c}
	d := &Document{Schema: "rootmoot/paper-report/v1", Kind: "Report of a key ceremony", Title: "A ceremony", Stamp: r.stamp(), Rows: r.rows()}
	if r.refused() {
		d.Kind = "REFUSED EVIDENCE: no report of a ceremony"
	}
	d.Sections = append(d.Sections, r.verdict())
	switch rec, pub := c.Findings.Record, c.Findings.Public; {
	case rec != nil:
		p := rec.State.InForce()
		d.Title, d.Rehearsal = p.Name, p.Mode == plan.Rehearsal
		d.Sections = append(d.Sections, r.document(), r.signatures(), r.deviations(), r.elsewhere(), r.course())
	case pub != nil:
		d.Title, d.Rehearsal = fmt.Sprintf("A ceremony for version %d", c.Findings.Manifest.Version), pub.Mode == plan.Rehearsal
		d.Sections = append(d.Sections, r.aliases())
	}
	d.Sections = append(d.Sections, r.findings(), r.signOffs())
	for i := range d.Sections {
		d.Sections[i].Number = fmt.Sprint(i + 1)
	}
	d.show()
	return d
}

// A report is one that is being made.
type report struct{ Checked }

func (r *report) refused() bool { return r.Report.Verdict() != verify.Accepted }

// stamp is what stands on every page: the verdict, and enough of the file's
// digest to put pages in order, too little to compare it by.
func (r *report) stamp() string {
	hex := r.SHA256.String()
	of := "evidence " + strings.Join([]string{hex[:4], hex[4:8], hex[8:12], hex[12:16]}, " ") + " …"
	if r.refused() {
		of = "REFUSED: " + of
	}
	return of
}

// rows are the ceremony in short, as the manifest has it.
func (r *report) rows() []Row {
	m := r.Findings.Manifest
	rows := []Row{
		{Name: "Evidence", Value: cmp.Or(string(m.Profile), "none that can be read")},
		{Name: "SHA-256", Value: r.SHA256.String(), Exact: true},
		{Name: "Checked as of", Value: root.FormatTime(r.Report.At)},
	}
	if m.Schema == "" {
		return rows
	}
	rows = append(rows, Row{Name: "The sitting", Value: outcomes()[m.Outcome]})
	if m.Version > 0 {
		rows = append(rows, Row{Name: "Version", Value: fmt.Sprint(m.Version)})
	}
	for _, d := range []struct {
		name   string
		digest root.Digest
	}{
		{"Digest", m.Candidate},
		{"Signed file, SHA-256", m.Signed},
		{"Frozen plan", m.Frozen},
		{"Chain", m.Chain},
		{"Attempt", m.Attempt},
		{"Head of the journal", m.Head},
	} {
		if !d.digest.IsZero() {
			rows = append(rows, Row{Name: d.name, Value: d.digest.String(), Exact: true})
		}
	}
	if m.Chain.IsZero() {
		rows = append(rows, Row{Name: "Chain", Value: "begins with what was made here"})
	}
	return append(rows, Row{Name: "Program", Value: m.Tool})
}

func outcomes() map[evidence.Outcome]string {
	return map[evidence.Outcome]string{
		evidence.Signed:     "came to its end: signed, sealed, no exception open",
		evidence.Aborted:    "was aborted, and made no root",
		evidence.Unfinished: "had not come to its end",
	}
}

// verdict is the first page: whether this can be relied on.
func (r *report) verdict() Section {
	out := Section{ID: "verdict", Title: "Verdict"}
	var broken []Block
	for _, c := range r.Report.Checks {
		if c.Result == verify.Fail {
			broken = append(broken, Block{Title: c.Rule + ": " + c.Subject, Text: []string{c.Detail}, Together: true})
		}
	}
	words := []string{"The evidence holds. What is proven and what is only claimed stands at the end, apart."}
	if r.refused() {
		words = []string{
			"This evidence does not hold. Rely on nothing that stands below: it is what the files say, and some of them were changed, or are missing, or are of something else.",
			"Ask for the evidence again, from another place or another medium, and compare its SHA-256 with the one that was written down on the day.",
		}
	}
	out.Blocks = append(out.Blocks, Block{Title: strings.ToUpper(string(r.Report.Verdict())), Boxed: true, Text: words})
	out.Blocks = append(out.Blocks, broken...)
	out.Blocks = append(out.Blocks, Block{Text: r.Report.Notes, Rows: r.counts()})
	if t := r.oddities(); len(t.Rows) > 0 {
		out.Blocks = append(out.Blocks, Block{Title: "Warned of, or not judged", Table: t})
	}
	return out
}

// counts are how many checks came out how.
func (r *report) counts() []Row {
	n := make(map[verify.Result]int)
	for _, c := range r.Report.Checks {
		n[c.Result]++
	}
	out := []Row{{
		Name:  "Checks",
		Value: fmt.Sprintf("%d passed, %d failed, %d warnings, %d not judged", n[verify.Pass], n[verify.Fail], n[verify.Warn], n[verify.Skip]),
	}}
	var unshown []string
	for _, c := range r.Report.Checks {
		if c.Detail == evidence.NotPublic {
			unshown = append(unshown, c.Rule)
		}
	}
	if len(unshown) > 0 {
		out = append(out, Row{Name: "In full evidence only", Value: strings.Join(unshown, ", ")})
	}
	return out
}

// oddities are the checks that neither passed nor failed, but for what public
// evidence never shows.
func (r *report) oddities() *Table {
	t := &Table{Dense: true, Columns: []Column{{"", 10}, {"Rule", 26}, {"", 64}}}
	for _, c := range r.Report.Checks {
		if c.Result == verify.Warn || c.Result == verify.Skip && c.Detail != evidence.NotPublic {
			t.Rows = append(t.Rows, []Cell{{Text: string(c.Result)}, {Text: c.Rule, Small: []string{c.Subject}}, {Text: c.Detail}})
		}
	}
	return t
}

// findings are the two lists that must not be taken for each other.
func (r *report) findings() Section {
	proven := Block{Title: "Proven: signed, or computed anew", Text: bullets(r.Findings.Proven)}
	if r.refused() {
		proven.Title = "NOT proven, for the evidence is refused: what it would prove"
	}
	claimed := Block{Title: "Claimed: somebody wrote it, and nothing here can show that it was so", Text: bullets(r.Findings.Claimed)}
	return Section{ID: "findings", Title: "Proven, and claimed", Blocks: []Block{proven, claimed}}
}

func bullets(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = "– " + t
	}
	if len(out) == 0 {
		return []string{"nothing"}
	}
	return out
}

// signOffs are for whoever files the report.
func (r *report) signOffs() Section {
	said := "I have checked this evidence myself, with rootmoot-verify, from a root that I trust, and compared its SHA-256 with the one that was written down on the day."
	out := Section{ID: "sign-off", Title: "Sign-off", Blocks: []Block{{Fields: long("Filed under", "SHA-256 of evidence.tar, as it was written down on the day")}}}
	for _, who := range []string{"Auditor", "Lead", "Witness"} {
		text := "I have read this report; it says what I know of the ceremony."
		if who == "Auditor" {
			text = said
		}
		out.Blocks = append(out.Blocks, Block{SignOffs: []SignOff{{Who: who, Text: text}}, Together: true})
	}
	return out
}

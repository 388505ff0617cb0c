package paper

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/evidence"
	"github.com/rootmoot/rootmoot/internal/golden"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// checked is a file of testdata/evidence, checked from the root that it belongs
// to, or from another one.
func checked(t testing.TB, name string, pin *verify.Pin) Checked {
	t.Helper()
	raw := []byte(read(t, "../../testdata/evidence/"+name))
	o := evidence.Options{Verify: verify.Options{At: time.Date(2026, 12, 2, 0, 0, 0, 0, time.UTC), Rehearsal: true}}
	trusted, report := verify.TrustFile([]byte(read(t, "../../testdata/evidence/1.root.json")), o.Verify)
	if trusted.IsZero() {
		t.Fatal(report.Failures())
	}
	o.Pin = trusted.Pin()
	if pin != nil {
		o.Pin = *pin
	}
	var err error
	if o.CAs, err = attest.RehearsalBundle(); err != nil {
		t.Fatal(err)
	}
	c := Checked{SHA256: root.DigestOf(raw)}
	c.Report, c.Findings = evidence.Check(raw, o)
	return c
}

func reportHTML(t testing.TB, c Checked) string {
	t.Helper()
	var b bytes.Buffer
	if err := Report(c).HTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestReport: reports of full and of public evidence are what they were, and
// pages that run and fetch nothing.
func TestReport(t *testing.T) {
	for _, name := range []string{"amsterdam", "amsterdam.public"} {
		t.Run(name, func(t *testing.T) {
			c := checked(t, name+".tar", nil)
			if c.Report.Verdict() != verify.Accepted {
				t.Fatal(c.Report.Failures())
			}
			page := reportHTML(t, c)
			for _, fault := range faults(page) {
				t.Error(fault)
			}
			if page != reportHTML(t, checked(t, name+".tar", nil)) {
				t.Error("made twice, it differs")
			}
			if strings.Contains(page, "REFUSED") || !strings.Contains(page, "<h3>ACCEPTED</h3>") {
				t.Error("the verdict is not on it")
			}
			golden.Compare(t, "testdata/report-"+name+".golden.html", page)
		})
	}
}

// TestReportOfRefusedEvidence: it is said on every page, and the first says why.
func TestReportOfRefusedEvidence(t *testing.T) {
	c := checked(t, "amsterdam.tar", &verify.Pin{Version: 1, Digest: root.DigestOf(nil)})
	d := Report(c)
	page := reportHTML(t, c)
	for _, fault := range faults(page) {
		t.Error(fault)
	}
	for _, want := range []string{"<h3>REFUSED</h3>", "EVID-PIN: chain/1.root.json", "REFUSED EVIDENCE: no report of a ceremony", "NOT proven, for the evidence is refused"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on it", want)
		}
	}
	if n := strings.Count(page, "REFUSED: evidence "); n != len(d.Sections) {
		t.Errorf("%d sections say so, of %d", n, len(d.Sections))
	}
	if d.Sections[0].ID != "verdict" {
		t.Errorf("it begins with %s", d.Sections[0].ID)
	}
	none := Checked{Findings: &evidence.Findings{}, Report: verify.Report{Checks: []verify.Check{{Rule: "EVID-ARCHIVE", Result: verify.Fail, Subject: "archive", Detail: "none"}}}}
	page = reportHTML(t, none)
	if f := faults(page); len(f) > 0 || !strings.Contains(page, "REFUSED") || !strings.Contains(page, "none that can be read") {
		t.Errorf("of what is no evidence: %v", f)
	}
}

// Whatever the texts of a record are, they are only text.
func TestHostileRecord(t *testing.T) {
	c := checked(t, "amsterdam.tar", nil)
	rec := c.Findings.Record
	st := rec.State
	st.Plan.Name, st.Frozen.Name, st.Place = nasty, nasty, nasty
	for name, p := range st.Frozen.Participants {
		p.Organisation, p.Location = nasty, nasty
		st.Frozen.Participants[name] = p
	}
	e := ceremony.Exception{Step: nasty, Expected: nasty, Happened: nasty, Place: nasty}
	for _, b := range []ceremony.Body{
		e,
		ceremony.Closed{Exception: ceremony.Fact{Body: e}.ID(), Decision: nasty, By: nasty},
		ceremony.Present{Name: nasty, Person: nasty},
		ceremony.SetAside{Name: nasty, Why: nasty},
		ceremony.Aborted{By: nasty, Why: nasty},
		ceremony.Paused{Why: nasty},
		ceremony.Arrived{Form: nasty, Place: nasty},
		ceremony.Asked{Participant: nasty, Asks: nasty},
		ceremony.Confirmed{Step: nasty, Witness: nasty},
	} {
		rec.Gathered.Facts, rec.Entries = append(rec.Gathered.Facts, ceremony.Fact{Body: b}), append(rec.Entries, 1)
	}
	st.Words = append(st.Words, ceremony.Word{Participant: nasty, Text: nasty})
	st.Abandoned = append(st.Abandoned, ceremony.Abandoned{Why: nasty})
	st.Room.Local, st.Room.Outside, st.Room.Machine = nasty, nasty, []string{nasty}
	c.Findings.Manifest.Tool, c.Findings.Proven, c.Findings.Claimed = nasty, []string{nasty}, []string{nasty}
	c.Report.Notes = []string{nasty}
	c.Report.Add(verify.Check{Rule: nasty, Result: verify.Fail, Subject: nasty, Detail: nasty}, verify.Check{Rule: nasty, Result: verify.Warn, Subject: nasty, Detail: nasty})
	page := reportHTML(t, c)
	for _, fault := range faults(page) {
		t.Error(fault)
	}
	if n := strings.Count(page, `&lt;script&gt;alert(1)&lt;/script&gt;`); n < 40 {
		t.Errorf("the texts are there %d times", n)
	}
}

// TestRecorded: the course of a ceremony has words for every kind of fact.
func TestRecorded(t *testing.T) {
	kinds := []ceremony.Body{
		ceremony.Opened{},
		ceremony.Present{},
		ceremony.Room{},
		ceremony.Confirmed{},
		ceremony.Contribution{},
		ceremony.Stated{},
		ceremony.Exception{},
		ceremony.Closed{},
		ceremony.Word{},
		ceremony.Seal{},
		ceremony.Asked{},
		ceremony.Arrived{},
		ceremony.SetAside{},
		ceremony.Paused{},
		ceremony.Resumed{},
		ceremony.Aborted{},
		ceremony.Abandoned{},
		ceremony.Witnessed{},
		ceremony.Salted{},
	}
	var said []string
	for _, b := range kinds {
		text := recorded(ceremony.Fact{Body: b})
		if slices.Contains(said, text) || text == recorded(ceremony.Fact{}) {
			t.Errorf("%T: %q", b, text)
		}
		said = append(said, text)
	}
}

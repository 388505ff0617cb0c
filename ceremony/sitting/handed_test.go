package sitting_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/evidence"
	"github.com/rootmoot/rootmoot/ceremony/rehearse"
	"github.com/rootmoot/rootmoot/ceremony/sitting"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// auditor has the pin, the CAs, and nothing else.
func (st *stage) auditor(pin verify.Pin) evidence.Options {
	return evidence.Options{Verify: verify.Options{At: st.cfg.Now(), Rehearsal: true}, Pin: pin, CAs: st.cfg.Bundle}
}

// audited checks what a place has handed over, as an auditor does.
func (st *stage) audited(t *testing.T, pin verify.Pin) *evidence.Findings {
	t.Helper()
	report, found := evidence.Check(st.file(sitting.EvidenceFile), st.auditor(pin))
	if v := report.Verdict(); v != verify.Accepted || found.Manifest.Outcome != evidence.Signed {
		t.Errorf("%s: evidence of a %s sitting is %s: %v", st.cfg.Place, found.Manifest.Outcome, v, report.Failures())
	}
	for _, c := range report.Checks {
		if c.Result == verify.Skip {
			t.Errorf("%s: %+v", st.cfg.Place, c)
		}
	}
	if report, _ := evidence.Check(st.file(sitting.PublicEvidenceFile), st.auditor(pin)); report.Verdict() != verify.Accepted {
		t.Errorf("%s: public evidence: %v", st.cfg.Place, report.Failures())
	}
	for _, name := range []string{sitting.EvidenceFile, sitting.PublicEvidenceFile} {
		if !shows(st.view(), root.DigestOf(st.file(name)).String()) {
			t.Errorf("%s: the SHA-256 of %s is not shown", st.cfg.Place, name)
		}
	}
	return found
}

// TestHandOver: both sittings hand over evidence that an auditor takes; made anew
// from the same directory it is the same.
func TestHandOver(t *testing.T) {
	st := newStage(t)
	trusted := st.genesis()
	st.open()
	st.audited(t, trusted.Pin())
	st.s.Close()
	st.s = nil
	st.stand(rehearse.Rotate, trusted)
	st.open()
	st.walk("")
	st.audited(t, trusted.Pin())

	once, lacks, err := sitting.Evidence(st.cfg)
	if err != nil || len(lacks) > 0 {
		t.Fatal(err, lacks)
	}
	again, _, err := sitting.Evidence(st.cfg)
	if err != nil || !bytes.Equal(once, again) {
		t.Errorf("made twice, it differs: %v", err)
	}
	// After the hand-over the journal has one entry more: that it was made.
	first, err := evidence.Read(st.file(sitting.EvidenceFile))
	if err != nil {
		t.Fatal(err)
	}
	then, err := evidence.Read(once)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range then {
		switch {
		case name == evidence.ManifestFile:
		case name == evidence.JournalFile:
			if rest, grew := bytes.CutPrefix(data, first[name]); !grew || bytes.Count(rest, []byte("\n")) != 1 {
				t.Errorf("the journal goes on with %q", rest)
			}
		case !bytes.Equal(data, first[name]):
			t.Errorf("%s differs", name)
		}
	}
}

// TestUnfinishedEvidence: what a sitting has come to can be taken along at any
// time, also when it was aborted. It says that it is no more than that.
func TestUnfinishedEvidence(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("check")
	check := func(want evidence.Outcome) {
		t.Helper()
		raw, _, err := sitting.Evidence(st.cfg)
		if err != nil {
			t.Fatal(err)
		}
		o := st.auditor(verify.Pin{})
		report, found := evidence.Check(raw, o)
		if report.Verdict() != verify.Accepted || found.Manifest.Outcome != want {
			t.Errorf("%s: %v", found.Manifest.Outcome, report.Failures())
		}
		if _, err := evidence.Redact(raw, st.cfg.Bundle); err == nil {
			t.Error("it can be made public")
		}
	}
	check(evidence.Unfinished)

	st.s.Close()
	st.s = nil
	st.cfg.Dir = t.TempDir()
	st.open()
	st.walk("signatures")
	st.must(sitting.ActToken, "amsterdam")
	st.must(sitting.ActSign, "amsterdam")
	st.must(sitting.ActAbort, "")
	check(evidence.Aborted)
}

// TestEvidenceLacks: a file that came from elsewhere and is lost keeps nobody
// from handing over; it is told, and whoever checks the evidence finds it.
func TestEvidenceLacks(t *testing.T) {
	st := newStage(t)
	st.open()
	st.walk("seal")
	if _, err := st.s.Merge("a stick", []byte("{}")); err == nil {
		t.Fatal("it is taken")
	}
	aside := ceremony.SetAside{SHA256: root.DigestOf([]byte("{}"))}.FileName()
	if err := os.Remove(st.path(aside)); err != nil {
		t.Fatal(err)
	}
	var said []string
	st.watch = func(seen any) {
		if p, is := seen.(sitting.Progress); is && p.Kind == sitting.Failed {
			said = append(said, p.Text)
		}
	}
	st.walk("")
	if !slices.ContainsFunc(said, func(s string) bool { return strings.Contains(s, aside+" is missing; put it back from a copy") }) ||
		!slices.ContainsFunc(said, func(s string) bool { return strings.Contains(s, "EVID-ARRIVED: "+aside) }) {
		t.Errorf("said: %q", said)
	}
}

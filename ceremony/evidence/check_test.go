package evidence

import (
	"bytes"
	"slices"
	"testing"

	"github.com/rootmoot/rootmoot/verify"
)

// TestGood: of what nobody changed every rule passes, and nothing else is said.
func TestGood(t *testing.T) {
	p := finished(t)
	report, found := Check(p.hands(), p.w.options())
	if v := report.Verdict(); v != verify.Accepted {
		t.Errorf("%s: %v", v, report.Failures())
	}
	for _, r := range Rules() {
		if r.ID != rulePublic && !slices.ContainsFunc(report.Checks, func(c verify.Check) bool { return c.Rule == r.ID && c.Result == verify.Pass }) {
			t.Errorf("%s does not pass", r.ID)
		}
	}
	for _, c := range report.Checks {
		if c.Result != verify.Pass {
			t.Errorf("%+v", c)
		}
	}
	if found.Record == nil || found.Record.Covered != 31 || found.Manifest.Outcome != Signed || !bytes.Equal(found.Record.Signed, found.Record.Files["2.root.json"]) {
		t.Errorf("%+v", found.Manifest)
	}
	if got := report.Root; got == nil || got.Version != 2 || got.Digest != found.Manifest.Candidate {
		t.Errorf("root: %+v", got)
	}
}

// TestGoodGenesis: a first root is pinned itself, or by nobody, and then the
// report says so.
func TestGoodGenesis(t *testing.T) {
	w := begun(t)
	raw := w.genesis.hands()
	report, _ := Check(raw, w.options())
	if v := report.Verdict(); v != verify.Accepted {
		t.Errorf("%s: %v", v, report.Failures())
	}
	o := w.options()
	o.Pin = verify.Pin{}
	report, _ = Check(raw, o)
	if v := report.Verdict(); v != verify.Accepted || !has(report, rulePin, verify.Warn) {
		t.Errorf("without a pin: %s: %v", v, report.Checks)
	}
	o.Trusted = w.trusted
	if report, _ = Check(raw, o); report.Verdict() != verify.Accepted || !has(report, rulePin, verify.Pass) {
		t.Errorf("by a file: %v", report.Failures())
	}
	o.Trusted, o.Pin = verify.Trusted{}, verify.Pin{Version: 1, Digest: digest(1)}
	if report, _ = Check(raw, o); !has(report, rulePin, verify.Fail) {
		t.Errorf("by another pin: %v", report.Checks)
	}
}

// has reports whether a report has such a check.
func has(r verify.Report, rule string, result verify.Result) bool {
	return slices.ContainsFunc(r.Checks, func(c verify.Check) bool { return c.Rule == rule && c.Result == result })
}

// TestUnfinished: evidence of a sitting that was aborted, or is not over, says
// so, and holds what there is.
func TestUnfinished(t *testing.T) {
	for _, tt := range []struct {
		name    string
		until   func(*place)
		outcome Outcome
	}{
		{"begun", func(p *place) { p.open() }, Unfinished},
		{"signed by one", func(p *place) { p.untilOneSigned() }, Unfinished},
		{"aborted", func(p *place) { p.untilOneSigned(); p.aborts() }, Aborted},
		{"signed, not sealed", func(p *place) { p.untilOneSigned(); p.signsToo() }, Unfinished},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := begun(t)
			p := w.place(t, "amsterdam", w.rotationPlan())
			tt.until(p)
			report, found := Check(p.hands(), w.options())
			if v := report.Verdict(); v != verify.Accepted || found.Manifest.Outcome != tt.outcome {
				t.Errorf("%s, %s: %v", v, found.Manifest.Outcome, report.Failures())
			}
			if !has(report, ruleEnd, verify.Warn) || !has(report, ruleSeal, verify.Warn) {
				t.Errorf("it passes for more than it is: %v", report.Checks)
			}
		})
	}
}

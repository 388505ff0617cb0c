package sitting

import (
	"context"
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/internal/safefile"
	"github.com/rootmoot/rootmoot/verify"
)

// stepCheck: the signed file, checked from scratch as a client would.
type stepCheck struct{}

func (stepCheck) title() string { return "Check from scratch" }

func (stepCheck) short() string { return "Check" }

func (stepCheck) show(s *Sitting, v *View) {
	v.Body = []Block{{
		Text: []string{"The signed file is written, read back, and checked as a client would: from the trusted root alone, by a verifier that knows nothing of this sitting."},
		Rows: [][2]string{{"file", s.output()}, {"SHA-256", s.state.SignedDigest().String()}},
	}}
	v.Acts = []Offer{{ID: ActCheck, Next: true, Digest: s.state.SignedDigest(), Label: "write and check it"}}
}

func (stepCheck) do(_ context.Context, s *Sitting, a Act, say func(Progress)) error {
	raw, err := s.state.Assemble()
	if err != nil {
		return err
	}
	if err := s.keep(s.output(), raw); err != nil {
		return notWritten("the signed file", "another signed file stands there, from other signatures: move it away, it is never overwritten", err)
	}
	written, err := safefile.Read(s.dir, s.output(), verify.MaxRoot)
	if err != nil {
		return notWritten("the signed file, read back", "find out who changed the file, move it away and do the same again", err)
	}
	report := s.verify(written)
	for _, c := range report.Checks {
		kind := map[verify.Result]ProgressKind{verify.Pass: Passed, verify.Fail: Failed}[c.Result]
		if kind == "" {
			kind = Noted
		}
		say(Progress{Kind: kind, Text: safe("%s %s", c.Rule, c.Detail)})
	}
	if v := report.Verdict(); v != verify.Accepted {
		return refuse("do not publish it; find out why before anything else", "a client would not accept this file: %s", v)
	}
	say(Progress{Kind: Passed, Text: fmt.Sprintf("%s is accepted", s.output())})
	return s.confirm(ceremony.StepCheck, a, "")
}

// verify judges the signed file from nothing but the trusted root's bytes.
func (s *Sitting) verify(raw []byte) verify.Report {
	o := verify.Options{At: s.cfg.Now(), Rehearsal: s.state.Rehearsal()}
	if s.state.Trusted.IsZero() {
		t, report := verify.TrustFile(raw, o)
		if report.Verdict() == verify.Accepted {
			report.Add(verify.Fresh(t, o))
		}
		return report
	}
	trusted, report := verify.TrustPin(s.state.Trusted.Pin(), s.state.Trusted.Raw(), o)
	if report.Verdict() != verify.Accepted {
		return report
	}
	if s.state.Candidate.KeyManager != nil {
		_, report = verify.KeyManager(trusted, raw, o)
		return report
	}
	_, report = verify.Candidate(trusted, raw, o)
	return report
}

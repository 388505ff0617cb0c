package sitting

import (
	"context"
	"fmt"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
)

// stepCandidate: the next document as the frozen plan has it, what is new in it,
// and what the plan's rules say about it.
type stepCandidate struct{}

func (stepCandidate) title() string { return "Candidate: what will be signed" }

func (stepCandidate) short() string { return "Candidate" }

func (stepCandidate) show(s *Sitting, v *View) {
	if s.state.Candidate == nil {
		v.Body = []Block{{Text: []string{safe("The plan yields no candidate: %v", s.state.Blocked), "Mend the plan and begin another sitting."}}}
		return
	}
	checks, refused := s.review()
	v.Body = append([]Block{{
		Text:   []string{"Each place builds this candidate itself, from the trusted root and the frozen plan alone."},
		Rows:   s.candidateRows(),
		Checks: checks,
	}}, s.candidateBlocks()...)
	if refused {
		v.Body[0].Text = append(v.Body[0].Text, "The plan's rules refuse it: mend the plan and begin another sitting.")
		return
	}
	v.Acts = []Offer{s.confirmed(Offer{ID: ActConfirm, Next: true, Label: "this is what we mean to sign"}, s.state.Candidate.Digest())}
}

// candidateBlocks are the difference and the digest, as each signer sees them
// too.
func (s *Sitting) candidateBlocks() []Block {
	c := s.state.Candidate
	diff := c.Diff().Lines(s.name)
	return append([]Block{
		{Title: s.against(), Lines: safeAll(diff), Whole: true},
		digestBlock("Digest of "+c.Title(), c.Digest()),
	}, s.abandonedBlocks()...)
}

func (s *Sitting) against() string {
	switch b := s.state.Before; {
	case s.state.Candidate.KeyManager != nil && b == nil:
		return "What stands in the first key manager document"
	case b != nil:
		return fmt.Sprintf("What changes from key manager version %d", b.Version)
	case s.state.Trusted.IsZero():
		return "What stands in the first root"
	}
	return fmt.Sprintf("What changes from version %d", s.state.Trusted.Version())
}

func (s *Sitting) name(f root.Fingerprint) string {
	name, _ := s.state.InForce().NameOf(f)
	return name
}

func (s *Sitting) candidateRows() [][2]string {
	c := s.state.Candidate
	rows := [][2]string{
		{"version", fmt.Sprint(c.Body().Version)},
		{"expires", c.Body().Expires.Text},
		{"signed bytes", fmt.Sprint(len(c.Body().Signed()))},
	}
	for _, q := range c.Quorums {
		rows = append(rows, [2]string{q.Name + " quorum", fmt.Sprintf("%d of %d keys", q.Role.Threshold, len(q.Role.Distinct()))})
	}
	return rows
}

// review is what lint says of the frozen plan, and whether it refuses it.
func (s *Sitting) review() (out []CheckLine, refused bool) {
	review := plan.Lint(s.state.Frozen, s.state.TrustedRoot(), plan.LintOptions{At: s.cfg.Now(), Before: s.state.Before})
	marks := map[plan.Severity]Mark{plan.Refuse: MarkFail, plan.Warn: MarkWarn, plan.Note: MarkNote}
	for _, f := range review.Findings {
		out = append(out, CheckLine{marks[f.Severity], safe("%s: %s", f.Rule, f.Detail)})
		refused = refused || f.Severity == plan.Refuse
	}
	if len(out) == 0 {
		out = []CheckLine{{MarkPass, "the plan's rules find nothing to say"}}
	}
	return out, refused
}

func (stepCandidate) do(_ context.Context, s *Sitting, a Act, _ func(Progress)) error {
	if _, refused := s.review(); refused {
		return refuse("mend the plan and begin another sitting", "the plan's rules refuse this candidate")
	}
	return s.confirm(ceremony.StepCandidate, a, "three words")
}

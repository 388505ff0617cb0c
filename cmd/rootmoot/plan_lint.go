package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/internal/strictyaml"
	"github.com/rootmoot/rootmoot/internal/visible"
	"github.com/rootmoot/rootmoot/root"
)

// linting are the flags of plan lint.
type linting struct {
	trust, chain, before, at string
	others                   []string
	json                     bool
}

// planLint is the verb that reviews a plan.
func planLint(now func() time.Time) *cobra.Command {
	l := &linting{}
	cmd := &cobra.Command{
		Use:   "lint [--trust ROOT [--chain DIR]] [--other ROOT]... PLAN",
		Short: "Weigh a plan as a reviewer would",
		Long: `List what is questionable about a plan, draft or frozen: one line each with
place, rule and severity. Then explain it: who joins and leaves, thresholds
before and after, how many tokens may be lost, who together can reach or block
the threshold, when the next ceremony should begin; and, for a frozen plan, what
changes in the root or the key manager document.

The exit code is 0 if nothing is refused (warnings want a decision, notes are
worth knowing), 1 if something is, and 2 if the file is no plan; then everything
that is wrong with it is listed. docs/plans.md lists the rules.`,
		Example: `  # alone: what depends on the root that it continues is left out
  rootmoot plan lint ceremony.example.yaml

  # against that root and its chain, and another chain that shares no key
  rootmoot plan lint next.yaml --trust 1.root.json --chain . \
    --other testdata/anaconda/1.root.json`,
		Args: verbs.Arguments("PLAN"),
		RunE: func(cmd *cobra.Command, args []string) error { return l.run(cmd, args[0], now()) },
	}
	f := cmd.Flags()
	f.StringVar(&l.trust, "trust", "", "`ROOT` file that the plan continues, and that you trust")
	f.StringVar(&l.chain, "chain", "", "`DIR` of the chain, to find its first root; wants --trust")
	f.StringVar(&l.before, "before", "", "key manager `FILE` that the plan's follows; for document: key_mgr")
	f.StringArrayVar(&l.others, "other", nil, "`ROOT` file of another chain, to find shared keys; may be repeated")
	f.StringVar(&l.at, "at", "", "review at this `TIME` (RFC 3339) instead of now")
	f.BoolVar(&l.json, "json", false, "print the review as JSON")
	return cmd
}

// A lintResult is what there is to print: faults of a file that is no plan, or
// the review of one that is.
type lintResult struct {
	path    string
	at      time.Time
	raw     []byte
	faults  []*strictyaml.Error
	plan    *plan.Plan
	trusted *root.Root
	review  plan.Review
}

func (l *linting) run(cmd *cobra.Command, path string, now time.Time) error {
	r, err := l.review(cmd, path, now)
	if err != nil {
		return err
	}
	if l.json {
		err = printJSON(cmd.OutOrStdout(), r.json())
	} else {
		_, err = io.WriteString(cmd.OutOrStdout(), r.text())
	}
	switch {
	case err != nil:
		return err
	case r.faults != nil:
		return &verbs.Error{Code: verbs.Usage, Err: fmt.Errorf("%s:%w", path, r.faults[0])}
	case r.review.Refused():
		return &verbs.Error{Code: verbs.No}
	}
	return nil
}

func (l *linting) review(cmd *cobra.Command, path string, now time.Time) (*lintResult, error) {
	if l.chain != "" && l.trust == "" {
		return nil, errChainAlone()
	}
	at, _, err := verbs.At(l.at, now)
	if err != nil {
		return nil, err
	}
	r := &lintResult{path: path, at: at}
	if r.raw, err = readBounded(path, maxPlan); err != nil {
		return nil, err
	}
	if r.plan, err = plan.Load(r.raw); err != nil {
		r.faults = planFaults(err)
		return r, nil
	}
	o, err := l.options(cmd.Context(), r)
	if err != nil {
		return nil, err
	}
	r.review = plan.Lint(r.plan, r.trusted, o)
	return r, nil
}

// errChainAlone is the error for a chain with no root to follow it to.
func errChainAlone() error {
	return &verbs.Error{Code: verbs.Usage, Err: errors.New("--chain: wants --trust too: a chain is followed to a root that you trust")}
}

// options reads the roots that the plan is held against: the trusted one, the
// first one of its chain, and those of other chains.
func (l *linting) options(ctx context.Context, r *lintResult) (plan.LintOptions, error) {
	o := plan.LintOptions{At: r.at}
	if l.trust != "" {
		t, err := trustedRoot(l.trust, r.at)
		if err != nil {
			return o, err
		}
		r.trusted = t.Root()
		if o.First, err = firstIn(ctx, l.chain, t, r.at); err != nil {
			return o, err
		}
	}
	if l.before != "" {
		m, _, err := readManager(l.before)
		if err != nil {
			return o, err
		}
		o.Before = m
	}
	for _, path := range l.others {
		other, _, err := readRoot(path)
		if err != nil {
			return o, err
		}
		o.Others = append(o.Others, other)
	}
	return o, nil
}

// maxExcerpt is the length, in bytes, beyond which a line of a file helps nobody.
const maxExcerpt = 500

// text is the result for people: findings first, a line each that editors can
// follow to its place.
func (r *lintResult) text() string {
	var b strings.Builder
	for _, f := range r.faults {
		b.WriteString(visible.Line(fmt.Sprintf("%s:%v", r.path, f)) + "\n")
		if excerpt := strictyaml.Excerpt(r.raw, f.Line, f.Column); len(excerpt) <= maxExcerpt {
			b.WriteString(excerpt)
		}
	}
	if r.faults != nil {
		return b.String() + fmt.Sprintf("no plan: %d wrong\n", len(r.faults))
	}
	for _, f := range r.review.Findings {
		place := ""
		if f.Path != "" {
			place = f.Path + ": "
		}
		b.WriteString(visible.Line(fmt.Sprintf("%s:%d:%d: %s %s: %s%s", r.path, f.Line, f.Column, f.Rule, f.Severity, place, f.Detail)) + "\n")
	}
	if len(r.review.Findings) > 0 {
		b.WriteString("\n")
	}
	b.WriteString(plan.Explain(r.review))
	b.WriteString("\n" + r.candidate())
	return b.String() + r.verdict() + "\n"
}

// candidate says what the next root will be, and how it differs.
func (r *lintResult) candidate() string {
	c := r.review.Candidate
	if c == nil {
		return ""
	}
	what := "root"
	if c.KeyManager != nil {
		what = "key manager document"
	}
	text := fmt.Sprintf("The next %s is version %d, with the digest\n  %v\n", what, c.Body().Version, c.Digest())
	switch {
	case c.Before != nil:
		text += fmt.Sprintf("What changes from version %d:\n", c.Before.Version)
	case c.KeyManager != nil:
		text += "What stands in it, the first:\n"
	default:
		return text + "\n"
	}
	for _, line := range c.Diff().Lines(r.name) {
		text += "  " + visible.Line(line) + "\n"
	}
	return text + "\n"
}

func (r *lintResult) name(f root.Fingerprint) string {
	name, _ := r.plan.NameOf(f)
	return name
}

// verdict is the last line.
func (r *lintResult) verdict() string {
	v := r.review
	counts := fmt.Sprintf("%d to refuse, %d to weigh, %d to know", v.Count(plan.Refuse), v.Count(plan.Warn), v.Count(plan.Note))
	if !v.Refused() {
		return "accepted  " + counts
	}
	var rules []string
	for _, f := range v.Findings {
		if f.Severity == plan.Refuse && !slices.Contains(rules, f.Rule) {
			rules = append(rules, f.Rule)
		}
	}
	return "refused   by " + strings.Join(rules, ", ") + " (" + counts + ")"
}

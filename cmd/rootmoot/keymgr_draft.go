package main

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/cmd/internal/publish"
	"github.com/rootmoot/rootmoot/cmd/internal/verbs"
	"github.com/rootmoot/rootmoot/root"
)

type managerDraft struct {
	trust, chain, out string
	json              bool
	followed
}

// keymgrDraft shows what a plan for a key manager document comes to.
func keymgrDraft(now func() time.Time) *cobra.Command {
	d := &managerDraft{}
	cmd := &cobra.Command{
		Use:   "draft PLAN",
		Short: "Draft a key manager document, and show what changes",
		Long: `Verify the chain from a root that you trust up to the newest, draft the key
manager document of a plan under it, and print what the plan's rules find, what
changes from the document before, and the digest. Everybody who does this with
the same plan and chain gets the same digest. Nothing is signed.

With --out the unsigned document is written too, for other programs to look at.

The exit code is 0 if the plan's rules refuse nothing, 1 if they do or the
version does not rise, and 2 if the plan or what you trust is faulty.`,
		Example: `  rootmoot keymgr draft key_mgr-5.yaml --trust 1.root.json --chain public

  # with what was seen before
  rootmoot keymgr draft key_mgr-5.yaml --trust 1.root.json --chain public \
    --state seen`,
		Args: verbs.Arguments("PLAN"),
		RunE: func(cmd *cobra.Command, args []string) error { return d.run(cmd, args[0], now()) },
	}
	f := cmd.Flags()
	f.StringVar(&d.trust, "trust", "", "root `FILE` that you trust, or a pin VERSION:DIGEST")
	f.StringVar(&d.chain, "chain", ".", "`DIR` of the chain, up to the root that the plan continues")
	f.StringVar(&d.out, "out", "", "new `FILE` for the unsigned document, never one that exists")
	f.BoolVar(&d.json, "json", false, "print the review as JSON, as plan lint does")
	d.followed.flags(f)
	return cmd
}

func (d *managerDraft) run(cmd *cobra.Command, path string, now time.Time) error {
	p, err := loadPlan(path)
	if err != nil {
		return err
	}
	if err := (opening{manager: &d.followed}).makes(p); err != nil {
		return err
	}
	if d.trust == "" {
		return &verbs.Error{Code: verbs.Usage, Err: errors.New("--trust is missing"), Hint: publish.TrustHint}
	}
	r, err := d.review(cmd.Context(), p, path, now, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	if d.json {
		err = printJSON(cmd.OutOrStdout(), r.json())
	} else {
		_, err = io.WriteString(cmd.OutOrStdout(), r.text()+d.words(r.review.Candidate))
	}
	switch {
	case err != nil:
		return err
	case r.review.Refused():
		return &verbs.Error{Code: verbs.No}
	case d.out == "" || r.review.Candidate == nil:
		return nil
	}
	raw, err := r.review.Candidate.Assemble(nil)
	if err != nil {
		return err
	}
	return createFile("--out", d.out, raw)
}

// review holds the plan against the newest root and the document before.
func (d *managerDraft) review(ctx context.Context, p *plan.Plan, path string, now time.Time, say io.Writer) (*lintResult, error) {
	o := opening{trust: d.trust, chain: d.chain}
	t, err := o.trusted(ctx, p, now, say)
	if err != nil {
		return nil, err
	}
	before, _, err := d.ground(ctx, p, t, d.chain)
	if err != nil {
		return nil, err
	}
	first := p.Continues.First().Root() // compared with the chain by now, or said not to be
	r := &lintResult{path: path, at: now.UTC(), raw: p.Raw(), plan: p, trusted: t.Root()}
	r.review = plan.Lint(p, t.Root(), plan.LintOptions{At: r.at, First: first, Before: before})
	return r, nil
}

// words is the candidate's digest for eyes and voice.
func (d *managerDraft) words(c *root.Candidate) string {
	if c == nil {
		return ""
	}
	return "\n" + digestWords("candidate", c.Digest())
}

package plan

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/rootmoot/rootmoot/root"
)

// Severity is what a finding asks of the reviewers.
type Severity string

// The severities: Refuse stops the ceremony, Warn wants a decision, Note is
// worth knowing.
const (
	Refuse Severity = "refuse"
	Warn   Severity = "warn"
	Note   Severity = "note"
)

// A Finding is one thing about a plan that a reviewer should weigh.
type Finding struct {
	Rule         string // one of Rules
	Severity     Severity
	Path         string // place in the plan, "root.threshold"; empty for the whole
	Line, Column int    // from 1
	Detail       string // what was found, and what to do
}

// LintOptions are what a review needs beside the plan and the trusted root.
type LintOptions struct {
	At     time.Time    // the reviewers' clock; zero skips what depends on it
	First  root.Digest  // of the chain's first root, verified up to the trusted one; zero if that was not done
	Others []*root.Root // roots of other chains, to find keys shared with them
	// Before is the key manager document that the plan's follows, nil if it
	// follows none or it is not at hand.
	Before *root.KeyManager
}

// Lint reviews a plan, draft or frozen, against the root that it continues (nil
// for a genesis, or where the trusted root is not at hand).
func Lint(p *Plan, trusted *root.Root, o LintOptions) Review {
	l := &linter{p: p, trusted: trusted, follows: o.Before, first: o.First, at: o.At, review: Review{Name: p.Name, Document: p.Document, Frozen: p.Frozen()}}
	l.continues()
	l.chain()
	if p.Document == KeyManagerDocument {
		l.manager()
	} else {
		l.root()
	}
	l.tokens()
	l.policy()
	l.witnesses()
	l.others(o.Others)
	l.candidate()
	l.explain()
	slices.SortStableFunc(l.review.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Rule, b.Rule))
	})
	return l.review
}

// root asks what is asked of a plan for a root only.
func (l *linter) root() {
	l.purpose()
	l.thresholds()
	l.rootThreshold()
	l.keys()
	l.accounts()
	l.organisations()
	l.times("root.expires", l.p.Root.Expires)
	l.rootTimes(l.p.Root.Expires.Time())
}

// A linter gathers the findings of one review.
type linter struct {
	p       *Plan
	trusted *root.Root
	follows *root.KeyManager // what a key manager document follows
	first   root.Digest      // of the chain, zero if not known
	at      time.Time
	review  Review
}

func (l *linter) find(rule string, s Severity, path, format string, args ...any) {
	line, column := l.p.place(path)
	l.review.Findings = append(l.review.Findings, Finding{rule, s, path, line, column, fmt.Sprintf(format, args...)})
}

// candidate drafts the next root, which finds what no rule above has a name
// for, and looks at what tokens will have to sign.
func (l *linter) candidate() {
	if !l.p.Frozen() {
		for _, name := range l.p.Missing() {
			l.find("PLAN-ENROL", Note, "keys."+name, "the key of %s is still to be enrolled", name)
		}
		return
	}
	if l.trusted == nil && l.p.Purpose != Genesis {
		return
	}
	if l.p.KeyManager != nil && l.p.KeyManager.Follows != nil && l.follows == nil {
		return
	}
	c, err := l.p.Draft(l.trusted, l.follows)
	if err != nil {
		if !l.review.Refused() {
			l.find("PLAN-DRAFT", Refuse, "", "the next document cannot be made: %v", err)
		}
		return
	}
	l.review.Candidate = c
	l.size(c)
}

// cardBytes is what a PIV card takes in one Ed25519 signature: it hashes the
// message itself, and YubiKeys refuse more than about 3 KB.
const cardBytes = 3000

func (l *linter) size(c *root.Candidate) {
	n := len(c.Body().Signed())
	if l.p.Format != TUF || n <= cardBytes {
		return
	}
	for _, name := range l.p.order() {
		k, ok := l.p.keys[name]
		t := l.p.Participants[name].Token
		if ok && k.Algorithm() == root.Ed25519 && t != nil && t.Kind == PIVToken {
			l.find("PLAN-ED25519-SIZE", Warn, "keys."+name, "the root has %d bytes, and cards refuse to sign more than about %d with Ed25519: use ecdsa-p256", n, cardBytes)
		}
	}
}

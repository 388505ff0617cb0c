package verify

import (
	"time"

	"github.com/rootmoot/rootmoot/root"
)

// Result is the outcome of one check.
type Result string

// The four results. A warning never refuses; a skipped check says why in its
// detail (for instance: nothing to compare with).
const (
	Pass Result = "pass"
	Fail Result = "fail"
	Warn Result = "warn"
	Skip Result = "skip"
)

// Verdict is the answer of a whole report.
type Verdict string

// Accepted: every check that can refuse has passed. Refused: one failed.
// Undecided: nothing failed, but something that had to be judged was not
// there (an input could not be read, a run was cancelled).
const (
	Accepted  Verdict = "accepted"
	Refused   Verdict = "refused"
	Undecided Verdict = "undecided"
)

// A Check is the outcome of one rule on one subject.
type Check struct {
	Rule    string // rule id, one of Rules (or of a subpackage's Rules)
	Result  Result
	Subject string // what was judged: a file, a key by fingerprint, a role
	Pointer string // JSON pointer into the subject, where there is one
	Detail  string // what was found, and on a failure what to do
}

// A Rule is what a check enforces. Its id never changes its meaning.
type Rule struct {
	ID     string
	Title  string // what must hold, in one sentence
	Source string // where it comes from: a section, an advisory, this project
}

// A Report is the outcome of one verification, at one explicit time.
type Report struct {
	Subject string
	At      time.Time
	Notes   []string // said before the checks: a time that is not now, another CA bundle
	Checks  []Check
	// Open is set when something that had to be judged could not be: the
	// verdict is then Undecided, unless a check failed.
	Open bool
	// Error is why it is open, where something could not be read. It is not a
	// finding: asked again, the answer may be another.
	Error string
	// Root is where trust ended: the newest root that was accepted, which on a
	// refusal is the one before. Nil where nothing is trusted.
	Root *Document
}

// A Document is a root in brief.
type Document struct {
	Format  root.Format
	Version int64
	Digest  root.Digest
	Expires root.Time
}

// Verdict is Refused if any check failed, Undecided if something stayed open,
// else Accepted. An empty report decides nothing.
func (r Report) Verdict() Verdict {
	for _, c := range r.Checks {
		if c.Result == Fail {
			return Refused
		}
	}
	if r.Open || len(r.Checks) == 0 {
		return Undecided
	}
	return Accepted
}

// Failures are the checks that failed, in order.
func (r Report) Failures() []Check {
	var out []Check
	for _, c := range r.Checks {
		if c.Result == Fail {
			out = append(out, c)
		}
	}
	return out
}

// Add appends checks.
func (r *Report) Add(c ...Check) { r.Checks = append(r.Checks, c...) }

// unread leaves the report open.
func (r *Report) unread(err error) { r.Open, r.Error = true, err.Error() }

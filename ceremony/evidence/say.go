package evidence

import (
	"fmt"
	"slices"

	"github.com/rootmoot/rootmoot/verify"
)

// pass, warn, skip and fail add a check.
func (a *audit) pass(rule, subject, detail string, args ...any) {
	a.add(verify.Check{Rule: rule, Result: verify.Pass, Subject: subject, Detail: fmt.Sprintf(detail, args...)})
}

func (a *audit) warn(rule, subject, detail string, args ...any) {
	a.add(verify.Check{Rule: rule, Result: verify.Warn, Subject: subject, Detail: fmt.Sprintf(detail, args...)})
}

func (a *audit) skip(rule, subject, detail string, args ...any) {
	a.add(verify.Check{Rule: rule, Result: verify.Skip, Subject: subject, Detail: fmt.Sprintf(detail, args...)})
}

// fail is always false, for whoever counts what is good.
func (a *audit) fail(rule, subject, detail string, args ...any) bool {
	a.add(verify.Check{Rule: rule, Result: verify.Fail, Subject: subject, Detail: fmt.Sprintf(detail, args...)})
	return false
}

func (a *audit) add(checks ...verify.Check) { a.report.Add(checks...) }

// others adds what another judge found, but for what passed: this package sums
// that up.
func (a *audit) others(checks []verify.Check) {
	for _, c := range checks {
		if c.Result != verify.Pass {
			a.add(c)
		}
	}
}

// NotPublic is the detail of a check that was skipped because public evidence
// cannot show what it asks.
const NotPublic = "public evidence cannot show it: full evidence does"

// rest says of each rule that was not judged why, so that no report passes for
// more than it is.
func (a *audit) rest() {
	why := "not judged: what comes before it does not hold"
	if a.found.Manifest.Profile == Public && a.found.Public != nil {
		why = NotPublic
	}
	for _, r := range Rules() {
		if !slices.ContainsFunc(a.report.Checks, func(c verify.Check) bool { return c.Rule == r.ID }) && (r.ID != rulePublic || a.found.Manifest.Profile == Public) {
			a.skip(r.ID, "evidence", "%s", why)
		}
	}
}

// proven and claimed add a line for people.
func (a *audit) proven(line string, args ...any) {
	a.found.Proven = append(a.found.Proven, fmt.Sprintf(line, args...))
}

func (a *audit) claimed(line string, args ...any) {
	a.found.Claimed = append(a.found.Claimed, fmt.Sprintf(line, args...))
}

package channel

import (
	"fmt"

	"github.com/rootmoot/rootmoot/verify"
)

// Findings add up: of each rule and result there is the first, and how many.
type Findings struct {
	order []finding
	all   map[finding]*repeated
}

type finding struct {
	rule   string
	result verify.Result
}

type repeated struct {
	first verify.Check
	times int
}

// Add adds one.
func (f *Findings) Add(c verify.Check) {
	at := finding{c.Rule, c.Result}
	if f.all == nil {
		f.all = make(map[finding]*repeated)
	}
	if f.all[at] == nil {
		f.all[at] = &repeated{first: c}
		f.order = append(f.order, at)
	}
	f.all[at].times++
}

// Checks are the sums, in the order in which the first of each was added. What
// holds more than once says how often.
func (f *Findings) Checks() []verify.Check {
	var out []verify.Check
	for _, at := range f.order {
		out = append(out, f.all[at].check())
	}
	return out
}

func (r *repeated) check() verify.Check {
	c := r.first
	c.Subject = clip(c.Subject)
	switch {
	case r.times == 1:
	case c.Result == verify.Pass:
		c.Detail = fmt.Sprintf("holds %d times", r.times)
	default:
		c.Detail += fmt.Sprintf(" (the first of %d)", r.times)
	}
	return c
}

// A Summary adds up results: how many records there are of each verdict, and of
// each rule what broke it first.
type Summary struct {
	counts   [NoAuthority + 1]int
	accepted int
	records  int
	broken   Findings
}

// Add adds a result.
func (s *Summary) Add(r Result) {
	s.records++
	s.counts[r.Verdict()]++
	if r.Accepted() {
		s.accepted++
	}
	if r.Finding.Result != verify.Pass {
		s.broken.Add(r.Finding)
	}
}

// Records is how many there are.
func (s *Summary) Records() int { return s.records }

// Accepted is how many records may be relied on.
func (s *Summary) Accepted() int { return s.accepted }

// Count is how many records have that verdict.
func (s *Summary) Count(v Verdict) int { return s.counts[v] }

// Checks say it by rule: what refuses and what is warned of with its first place
// and how often, and that a rule holds for all. The subject is the file's name.
func (s *Summary) Checks(subject string) []verify.Check {
	if b := s.broken.all[finding{RuleAuthority, verify.Fail}]; b != nil { // no other rule was asked
		c := b.check()
		c.Subject = subject + ": " + c.Subject
		return []verify.Check{c}
	}
	var out []verify.Check
	for _, rule := range []string{RuleSigned, RuleListed, RuleForm, RuleCanonical, RuleValid, RuleQuorum, RuleFile, RulePlace} {
		holds := true
		for _, result := range []verify.Result{verify.Warn, verify.Fail} {
			if b := s.broken.all[finding{rule, result}]; b != nil {
				holds = false
				c := b.check()
				c.Subject = subject + ": " + c.Subject
				out = append(out, c)
			}
		}
		if holds {
			out = append(out, verify.Check{Rule: rule, Result: verify.Pass, Subject: subject, Detail: fmt.Sprintf("holds for %d records", s.records)})
		}
	}
	return out
}

package channel

import (
	"fmt"

	"github.com/rootmoot/rootmoot/verify"
)

// A Summary adds up results: how many records there are of each verdict, and of
// each rule what broke it first.
type Summary struct {
	counts   [Misplaced + 1]int
	accepted int
	records  int
	broken   map[finding]*broken
}

type finding struct {
	rule   string
	result verify.Result
}

type broken struct {
	first verify.Check
	times int
}

// Add adds a result.
func (s *Summary) Add(r Result) {
	s.records++
	s.counts[r.Verdict()]++
	if r.Accepted() {
		s.accepted++
	}
	if r.Finding.Result == verify.Pass {
		return
	}
	if s.broken == nil {
		s.broken = make(map[finding]*broken)
	}
	at := finding{r.Finding.Rule, r.Finding.Result}
	if s.broken[at] == nil {
		s.broken[at] = &broken{first: r.Finding}
	}
	s.broken[at].times++
}

// Records is how many there are, and Accepted how many of them may be relied on.
func (s *Summary) Records() int { return s.records }

// Accepted is how many records may be relied on.
func (s *Summary) Accepted() int { return s.accepted }

// Count is how many records have that verdict.
func (s *Summary) Count(v Verdict) int { return s.counts[v] }

// Checks say it by rule: what refuses and what is warned of with its first place
// and how often, and that a rule holds for all. The subject is that of a rule that
// holds: the file.
func (s *Summary) Checks(subject string) []verify.Check {
	var out []verify.Check
	for _, rule := range []string{RuleSigned, RuleListed, RuleForm, RuleCanonical, RuleValid, RuleQuorum, RuleFile, RulePlace} {
		holds := true
		for _, result := range []verify.Result{verify.Warn, verify.Fail} {
			if b := s.broken[finding{rule, result}]; b != nil {
				holds = false
				out = append(out, b.check(subject))
			}
		}
		if holds {
			out = append(out, verify.Check{Rule: rule, Result: verify.Pass, Subject: subject, Detail: fmt.Sprintf("holds for %d records", s.records)})
		}
	}
	return out
}

func (b *broken) check(subject string) verify.Check {
	c := b.first
	c.Subject = subject + ": " + clip(c.Subject)
	if b.times > 1 {
		c.Detail += fmt.Sprintf(" (the first of %d)", b.times)
	}
	return c
}

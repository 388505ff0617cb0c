package evidence

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/verify"
)

// attestations judges the tokens of what counts, and says by whose CAs.
func (a *audit) attestations() {
	st, here := a.r.State, ceremony.CAsOf(a.o.CAs)
	switch {
	case st.CAs == (ceremony.CAs{}):
		a.warn(ruleCAs, JournalFile, "does not say by which CAs the sitting judged; here it is by those of %v", here)
	case st.CAs.SHA256 != here.SHA256:
		a.warn(ruleCAs, JournalFile, "the sitting judged by the CAs of %v, and here it is by those of %v", st.CAs, here)
	case !st.CAs.Maker && !st.Rehearsal():
		a.warn(ruleCAs, JournalFile, "these are not the maker's: %v", here)
	default:
		a.pass(ruleCAs, JournalFile, "%v, here as in the sitting", here)
	}
	good, judged := true, 0
	for _, c := range a.counted() {
		checks := st.Attest(c)
		for i := range checks {
			checks[i].Subject = c.Participant
		}
		a.others(checks)
		judged++
	}
	for _, r := range st.NotTaken {
		var unattested *ceremony.AttestationError
		c, is := r.Fact.Body.(ceremony.Contribution)
		if is && errors.As(r.Why, &unattested) && !a.counts(c) {
			good = a.fail(ruleAttest, c.Participant, "the %s does not count: %v", c.Kind, r.Why)
		}
	}
	if good {
		a.pass(ruleAttest, JournalFile, "the tokens of %d contributions are attested as the plan wants, at its signing time", judged)
	}
}

// counted are the signatures and enrolments that count, by participant.
func (a *audit) counted() []ceremony.Contribution {
	var out []ceremony.Contribution
	for _, name := range slices.Sorted(maps.Keys(a.r.State.Enrolments)) {
		out = append(out, a.r.State.Enrolments[name])
	}
	for _, name := range slices.Sorted(maps.Keys(a.r.State.Signatures)) {
		out = append(out, a.r.State.Signatures[name].Contribution)
	}
	return out
}

// counts reports whether something of that kind by that participant counts.
func (a *audit) counts(c ceremony.Contribution) bool {
	return slices.ContainsFunc(a.counted(), func(o ceremony.Contribution) bool { return o.Kind == c.Kind && o.Participant == c.Participant })
}

// contributions says which facts count nothing, and which signatures no key has
// stated.
func (a *audit) contributions() {
	left := 0
	for _, r := range a.r.State.NotTaken {
		switch r.Fact.Body.(type) {
		case ceremony.Seal, ceremony.Witnessed: // which have rules of their own
			continue
		}
		left++
		a.warn(ruleFact, JournalFile, "counts nothing: %v", r.Why)
	}
	if left == 0 {
		a.pass(ruleFact, JournalFile, "of what is recorded here, and in what came from elsewhere, all counts that can")
	}
	bare, stated := 0, 0
	for _, name := range slices.Sorted(maps.Keys(a.r.State.Signatures)) {
		if a.r.State.Signatures[name].Stated {
			stated++
			continue
		}
		bare++
		a.warn(ruleStatement, name, "a signature only: it counts, and its key has stated nothing of the record behind it")
	}
	if bare == 0 {
		a.pass(ruleStatement, JournalFile, "%d signatures are stated by their keys, %d enrolments too", stated, len(a.r.State.Enrolments))
	}
}

// words says who does not agree.
func (a *audit) words() {
	agree, differ := 0, 0
	for _, w := range a.r.State.Words {
		if w.Agrees {
			agree++
			continue
		}
		differ++
		a.warn(ruleWord, w.Participant, "does not agree: %s", w.Text)
	}
	if differ == 0 {
		a.pass(ruleWord, JournalFile, "%d agree", agree)
	}
}

// exceptions wants none open where the sitting is said to be over.
func (a *audit) exceptions() {
	open := a.r.State.OpenExceptions()
	for _, e := range open {
		result := verify.Warn
		if a.found.Manifest.Outcome == Signed {
			result = verify.Fail
		}
		a.add(verify.Check{
			Rule: ruleException, Result: result, Subject: JournalFile,
			Detail: "exception " + e.ID.String()[:8] + ", at " + string(e.Step) + ", is open: " + strings.TrimSpace(e.Happened),
		})
	}
	if len(open) == 0 {
		a.pass(ruleException, JournalFile, "%d exceptions, all decided", a.r.State.Exceptions())
	}
}

// witnesses checks the signatures of witnesses over heads of this journal.
func (a *audit) witnesses() {
	good := true
	for _, r := range a.r.State.NotTaken {
		if b, is := r.Fact.Body.(ceremony.Witnessed); is {
			good = a.fail(ruleWitness, b.Witness, "%v", r.Why)
		}
	}
	if good {
		a.pass(ruleWitness, JournalFile, "%d heads are signed by witnesses", len(a.r.State.Witnessed))
	}
}

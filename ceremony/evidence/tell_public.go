package evidence

import (
	"fmt"

	"github.com/rootmoot/rootmoot/verify"
)

// tellPublic says what public evidence shows and what it only says.
func (a *audit) tellPublic() {
	p := a.found.Public
	for _, f := range a.signers() {
		a.proven("the key %v has signed version %d, digest %v", f, a.signed.Version, a.signed.Digest)
	}
	c := p.Counts
	a.claimed("the journal has %d entries; exceptions: %d, open: %d; refusals: %d, and %d that no key stated; candidates given up: %d; words of disagreement: %d; signatures of witnesses: %d",
		c.Entries, c.Exceptions, c.Open, c.Refusals, c.Claimed, c.Abandoned, c.Disagreeing, c.Witnessed)
	for _, x := range p.People {
		if x.Name.Value != nil {
			a.claimed("%s is called %s", x.Alias, *x.Name.Value)
		}
		if x.Organisation.Value != nil {
			a.claimed("%s is of %s", x.Alias, *x.Organisation.Value)
		}
		if x.Location.Value != nil {
			a.claimed("%s is at %s", x.Alias, *x.Location.Value)
		}
		if len(x.Attestation) > 0 && x.Certificates == nil {
			a.claimed("the token of %s was attested, as the sitting judged it: %s", x.Alias, verdicts(x.Attestation))
		}
	}
	a.claimed("what stands in the plan and in the journal, beside the digests that were signed")
	a.claimed("the program was %s, by its own word", a.found.Manifest.Tool)
}

// verdicts are results in short: those that are not passes, or that all passed.
func verdicts(all []Judged) string {
	out := ""
	for _, j := range all {
		if j.Result != verify.Pass {
			out += fmt.Sprintf(", %s: %s", j.Rule, j.Result)
		}
	}
	if out == "" {
		return fmt.Sprintf("%d rules passed", len(all))
	}
	return out[2:]
}

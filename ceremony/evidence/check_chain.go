package evidence

import (
	"maps"
	"slices"

	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// plan reads the plan as it was opened.
func (a *audit) plan() bool {
	p, err := plan.Load(a.files[PlanFile])
	if err != nil {
		return a.fail(rulePlan, PlanFile, "%v", err)
	}
	a.r = &Record{Files: a.files, Plan: p}
	if raw, there := a.files[BeforeFile]; there {
		if a.r.Before, err = root.ParseKeyManager(raw); err != nil {
			return a.fail(ruleCandidate, BeforeFile, "%v", err)
		}
	}
	return a.mode(PlanFile, p.Mode == plan.Rehearsal)
}

// mode keeps rehearsals and the real thing apart, in both directions.
func (a *audit) mode(subject string, rehearsal bool) bool {
	switch {
	case rehearsal && !a.o.Verify.Rehearsal:
		return a.fail(ruleMode, subject, "is a rehearsal's, and is taken in rehearsals only")
	case !rehearsal && a.o.Verify.Rehearsal:
		return a.fail(ruleMode, subject, "is no rehearsal's, and nothing else is taken here")
	case rehearsal:
		a.pass(ruleMode, subject, "a rehearsal's, as was asked for")
	default:
		a.pass(ruleMode, subject, "no rehearsal's")
	}
	return true
}

// pin is the root that the auditor trusts; zero if there is none.
func (a *audit) pin() verify.Pin {
	if !a.o.Trusted.IsZero() {
		return a.o.Trusted.Pin()
	}
	return a.o.Pin
}

// versions are those of the roots in the chain, ascending.
func (a *audit) versions() []int64 {
	var out []int64
	for name := range maps.Keys(a.files) {
		if v, is := chainVersion(name); is {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	return out
}

// chain verifies the roots up to the one that the plan continues.
func (a *audit) chain() bool {
	c := a.r.Plan.Continues
	if c == nil {
		if len(a.versions()) > 0 {
			return a.fail(ruleChain, chainFolder, "there are roots, and the plan begins a chain of its own")
		}
		a.pass(ruleChain, PlanFile, "a genesis: there is no chain before it")
		return true
	}
	to := verify.Pin{Version: c.Version, Digest: c.Digest.Root()}
	first := root.Digest{}
	if c.Version > 1 || c.Chain != "" {
		first = c.First().Root()
	}
	at, good := a.climb(to, first)
	if !good { // the rest is judged from the root that the plan names, so that all is told
		at, _ = verify.TrustPin(to, a.files[chainFolder+rootFile(to.Version)], a.o.Verify)
	}
	a.r.Trusted, a.continued = at, at
	return !at.IsZero()
}

// climb follows the chain from what the auditor trusts to the root that is
// continued. first is the digest of the first root; zero where nobody says it.
func (a *audit) climb(to verify.Pin, first root.Digest) (verify.Trusted, bool) {
	have := a.versions()
	for i, v := range have {
		if v != to.Version-int64(len(have)-1-i) {
			return verify.Trusted{}, a.fail(ruleChain, chainFolder, "its roots are not those up to version %d, one after the other", to.Version)
		}
	}
	if len(have) == 0 {
		return verify.Trusted{}, a.fail(ruleChain, chainFolder, "has no root, and the plan continues version %d", to.Version)
	}
	at, begun := a.begin(have[0], to.Version)
	if !begun {
		return at, false
	}
	from := at.Version()
	for at.Version() < to.Version {
		name := chainFolder + rootFile(at.Version()+1)
		next, report := verify.Next(at, a.files[name], a.o.Verify)
		a.others(report.Checks)
		if next.IsZero() {
			return at, a.fail(ruleChain, name, "is not accepted by version %d before it", at.Version())
		}
		at = next
	}
	if at.Digest() != to.Digest {
		return at, a.fail(ruleChain, rootFile(to.Version), "has the digest %v, and the sitting continued %v", at.Digest(), to)
	}
	if one, there := a.files[chainFolder+rootFile(1)]; there && !first.IsZero() {
		if r, err := root.Parse(one); err != nil || r.Digest != first {
			return at, a.fail(ruleChain, chainFolder+rootFile(1), "is not the first root that the statements name, %v", first)
		}
	}
	a.pass(ruleChain, chainFolder, "from version %d to version %d, each accepted by the one before", from, to.Version)
	return at, true
}

// begin finds what the auditor trusts in the chain, or right before it.
func (a *audit) begin(first, last int64) (verify.Trusted, bool) {
	pin := a.pin()
	name := chainFolder + rootFile(pin.Version)
	raw, there := a.files[name]
	switch {
	case pin == (verify.Pin{}):
		return verify.Trusted{}, a.fail(rulePin, chainFolder, "no root was given that is trusted: start from a root or a pin that you have from another source")
	case pin.Version > last:
		return verify.Trusted{}, a.fail(rulePin, chainFolder, "the trusted root has version %d, and the sitting continued version %d: start from that or one before it", pin.Version, last)
	case there && a.o.Trusted.IsZero():
		t, report := verify.TrustPin(pin, raw, a.o.Verify)
		a.others(report.Checks)
		if t.IsZero() {
			return t, a.fail(rulePin, name, "is not the root that is trusted, %v, or does not hold", pin)
		}
		a.pass(rulePin, name, "is the root that is trusted, %v", pin)
		return t, true
	case there:
		if r, err := root.Parse(raw); err != nil || r.Digest != pin.Digest {
			return verify.Trusted{}, a.fail(rulePin, name, "is not the root that is trusted, %v", pin)
		}
		a.pass(rulePin, name, "is the root that is trusted, %v", pin)
		return a.o.Trusted, true
	case !a.o.Trusted.IsZero() && pin.Version+1 == first:
		a.pass(rulePin, chainFolder, "begins right after the root that is trusted, %v", pin)
		return a.o.Trusted, true
	}
	return verify.Trusted{}, a.fail(rulePin, chainFolder, "begins with version %d, so that nothing leads there from the trusted %v: give a root of version %d or later", first, pin, first-1)
}

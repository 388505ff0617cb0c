package evidence

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
)

// quorums says of each quorum how many keys have signed.
func (a *audit) quorums() {
	lacks := a.r.State.Lacks()
	for _, l := range lacks {
		switch {
		case l.Missing() == 0:
			a.pass(ruleQuorum, l.Quorum, "%d keys have signed, of %d that it needs", l.Have, l.Need)
		case a.found.Manifest.Outcome == Signed:
			a.fail(ruleQuorum, l.Quorum, "%d keys have signed, of %d that it needs: %d more are missing", l.Have, l.Need, l.Missing())
		default:
			a.warn(ruleQuorum, l.Quorum, "%d keys have signed, of %d that it needs: %d more would complete it", l.Have, l.Need, l.Missing())
		}
	}
	if len(lacks) > 0 {
		return
	}
	if a.found.Manifest.Outcome == Signed {
		a.fail(ruleQuorum, JournalFile, "the record comes to no candidate, so that nobody can have signed it")
		return
	}
	a.warn(ruleQuorum, JournalFile, "there is no candidate to sign")
}

// root judges the signed document as a client does, and compares it with what the
// signatures make.
func (a *audit) root() {
	names := a.signedFiles()
	if !a.r.State.QuorumsMet() {
		for _, name := range names {
			a.fail(ruleRoot, name, "is there, and the quorums are not met")
		}
		if len(names) == 0 {
			a.skip(ruleRoot, "evidence", "no root was signed")
		}
		a.pinless(a.r.Plan.Continues == nil)
		return
	}
	name := a.r.State.Candidate.FileName()
	raw, there := a.files[name]
	want, err := a.r.State.Assemble()
	switch {
	case err != nil:
		a.fail(ruleRoot, name, "%v", err)
	case !there || len(names) != 1:
		a.fail(ruleRoot, name, "is not there, or another root is: %v", names)
	case !bytes.Equal(raw, want):
		a.fail(ruleRoot, name, "is not the file that the signatures in the record make")
	default:
		a.r.Signed = raw
		a.client(name, raw)
	}
}

// signedFiles are the names of signed documents, beside the chain.
func (a *audit) signedFiles() []string {
	var out []string
	for name := range maps.Keys(a.files) {
		if isSigned(name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// client judges a root as a client does that trusts the one before it, or takes
// it as the first one.
func (a *audit) client(name string, raw []byte) bool {
	if name == verify.KeyManagerFile {
		return a.keyManager(raw)
	}
	var t verify.Trusted
	var report verify.Report
	if a.continued.IsZero() {
		t, report = a.first(raw)
	} else {
		t, report = verify.Next(a.continued, raw, a.o.Verify)
	}
	a.others(report.Checks)
	if t.IsZero() {
		return a.fail(ruleRoot, name, "a client does not take it")
	}
	a.signed = &t.Root().Body
	a.report.Root = &verify.Document{Format: t.Root().Format, Version: t.Version(), Digest: t.Digest(), Expires: t.Root().Expires}
	a.pass(ruleRoot, name, "a client that trusts the root before takes version %d, digest %v", t.Version(), t.Digest())
	return true
}

// keyManager judges a key manager document as a client does that trusts the root
// which delegates to it.
func (a *audit) keyManager(raw []byte) bool {
	m, report := verify.KeyManager(a.continued, raw, a.o.Verify)
	a.others(report.Checks)
	if m == nil {
		return a.fail(ruleRoot, verify.KeyManagerFile, "a client does not take it")
	}
	a.signed = &m.Body
	a.report.Root = report.Root
	a.pass(ruleRoot, verify.KeyManagerFile, "a client that trusts the root above takes version %d, digest %v", m.Version, m.Digest)
	return true
}

// first judges a first root: by the auditor's pin, if there is one.
func (a *audit) first(raw []byte) (verify.Trusted, verify.Report) {
	pin := a.pin()
	if pin == (verify.Pin{}) {
		a.pinless(true)
		return verify.TrustFile(raw, a.o.Verify)
	}
	t, report := verify.TrustPin(pin, raw, a.o.Verify)
	if t.IsZero() {
		a.fail(rulePin, "first root", "is not the root that is trusted, %v, or does not hold", pin)
	} else {
		a.pass(rulePin, "first root", "is the root that is trusted, %v", pin)
	}
	return t, report
}

// pinless says that nothing outside vouches for a genesis.
func (a *audit) pinless(genesis bool) {
	switch {
	case !genesis:
	case a.pin() == (verify.Pin{}):
		a.warn(rulePin, "first root", "no root was given that is trusted: that this is the first root of the chain in question, nothing here can show")
	default:
		a.skip(rulePin, "first root", "there is no root to compare with the one that is trusted")
	}
}

// seals checks the seals of this place, and whether one covers everything.
func (a *audit) seals() {
	good, own := true, make(map[root.Digest]bool)
	for _, f := range a.r.Gathered.Facts {
		own[f.ID()] = true
	}
	for _, r := range a.r.State.NotTaken {
		b, is := r.Fact.Body.(ceremony.Seal)
		switch {
		case is && own[r.Fact.ID()]:
			good = a.fail(ruleSeal, b.Participant, "the seal does not hold: %v", r.Why)
		case is:
			a.warn(ruleSeal, b.Participant, "a seal at another place does not hold: %v", r.Why)
		}
	}
	var names []string
	for _, b := range a.r.State.Sealed() {
		names = append(names, b.Participant)
	}
	switch {
	case len(names) == 0 && a.found.Manifest.Outcome == Signed:
		a.fail(ruleSeal, JournalFile, "no seal covers the word, the exceptions and the decisions: the record is a claim")
	case len(names) == 0:
		a.warn(ruleSeal, JournalFile, "it is not sealed")
	case good:
		slices.Sort(names)
		a.pass(ruleSeal, JournalFile, "sealed by %s", strings.Join(names, ", "))
	}
}

// abandoned checks what earlier sittings left behind.
func (a *audit) abandoned() {
	good := true
	for _, b := range a.r.State.Abandoned {
		if err := a.leftBehind(b); err != nil {
			good = a.fail(ruleAbandoned, b.Candidate.String(), "%v", err)
		}
	}
	if good {
		a.pass(ruleAbandoned, JournalFile, "%d candidates were given up: their signatures stay valid, and none is complete", len(a.r.State.Abandoned))
	}
}

// leftBehind checks one abandoned candidate.
func (a *audit) leftBehind(b ceremony.Abandoned) error {
	body, err := b.Body()
	if err != nil {
		return err
	}
	tallies := a.tallies(body)
	for _, s := range b.Signatures {
		k, err := root.ParseSPKI(s.Key)
		if err != nil {
			return fmt.Errorf("the key of %s: %w", s.Participant, err)
		}
		if !signedBy(tallies, k.Fingerprint()) {
			return fmt.Errorf("%s is said to have signed it, and there is no good signature of that key", s.Participant)
		}
	}
	complete := true
	for name, t := range tallies {
		lacks := max(0, t.Threshold-t.Good)
		complete = complete && lacks == 0
		i := slices.IndexFunc(b.Missing, func(q ceremony.AbandonedQuorum) bool { return q.Quorum == name })
		if i < 0 || b.Missing[i].Lacks != lacks {
			return fmt.Errorf("%d signatures are missing for the %s quorum, and the record says otherwise", lacks, name)
		}
	}
	if complete {
		return fmt.Errorf("version %d is complete: every quorum is met, and it can be published beside the one that was made", b.Version)
	}
	return nil
}

// tallies are the quorums of a document that continues what this sitting does.
func (a *audit) tallies(b *root.Body) map[string]root.Tally {
	own, isRoot := b.Role("root")
	switch t := a.r.Trusted.Root(); {
	case !isRoot:
		return map[string]root.Tally{root.QuorumDelegation: a.r.Plan.SigningRole(t).Tally(b.Envelope)}
	case t == nil:
		return map[string]root.Tally{root.QuorumGenesis: own.Tally(b.Envelope)}
	default:
		return map[string]root.Tally{root.QuorumOld: t.RootRole().Tally(b.Envelope), root.QuorumNew: own.Tally(b.Envelope)}
	}
}

// signedBy reports whether a good signature by that key counts for some quorum.
func signedBy(tallies map[string]root.Tally, f root.Fingerprint) bool {
	for _, t := range tallies {
		for _, k := range t.Keys {
			if k.Standing == root.GoodSig && k.Key.Public.Fingerprint() == f {
				return true
			}
		}
	}
	return false
}

// end says what became of the sitting.
func (a *audit) end() {
	switch st := a.r.State; outcome(st) {
	case Signed:
		a.pass(ruleEnd, JournalFile, "signed, sealed, no exception open")
	case Aborted:
		a.warn(ruleEnd, JournalFile, "the sitting was aborted and made no root: %s", st.Aborted.Why)
	default:
		step, _ := st.Current()
		a.warn(ruleEnd, JournalFile, "the sitting had not come to its end: it stood at the step %s", step)
	}
}

package evidence

import (
	"fmt"
	"slices"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// public checks public evidence: the chain and the root from the pin, every
// statement and seal by keys of the roots. The rest it cannot show.
func (a *audit) public() {
	p, err := ParsePublic(a.files[PublicFile])
	if err != nil {
		a.fail(rulePublic, PublicFile, "%v", err)
		return
	}
	a.found.Public = p
	if !a.mode(PublicFile, p.Mode == plan.Rehearsal) || !a.publicChain() || !a.publicRoot() {
		return
	}
	a.publicPeople()
	a.publicStatements()
	a.publicSeals()
	a.publicEnd()
	a.tellPublic()
}

// publicChain verifies the roots up to the one before the candidate.
func (a *audit) publicChain() bool {
	m, have := a.found.Manifest, a.versions()
	if len(have) == 0 && (m.Version == 1 || m.Version == 0 && m.Chain.IsZero()) {
		a.pass(ruleChain, PublicFile, "a genesis: there is no chain before it")
		return true
	}
	to := verify.Pin{Version: m.Version - 1}
	if (m.Version == 0 || m.Document == plan.KeyManagerDocument) && len(have) > 0 { // it came to no candidate, or to one below the root
		to.Version = have[len(have)-1]
	}
	r, err := root.Parse(a.files[chainFolder+rootFile(to.Version)])
	if err != nil {
		return a.fail(ruleChain, chainFolder, "there is no root of version %d, which comes before the candidate: %v", to.Version, err)
	}
	to.Digest = r.Digest
	at, good := a.climb(to, m.Chain)
	a.continued = at
	return good
}

// publicRoot judges the signed document, and compares it with the manifest.
func (a *audit) publicRoot() bool {
	m, names := a.found.Manifest, a.signedFiles()
	if m.Signed.IsZero() && len(names) == 0 {
		a.skip(ruleRoot, "evidence", "no root was signed")
		a.pinless(m.Chain.IsZero())
		return true
	}
	name := m.FileName()
	raw, there := a.files[name]
	if !there || len(names) != 1 {
		return a.fail(ruleRoot, name, "is not there, or another root is: %v", names)
	}
	if d := root.DigestOf(raw); d != m.Signed {
		return a.fail(ruleManifest, ManifestFile, "names a signed document with SHA-256 %v, and it has %v", m.Signed, d)
	}
	if !a.client(name, raw) {
		return false
	}
	if a.signed.Digest != m.Candidate {
		return a.fail(ruleManifest, ManifestFile, "names the candidate %v, which the signed document is not", m.Candidate)
	}
	a.pass(ruleManifest, ManifestFile, "names the signed document and its candidate as they are")
	return true
}

// publicPeople judges the attestations that may be seen.
func (a *audit) publicPeople() {
	a.pass(rulePublic, PublicFile, "%d people and %d witnesses, each field said or committed to", len(a.found.Public.People), len(a.found.Public.Witnesses))
	if m := a.found.Manifest; m.CAs.SHA256 != root.Digest(a.o.CAs.Digest) {
		a.warn(ruleCAs, ManifestFile, "the sitting judged by the CAs of %v, and here it is by those of %v", m.CAs, ceremony.CAsOf(a.o.CAs))
	} else {
		a.pass(ruleCAs, ManifestFile, "%v, here as in the sitting", m.CAs)
	}
	judged := 0
	for _, p := range a.found.Public.People {
		if p.Certificates == nil || p.Serial.Value == nil {
			continue
		}
		want := attest.Expect{Time: "the plan's signing time", SPKI: p.Key, Serial: *p.Serial.Value, Slot: string(p.Slot), Rehearsal: a.found.Public.Mode == plan.Rehearsal}
		_, checks := attest.Check(p.Certificates.Leaf, certificates(p.Certificates), a.o.CAs, want, a.found.Public.SigningTime.Time())
		failed := (verify.Report{Checks: checks}).Failures()
		if len(failed) > 0 {
			a.fail(ruleAttest, p.Alias, "%s: %s", failed[0].Rule, failed[0].Detail)
			continue
		}
		judged++
		a.proven("the key of %s was made on the token %s and cannot leave it, if %s can be believed", p.Alias, *p.Serial.Value, a.o.CAs.Name)
	}
	if judged > 0 {
		a.pass(ruleAttest, PublicFile, "%d tokens whose serial number is public are attested", judged)
	}
}

// authorities are the roles whose keys sign what the sitting made.
func (a *audit) authorities() []root.Role {
	var out []root.Role
	if a.found.Manifest.Document == plan.KeyManagerDocument {
		if a.continued.IsZero() {
			return nil
		}
		role, _ := a.continued.Root().Role(root.RoleManager)
		return append(out, role)
	}
	if a.signed != nil {
		own, _ := a.signed.Role("root")
		out = append(out, own)
	}
	if !a.continued.IsZero() {
		out = append(out, a.continued.Root().RootRole())
	}
	return out
}

// keyOf is the key behind an alias, if one of the roots names it.
func (a *audit) keyOf(alias string) (root.PublicKey, error) {
	_, k, err := a.found.Public.person(alias)
	if err != nil {
		return k, err
	}
	f := k.Fingerprint()
	if slices.ContainsFunc(a.authorities(), func(r root.Role) bool { return r.Has(f) }) {
		return k, nil
	}
	return k, fmt.Errorf("the key of %s is in no role that signs", alias)
}

// stated checks a statement of this sitting and its signature.
func (a *audit) stated(by, text string, sig []byte) (ceremony.Statement, root.PublicKey, error) {
	m := a.found.Manifest
	k, err := a.keyOf(by)
	if err != nil {
		return ceremony.Statement{}, k, err
	}
	s, err := ceremony.ParseStatement([]byte(text))
	if err != nil {
		return s, k, err
	}
	want := ceremony.Statement{
		Type: s.Type, Rehearsal: a.found.Public.Mode == plan.Rehearsal, Chain: m.Chain, Plan: m.Frozen, Attempt: m.Attempt,
		Candidate: m.Candidate, Contribution: s.Contribution, Journal: s.Journal,
	}
	switch s.Type {
	case ceremony.Possession:
		want.Plan, want.Candidate, want.Key = m.Plan, root.Digest{}, root.Digest(k.Fingerprint())
	case ceremony.ContributionRecorded:
		want.Key = root.Digest(k.Fingerprint())
	}
	if s != want {
		return s, k, fmt.Errorf("it is of another sitting, candidate or key")
	}
	return s, k, s.Verify(k, sig)
}

// publicStatements checks the statements, and finds who signed without one.
func (a *audit) publicStatements() {
	good, by, signers := true, make(map[root.Fingerprint]bool), a.signers()
	for i, s := range a.found.Public.Statements {
		st, k, err := a.stated(s.By, s.Text, s.Sig)
		if err == nil && st.Type == ceremony.Sealed {
			err = fmt.Errorf("it is a seal")
		}
		if err != nil {
			good = a.fail(ruleStatement, PublicFile, "statements[%d], of %s: %v", i, s.By, err)
			continue
		}
		if st.Type == ceremony.ContributionRecorded {
			by[k.Fingerprint()] = true
			if slices.Contains(signers, k.Fingerprint()) {
				a.proven("the key of %s, %v, signed the candidate, and states what it contributed", s.By, k.Fingerprint())
			} else {
				a.proven("the key of %s, %v, states a contribution; the root has no signature of it", s.By, k.Fingerprint())
			}
			continue
		}
		a.proven("the key of %s was held, for this attempt, by who enrolled it", s.By)
	}
	for _, k := range signers {
		if !by[k] {
			a.warn(ruleStatement, PublicFile, "the key %v has signed the root, and stated nothing", k)
		}
	}
	if good {
		a.pass(ruleStatement, PublicFile, "%d statements, each by its key and of this sitting", len(a.found.Public.Statements))
	}
}

// signers are the keys whose signatures count in the signed document; none if there
// is none.
func (a *audit) signers() []root.Fingerprint {
	if a.signed == nil {
		return nil
	}
	var out []root.Fingerprint
	for _, role := range a.authorities() {
		for _, k := range role.Tally(a.signed.Envelope).Keys {
			if f := k.Key.Public.Fingerprint(); k.Standing == root.GoodSig && !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
}

// publicSeals checks the seals, and that there is one where there must be.
func (a *audit) publicSeals() {
	m, good := a.found.Manifest, true
	var heads []root.Digest
	for i, s := range a.found.Public.Seals {
		st, _, err := a.stated(s.By, s.Text, s.Sig)
		if err == nil && st.Type != ceremony.Sealed {
			err = fmt.Errorf("it is no seal")
		}
		if err != nil {
			good = a.fail(ruleSeal, PublicFile, "seals[%d], of %s: %v", i, s.By, err)
			continue
		}
		heads = append(heads, st.Journal)
		a.proven("the key of %s sealed the journal up to the head %v", s.By, st.Journal)
		if !s.Agrees {
			a.warn(ruleWord, s.By, "sealed the record, and does not agree with it")
		}
	}
	for _, h := range m.Sealed {
		if good && !slices.Contains(heads, h) {
			good = a.fail(ruleSeal, ManifestFile, "names the sealed head %v, and no seal here is over it", h)
		}
	}
	switch {
	case len(heads) == 0 && m.Outcome == Signed:
		a.fail(ruleSeal, PublicFile, "there is no seal: the record is a claim")
	case good && len(heads) == 0:
		a.warn(ruleSeal, PublicFile, "it is not sealed")
	case good:
		a.pass(ruleSeal, PublicFile, "%d seals, each by its key and of this sitting", len(heads))
	}
}

// publicEnd says what became of the sitting, by the manifest's word.
func (a *audit) publicEnd() {
	m := a.found.Manifest
	switch {
	case m.Outcome == Signed && a.signed != nil:
		a.pass(ruleEnd, ManifestFile, "signed and sealed; that no exception was open, it only says")
	case m.Outcome == Signed:
		a.fail(ruleEnd, ManifestFile, "says that a root was signed, and there is none")
	default:
		a.warn(ruleEnd, ManifestFile, "the sitting was not carried to its end: %s", m.Outcome)
	}
}

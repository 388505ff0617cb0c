package evidence

import (
	"fmt"
	"maps"
	"slices"

	"github.com/rootmoot/rootmoot/ceremony"
	"github.com/rootmoot/rootmoot/ceremony/plan"
	"github.com/rootmoot/rootmoot/root"
	"github.com/rootmoot/rootmoot/verify"
	"github.com/rootmoot/rootmoot/verify/attest"
)

// Redact makes public evidence of full evidence: what each participant agreed to
// in the plan (publish) is said, and everything else about people is committed
// to. Attestations are judged by cas, those of the sitting. The same full
// evidence gives the same public one.
func Redact(raw []byte, cas attest.Bundle) ([]byte, error) {
	w, err := redacting(raw, cas)
	if err != nil {
		return nil, err
	}
	a, files := w.audit, Files{}
	for name, data := range a.files {
		if _, chain := chainVersion(name); chain || isSigned(name) {
			files[name] = data
		}
	}
	files[PublicFile] = encode(w.record())
	m := describe(a.r.State, a.r.Gathered)
	m.Profile = Public
	if !m.CAs.Maker { // it may be the path of a file
		m.CAs.Name = ""
	}
	m.Files = entries(files)
	files[ManifestFile] = m.Encode()
	return Write(files)
}

// Openings are what opens the commitments in the public evidence that [Redact]
// makes of this full one, by field. Any of them can be shown alone: it says
// nothing about the others.
func Openings(raw []byte, cas attest.Bundle) (map[string]Opening, error) {
	w, err := redacting(raw, cas)
	if err != nil {
		return nil, err
	}
	w.record()
	return w.openings, nil
}

func redacting(raw []byte, cas attest.Bundle) (*redaction, error) {
	a, err := unjudged(raw, cas)
	if err != nil {
		return nil, err
	}
	if a.r.State.Salt.IsZero() {
		return nil, ErrNoSalt
	}
	return &redaction{keeper{a.r.State.Salt, make(map[string]Opening)}, a, make(map[string]string)}, nil
}

// unjudged takes full evidence apart, from the roots that it holds itself. Only
// what cannot be understood is an error.
func unjudged(raw []byte, cas attest.Bundle) (*audit, error) {
	a := newAudit(Options{CAs: cas})
	var err error
	if a.files, err = Read(raw); err != nil {
		return nil, err
	}
	p, err := plan.Load(a.files[PlanFile])
	if err != nil {
		return nil, fmt.Errorf("evidence: %s: %w", PlanFile, err)
	}
	a.o.Verify = verify.Options{At: p.SigningTime.Time(), Rehearsal: p.Mode == plan.Rehearsal}
	if c := p.Continues; c != nil {
		a.o.Pin = verify.Pin{Version: c.Version, Digest: c.Digest.Root()}
	}
	if a.plan() && a.chain() && a.journal() && a.gather() && a.fold() {
		return a, nil
	}
	why := a.report.Failures()[0]
	return nil, fmt.Errorf("evidence: %s: %s: %s", why.Rule, why.Subject, why.Detail)
}

// A redaction makes public.json.
type redaction struct {
	keeper
	*audit
	alias map[string]string // by the plan's name
}

func (w *redaction) record() PublicRecord {
	st := w.r.State
	p := st.Plan
	out := PublicRecord{
		Schema: PublicSchema, Format: p.Format, Purpose: p.Purpose, Mode: p.Mode, SigningTime: p.SigningTime,
		Name: w.field("name", "name", p.Name, false), Place: w.field("place", "place", w.r.Header.Place, false),
		People: []Person{}, Witnesses: []Onlooker{}, Statements: []PublicStatement{}, Seals: []PublicSeal{},
	}
	for i, name := range w.order(slices.Collect(maps.Keys(p.Participants))) {
		w.alias[name] = alias("p", i)
		out.People = append(out.People, w.person(name))
	}
	for i, name := range w.order(slices.Collect(maps.Keys(p.Witnesses))) {
		out.Witnesses = append(out.Witnesses, w.onlooker(alias("w", i), name))
	}
	for _, c := range w.counted() {
		if s, ok := w.statement(c); ok {
			out.Statements = append(out.Statements, s)
		}
	}
	slices.SortStableFunc(out.Statements, func(a, b PublicStatement) int { return compareAliases(a.By, b.By) })
	for _, b := range st.Sealed() {
		out.Seals = append(out.Seals, w.seal(b))
	}
	slices.SortStableFunc(out.Seals, func(a, b PublicSeal) int { return compareAliases(a.By, b.By) })
	out.Counts = Counts{
		Entries: len(w.r.Gathered.Facts), Exceptions: st.Exceptions(), Open: len(st.OpenExceptions()),
		Refusals: len(st.Refusals), Claimed: len(st.Claimed), Abandoned: len(st.Abandoned), Witnessed: len(st.Witnessed),
	}
	for _, word := range st.Words {
		if !word.Agrees {
			out.Counts.Disagreeing++
		}
	}
	return out
}

// person is what may be said of a participant.
func (w *redaction) person(name string) Person {
	st := w.r.State
	part := st.Plan.Participants[name]
	serial := plan.Serial("")
	if part.Token != nil {
		serial = part.Token.Serial
	}
	show := func(what plan.Publish, value string) Field {
		public := slices.Contains(part.Publish, what)
		return w.field(w.alias[name]+"/"+string(what), "participants/"+name+"/"+string(what), value, public)
	}
	out := Person{
		Alias: w.alias[name], Name: show(plan.PublishName, name), Organisation: show(plan.PublishOrganisation, part.Organisation),
		Location: show(plan.PublishLocation, part.Location), Serial: show(plan.PublishSerial, string(serial)),
	}
	if k, keyed := st.InForce().KeyOf(name); keyed {
		out.Key = k.SPKI()
	}
	c, gave := st.Enrolments[name]
	if signed, ok := st.Signatures[name]; ok {
		c, gave = signed.Contribution, true
	}
	if !gave {
		return out
	}
	for _, check := range st.Attest(c) {
		out.Attestation = append(out.Attestation, Judged{check.Rule, check.Result})
	}
	if slices.Contains(part.Publish, plan.PublishSerial) && part.Token != nil && c.Attestation != nil {
		out.Certificates, out.Slot = c.Attestation, part.Token.SlotInForce()
	}
	return out
}

// onlooker is a witness: the plan lets them publish nothing.
func (w *redaction) onlooker(alias, name string) Onlooker {
	hide := func(what, value string) Field {
		return w.field(alias+"/"+what, "witnesses/"+name+"/"+what, value, false)
	}
	said := w.r.State.Plan.Witnesses[name]
	return Onlooker{Alias: alias, Name: hide("name", name), Organisation: hide("organisation", said.Organisation), Key: hide("key", said.Key)}
}

// statement is that of a contribution that counts; false if its key stated none.
func (w *redaction) statement(c ceremony.Contribution) (PublicStatement, bool) {
	st, stated := w.r.State.StatementOf(c)
	k, err := root.ParseSPKI(c.Key)
	if !stated || err != nil {
		return PublicStatement{}, false
	}
	return PublicStatement{w.alias[c.Participant], string(c.Statement(k, w.r.State.Rehearsal(), st.Journal).Text()), st.Sig}, true
}

func (w *redaction) seal(b ceremony.Seal) PublicSeal {
	st, _ := w.r.State.SealStatement(b.Journal) // which it had to come to, to hold
	word, _ := w.all[b.Word].Body.(ceremony.Word)
	return PublicSeal{
		By: w.alias[b.Participant], Agrees: word.Agrees, Text: string(st.Text()), Sig: b.Sig,
		Said: w.field(w.alias[b.Participant]+"/said", "participants/"+b.Participant+"/said", word.Text, false),
	}
}

// compareAliases orders p2 before p10.
func compareAliases(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return slices.Compare([]byte(a), []byte(b))
}
